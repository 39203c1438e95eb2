// SPDX-License-Identifier: MIT
#include "host/demo/demo_run.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/linux/process_use.h"
#include "base/output.h"
#include "host/machine/programs.h"
#include "host/not_configured.h"
#include "present/x11/connection.h"
#include "region/target.h"

namespace oriel {
namespace {

constexpr Nanoseconds kStartLimit = std::chrono::seconds(20);
constexpr Nanoseconds kEndLimit = std::chrono::seconds(5);
constexpr Nanoseconds kStillness = std::chrono::milliseconds(300);

/// Room for a frame and a panel around the viewer's window.
constexpr Size kMargin{64, 128};

/// Virtual graphics cards want it.
constexpr std::uint32_t kWidthStep = 8;

std::string display_of_user() {
    const char* display = std::getenv("DISPLAY");  // NOLINT(concurrency-mt-unsafe): one thread
    return display == nullptr ? "" : display;
}

/// Why the viewer cannot have its window on the user's display; empty where it can.
std::string why_not_on_display() {
    if (display_of_user().empty()) {
        return "DISPLAY is not set";
    }
    const auto connection = X11Connection::open("");
    if (!connection) {
        return connection.error().message;
    }
    if (!connection->abilities().attaches_fds) {
        return fmt::format("the X server {} cannot share memory with programs here",
                           connection->name());
    }
    if (!connection->visual().is_root) {
        return fmt::format("the X server {} has no screen of 24 bits a pixel", connection->name());
    }
    return {};
}

template <class T>
Result<void> fill(std::unique_ptr<T>& place, Result<T> made) {
    ORIEL_TRY_ASSIGN(T value, std::move(made));
    place = std::make_unique<T>(std::move(value));
    return {};
}

/// A runtime folder of somebody else (left over from su) is no use; without one there is /tmp.
void drop_foreign_runtime_folder() {
    const char* folder = std::getenv("XDG_RUNTIME_DIR");  // NOLINT(concurrency-mt-unsafe)
    if (folder != nullptr && ::access(folder, W_OK | X_OK) != 0) {
        ::unsetenv("XDG_RUNTIME_DIR");  // NOLINT(concurrency-mt-unsafe): one thread
    }
}

}  // namespace

Result<DemoRun::Ending> DemoRun::run() {
    auto shown = show();
    end_progress();
    if (!shown && !is_closed_) {
        return Failure(std::move(shown).error());
    }
    ORIEL_TRY(end_viewer());
    ORIEL_TRY(guest_->finish(*this, report_));
    return report();
}

Result<void> DemoRun::show() {
    ORIEL_TRY(say_what_happens());
    ORIEL_TRY(start_screens());
    ORIEL_TRY(start_broker());
    ORIEL_TRY(guest_->start(name_, *this));
    ORIEL_TRY_ASSIGN(viewer_, start_viewer());
    ORIEL_TRY(guest_->await_up(*this));
    ORIEL_TRY(await_first_frame());
    ORIEL_TRY(take_first_picture());
    ORIEL_TRY(watch_it_perform());
    ORIEL_TRY(hold_still());
    return compare();
}

Result<void> DemoRun::say_what_happens() {
    std::error_code error;
    std::filesystem::create_directories(options_.folder, error);
    if (error) {
        return Failure(
            Error::system(fmt::format("make the folder {}", options_.folder), error.value()));
    }
    if (::access(options_.folder.c_str(), W_OK | X_OK) != 0) {
        return Failure(Error::system(fmt::format("write into {}", options_.folder), errno));
    }
    drop_foreign_runtime_folder();
    name_ = fmt::format("demo-{}", ::getpid());
    ORIEL_TRY_ASSIGN(folder_, DemoFolder::create(region_folder(name_)));
    for (const std::string& line : guest_->introduction()) {
        print_line(line);
    }
    if (options_.window == DemoOptions::Window::Headless) {
        print_line("The window is on an X server of the demo's own (--headless).");
        return {};
    }
    const std::string reason = why_not_on_display();
    if (!reason.empty()) {
        options_.window = DemoOptions::Window::Headless;
        print_line(
            fmt::format("The window is on an X server of the demo's own, as here is no "
                        "display for it: {}.",
                        reason));
        return {};
    }
    const std::string display = display_of_user();
    ORIEL_TRY(fill(host_, DemoScreen::open(display, nullptr)));
    print_line(
        fmt::format("The window is on your display {}; closing it ends the demo. Nothing is "
                    "grabbed.",
                    display));
    return {};
}

Result<void> DemoRun::start_screens() {
    ORIEL_TRY(fill(cookie_, DemoCookie::create()));
    if (host_) {
        const Size room = host_->size();
        picture_.width =
            std::min(picture_.width, room.width - std::min(room.width / 2, kMargin.width));
        picture_.height =
            std::min(picture_.height, room.height - std::min(room.height / 2, kMargin.height));
        picture_.width -= picture_.width % kWidthStep;
    }
    ORIEL_TRY(guest_->prepare(picture_, *cookie_));
    if (!host_) {
        const Size size{picture_.width + kMargin.width, picture_.height + kMargin.height};
        ORIEL_TRY_ASSIGN(ChildProgram host, begin_server("host X server", size, *cookie_));
        ORIEL_TRY(fill(host_server_, finish_server(std::move(host), *cookie_)));
    }
    return {};
}

Result<void> DemoRun::start_broker() {
    ORIEL_TRY_ASSIGN(
        broker_,
        DemoMember::start(loop_,
                          {.label = "broker",
                           .arguments = {program_beside("oriel"),
                                         "broker",
                                         name_,
                                         "--mode",
                                         fmt::format("{}x{}", picture_.width, picture_.height),
                                         "--json"},
                           .environment = {kNotConfigured}}));
    ORIEL_TRY(wait_for(
        "the broker to be ready", kStartLimit, [this] { return broker_->said().is_ready; }));
    return fill(region_, DemoRegion::open(name_));
}

Result<std::unique_ptr<DemoMember>> DemoRun::start_viewer() {
    ChildCommand viewer{.label = "viewer",
                        .arguments = {program_beside("oriel"),
                                      "view",
                                      name_,
                                      "--platform",
                                      "x11",
                                      "--json",
                                      "--remember-window=false"},
                        .environment = {kNotConfigured}};
    std::ranges::move(guest_->viewer_arguments(), std::back_inserter(viewer.arguments));
    if (host_server_) {
        std::ranges::move(environment_of(host().display(), *cookie_),
                          std::back_inserter(viewer.environment));
    }
    return DemoMember::start(loop_, std::move(viewer));
}

Result<void> DemoRun::await_first_frame() {
    return wait_for("the viewer's first picture", kStartLimit, [this] {
        return viewer_->said().first_frame_ms.has_value();
    });
}

std::vector<std::pair<std::string, Nanoseconds>> DemoRun::cpu_times() {
    auto processes = guest_->processes();
    processes.emplace_back(viewer_->child().label(), viewer_->child().pid());
    processes.emplace_back("broker", broker_->child().pid());
    processes.emplace_back("host X server", host().server_process());
    std::vector<std::pair<std::string, Nanoseconds>> times;
    for (const auto& [label, process] : processes) {
        times.emplace_back(label, use_of(process).value_or(ProcessUse()).cpu);
    }
    return times;
}

Result<void> DemoRun::watch_it_perform() {
    const Nanoseconds start = monotonic_now();
    const auto before = cpu_times();
    region_->look(start);
    const std::uint64_t frames_before = region_->frames();
    auto performed = guest_->perform(*this);
    if (!performed && !is_closed_) {
        return performed;
    }
    const Nanoseconds end = monotonic_now();
    region_->look(end);
    report_.seconds = std::chrono::duration<double>(end - start).count();
    report_.frames_per_second =
        static_cast<double>(region_->frames() - frames_before) / report_.seconds;
    const auto after = cpu_times();
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (is_closed_ && before[i].first == viewer_->child().label()) {
            continue;  // It is gone, and with it what it used.
        }
        const Nanoseconds used = after[i].second - before[i].second;
        constexpr double kPercent = 100;
        report_.cpu.push_back(
            {before[i].first,
             kPercent * std::chrono::duration<double>(used).count() / report_.seconds});
    }
    return performed;
}

Result<void> DemoRun::hold_still() {
    region_->look(monotonic_now());
    const std::uint64_t before = region_->newest();
    ORIEL_TRY(guest_->hold_still());
    return await_stillness(before);
}

/// A frame later than `after` is in the viewer, and none has come for a while.
Result<void> DemoRun::await_stillness(std::uint64_t after) {
    std::uint64_t newest = 0;
    Nanoseconds still_since = monotonic_now();
    return wait_for("a still picture in the viewer", kStartLimit, [&] {
        const Nanoseconds now = monotonic_now();
        region_->look(now);
        if (region_->newest() != newest) {
            newest = region_->newest();
            still_since = now;
        }
        return newest > after && region_->is_newest_taken() && now - still_since >= kStillness;
    });
}

Result<void> DemoRun::end_viewer() {
    viewer_->child().send(SIGTERM);
    ORIEL_TRY(pass_time(kEndLimit, [this] { return viewer_->is_silent(); }));
    if (!report_.viewer) {
        report_.viewer = viewer_->said().viewer_summary;
    }
    return {};
}

DemoRun::Ending DemoRun::report() const {
    print_text(format_table(report_));
    if (!report_.comparison) {
        print_line("the window was closed: the pictures were not compared");
        return Ending::Closed;
    }
    print_text(format_comparison(*report_.comparison));
    print_line(
        fmt::format("pictures: {0}/{1} {0}/host.png", options_.folder, guest_->picture_name()));
    const bool is_good =
        is_success(*report_.comparison) && (!report_.keys || is_success(*report_.keys));
    return is_good ? Ending::Success : Ending::Different;
}

}  // namespace oriel
