// SPDX-License-Identifier: MIT
#include "viewer/view_command.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/output.h"
#include "base/report.h"
#include "region/region_paths.h"
#include "viewer/control/control_server.h"
#include "viewer/viewer.h"
#include "viewer/viewer_report.h"

namespace oriel {
namespace {

/// `--json`: events as they happen.
class JsonObserver final : public ViewerObserver {
  public:
    JsonObserver(Nanoseconds start, ViewerOptions::Output output)
        : start_(start), output_(output) {}

    void on_state(SessionStatus::State state, const std::string& text) override {
        print_line(viewer_state_line(state, text));
    }

    void on_first_frame() override {
        print_line(viewer_first_frame_line(monotonic_now() - start_));
    }

    void on_picture(Picture whose) override {
        print_line(viewer_picture_line(whose, monotonic_now()));
    }

    void on_wish(const SizeWish::Mode& mode, WishEnd end, const std::string& note) override {
        print_line(viewer_wish_line(mode, end, note));
    }

    void on_frame(const ShownFrame& frame) override {
        if (output_ == ViewerOptions::Output::JsonFrames) {
            print_line(viewer_frame_line(frame));
        }
    }

  private:
    Nanoseconds start_;
    ViewerOptions::Output output_;
};

/// The window says it all; a terminal hears only of what does not go by itself.
class TextObserver final : public ViewerObserver {
  public:
    void on_state(SessionStatus::State state, const std::string& text) override {
        const bool refused = state == SessionStatus::State::Refused;
        log(refused ? LogLevel::Warning : LogLevel::Debug, text.empty() ? "live" : text);
    }

    void on_first_frame() override { log(LogLevel::Debug, "first picture"); }

    void on_wish(const SizeWish::Mode& /*mode*/, WishEnd end, const std::string& note) override {
        if (end != WishEnd::Accepted) {
            log(LogLevel::Warning, note);
        }
    }
};

Result<void> show(const ViewerOptions& options) {
    PollLoop loop;
    ORIEL_TRY(loop.stop_on_signals());
    const Nanoseconds start = monotonic_now();
    JsonObserver json_observer(start, options.output);
    TextObserver text_observer;
    const bool json = options.output != ViewerOptions::Output::Text;
    ViewerObserver& observer = json ? static_cast<ViewerObserver&>(json_observer) : text_observer;
    ORIEL_TRY_ASSIGN(const auto viewer, Viewer::open(loop, options, observer));
    const auto control = ControlServer::open(loop, viewer->controls(), viewers_folder());
    if (!control) {
        log(LogLevel::Warning, "oriel ctl will not find this viewer: " + control.error().message);
    }
    if (json) {
        print_line(viewer_started_line(viewer->presenter_description()));
    }
    ORIEL_TRY(loop.run());
    if (json) {
        print_line(viewer_summary_line(*viewer, monotonic_now() - start));
    }
    if (viewer->failure()) {
        return Failure(*viewer->failure());
    }
    return {};
}

}  // namespace

int run_view(const ViewerOptions& options) {
    if (auto shown = show(options); !shown) {
        return report_failure(shown.error());
    }
    return 0;
}

}  // namespace oriel
