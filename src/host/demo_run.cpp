// SPDX-License-Identifier: MIT
#include "host/demo_run.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/output.h"
#include "present/x11/connection.h"

namespace oriel {
namespace {

constexpr Nanoseconds kStartLimit = std::chrono::seconds(20);
constexpr Nanoseconds kEndLimit = std::chrono::seconds(5);
constexpr Nanoseconds kStillness = std::chrono::milliseconds(300);

/// What starting, comparing and ending take beside the picture itself.
constexpr Nanoseconds kBesides = std::chrono::seconds(5);

/// Room for a frame and a panel around the viewer's window.
constexpr Size kMargin{64, 128};

/// Oriel's other programs lie beside this one.
std::string program_beside(const std::string& name) {
    std::error_code ignored;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
    return self.parent_path() / name;
}

/// Why the viewer cannot have its window on the user's display; empty where it can.
std::string why_not_on_display() {
    if (std::getenv("DISPLAY") == nullptr) {  // NOLINT(concurrency-mt-unsafe): one thread
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

std::int64_t whole_seconds(Nanoseconds time) {
    return std::chrono::ceil<std::chrono::seconds>(time).count();
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
    ORIEL_TRY(say_what_happens());
    ORIEL_TRY(start_servers());
    ORIEL_TRY(start_guest());
    ORIEL_TRY_ASSIGN(viewer_, start_viewer());
    ORIEL_TRY(await_first_frame());
    ORIEL_TRY(take_first_picture());
    ORIEL_TRY(watch_it_move());
    if (!is_closed_) {
        ORIEL_TRY(hold_still());
        ORIEL_TRY(compare());
    }
    ORIEL_TRY(collect_summaries());
    return report();
}

Result<void> DemoRun::say_what_happens() {
    ORIEL_TRY(check_demo_programs());
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
    print_line(
        fmt::format("A guest's desktop (a terminal, a clock, an animation on an X server of "
                    "its own) goes through the relay into a window for {} s;",
                    whole_seconds(options_.duration)));
    print_line(fmt::format("then both ends are compared pixel for pixel. About {} s in all.",
                           whole_seconds(options_.duration + kBesides)));
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
    const std::string display = std::getenv("DISPLAY");  // NOLINT(concurrency-mt-unsafe)
    ORIEL_TRY(fill(host_, DemoScreen::open(display, nullptr)));
    print_line(
        fmt::format("The window is on your display {}; closing it ends the demo. Nothing is "
                    "grabbed.",
                    display));
    return {};
}

Result<void> DemoRun::start_servers() {
    ORIEL_TRY(fill(cookie_, DemoCookie::create()));
    if (host_) {
        const Size room = host_->size();
        picture_.width =
            std::min(picture_.width, room.width - std::min(room.width / 2, kMargin.width));
        picture_.height =
            std::min(picture_.height, room.height - std::min(room.height / 2, kMargin.height));
    }
    ORIEL_TRY_ASSIGN(ChildProgram guest, begin_server("guest X server", picture_, *cookie_));
    std::optional<ChildProgram> host;
    if (!host_) {
        const Size size{picture_.width + kMargin.width, picture_.height + kMargin.height};
        ORIEL_TRY_ASSIGN(host, begin_server("host X server", size, *cookie_));
    }
    ORIEL_TRY(fill(guest_server_, finish_server(std::move(guest), *cookie_)));
    if (host) {
        ORIEL_TRY(fill(host_server_, finish_server(std::move(*host), *cookie_)));
    }
    return {};
}

Result<void> DemoRun::start_guest() {
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
                           .environment = {}}));
    ORIEL_TRY(fill(scene_, DemoScene::start(guest_server_->screen, *cookie_)));
    ORIEL_TRY(wait_for(
        "the broker to be ready", kStartLimit, [this] { return broker_->said().is_ready; }));
    ORIEL_TRY(fill(region_, DemoRegion::open(name_)));
    const std::string& display = guest_server_->screen.display();
    ORIEL_TRY_ASSIGN(agent_,
                     DemoMember::start(loop_,
                                       {.label = "guest agent",
                                        .arguments = {program_beside("oriel-guest"),
                                                      "--region",
                                                      name_,
                                                      "--capture",
                                                      "x11",
                                                      "--display",
                                                      display,
                                                      "--json"},
                                        .environment = environment_of(display, *cookie_)}));
    return {};
}

Result<std::unique_ptr<DemoMember>> DemoRun::start_viewer() {
    ChildCommand viewer{
        .label = "viewer",
        .arguments = {program_beside("oriel"), "view", name_, "--platform", "x11", "--json"},
        .environment = {}};
    if (has_own_host()) {
        viewer.environment = environment_of(host().display(), *cookie_);
    }
    return DemoMember::start(loop_, std::move(viewer));
}

Result<void> DemoRun::await_first_frame() {
    return wait_for("the viewer's first picture", kStartLimit, [this] {
        return viewer_->said().first_frame_ms.has_value();
    });
}

std::vector<std::pair<std::string, Nanoseconds>> DemoRun::cpu_times() {
    return {{"guest agent", cpu_time_of(agent_->child().pid())},
            {"viewer", cpu_time_of(viewer_->child().pid())},
            {"broker", cpu_time_of(broker_->child().pid())},
            {"guest X server", cpu_time_of(guest_server_->process.pid())},
            {"host X server", cpu_time_of(host().server_process())}};
}

/// Its time is up, or the user has closed the window.
bool DemoRun::is_over(Nanoseconds start) {
    show_progress(start);
    if (viewer_->is_silent() && !has_own_host()) {
        is_closed_ = viewer_->child().wait(kEndLimit) && viewer_->child().exit_code() == 0;
        return is_closed_;
    }
    return monotonic_now() - start >= options_.duration;
}

Result<void> DemoRun::watch_it_move() {
    const Nanoseconds start = monotonic_now();
    const auto before = cpu_times();
    region_->look(start);
    const std::uint64_t frames_before = region_->frames();
    const auto waited = wait_for("the demo's end", options_.duration + kStartLimit, [this, start] {
        return is_over(start);
    });
    end_progress();
    ORIEL_TRY(waited);
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
    return {};
}

Result<void> DemoRun::hold_still() {
    region_->look(monotonic_now());
    const std::uint64_t before = region_->newest();
    scene_->hold_still(guest_server_->screen);
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

Result<void> DemoRun::collect_summaries() {
    for (DemoMember* member : {viewer_.get(), agent_.get()}) {
        member->child().send(SIGTERM);
    }
    const auto have_ended = [this] {
        return viewer_->is_silent() && agent_->is_silent();
    };
    const Nanoseconds give_up = monotonic_now() + kEndLimit;
    while (!have_ended() && monotonic_now() < give_up && !loop_.is_stopped()) {
        ORIEL_TRY(loop_.run_once(std::chrono::milliseconds(50)));
    }
    report_.guest = agent_->said().guest_summary;
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
    print_line(fmt::format("pictures: {}/guest.png {}/host.png", options_.folder, options_.folder));
    return is_success(*report_.comparison) ? Ending::Success : Ending::Different;
}

}  // namespace oriel
