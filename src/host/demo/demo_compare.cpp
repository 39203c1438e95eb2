// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/output.h"
#include "host/demo/demo_run.h"

namespace oriel {
namespace {

constexpr Nanoseconds kWindowLimit = std::chrono::seconds(5);
constexpr Nanoseconds kShotLimit = std::chrono::seconds(15);
constexpr std::size_t kMostShotBytes = 256U << 20U;

Result<void> write_file(const std::string& path, const std::vector<std::byte>& bytes) {
    errno = 0;
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
    file.close();
    if (!file) {
        return Failure(Error::system(fmt::format("write {}", path), errno));
    }
    return {};
}

}  // namespace

/// By a program that is not ours: ImageMagick's import.
Result<std::vector<std::byte>> DemoRun::shoot(const DemoScreen& screen, xcb_window_t window) {
    ChildCommand import{.label = "screenshot program (import)",
                        .arguments = {"import",
                                      "-silent",
                                      "-window",
                                      window == screen.root() ? "root" : std::to_string(window),
                                      "png:-"},
                        .environment = {{"DISPLAY", screen.display()}},
                        .output = ChildCommand::Output::Pipe};
    if (&screen != host_.get()) {
        import.environment = environment_of(screen.display(), *cookie_);
    }
    ORIEL_TRY_ASSIGN(ChildProgram child, ChildProgram::start(import));
    ORIEL_TRY_ASSIGN(auto bytes, read_output(child, kMostShotBytes, kShotLimit));
    if (!child.wait(kShotLimit) || child.exit_code() != 0 || bytes.empty()) {
        return Failure(Error::unsupported(
            fmt::format("cannot take a screenshot of display {} with import", screen.display())));
    }
    return bytes;
}

Result<xcb_window_t> DemoRun::find_window() {
    std::optional<xcb_window_t> window;
    ORIEL_TRY(wait_for("the viewer's window", kWindowLimit, [this, &window] {
        window = host().window_of(viewer_->child().pid());
        return window.has_value();
    }));
    return *window;
}

Result<void> DemoRun::take_first_picture() {
    ORIEL_TRY_ASSIGN(const xcb_window_t window, find_window());
    const bool fits = host().window_size(window) == picture_;
    const DemoScreen& guest = guest_server_->screen;
    ORIEL_TRY_ASSIGN(const auto png, fits ? shoot(host(), window) : shoot(guest, guest.root()));
    ORIEL_TRY_ASSIGN(DemoPicture picture, decode_png(png, "the first picture"));
    first_picture_ = std::make_unique<DemoPicture>(std::move(picture));
    return {};
}

/// Where the user's window manager gives the window another size, the picture in it is scaled.
Result<void> DemoRun::move_to_own_host() {
    print_line("The window does not have the guest's size: comparing on an X server of our own.");
    viewer_->child().send(SIGTERM);
    while (!viewer_->is_silent() && !loop_.is_stopped()) {
        ORIEL_TRY(loop_.run_once(std::nullopt));
    }
    report_.viewer = viewer_->said().viewer_summary;
    viewer_.reset();
    ORIEL_TRY_ASSIGN(ChildProgram server, begin_server("host X server", picture_, *cookie_));
    ORIEL_TRY_ASSIGN(DemoServer own, finish_server(std::move(server), *cookie_));
    host_server_ = std::make_unique<DemoServer>(std::move(own));
    ORIEL_TRY_ASSIGN(viewer_, start_viewer());
    ORIEL_TRY(await_first_frame());
    return await_stillness(0);
}

Result<void> DemoRun::compare() {
    ORIEL_TRY_ASSIGN(xcb_window_t window, find_window());
    if (host().window_size(window) != picture_ && !has_own_host()) {
        ORIEL_TRY(move_to_own_host());
        ORIEL_TRY_ASSIGN(window, find_window());
    }
    host().raise(window);
    const DemoScreen& guest = guest_server_->screen;
    ORIEL_TRY_ASSIGN(const auto guest_png, shoot(guest, guest.root()));
    ORIEL_TRY_ASSIGN(const auto host_png, shoot(host(), window));
    const std::string guest_path = options_.folder + "/guest.png";
    const std::string host_path = options_.folder + "/host.png";
    ORIEL_TRY(write_file(guest_path, guest_png));
    ORIEL_TRY(write_file(host_path, host_png));
    ORIEL_TRY_ASSIGN(const DemoPicture guest_picture, decode_png(guest_png, guest_path));
    ORIEL_TRY_ASSIGN(const DemoPicture host_picture, decode_png(host_png, host_path));
    report_.comparison = DemoComparison{
        .size = guest_picture.size,
        .different = count_different_pixels(guest_picture, host_picture),
        .colours = count_colours(guest_picture),
        .changed_since_first = count_different_pixels(*first_picture_, host_picture)};
    return {};
}

}  // namespace oriel
