// SPDX-License-Identifier: MIT
#include <cerrno>
#include <fstream>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/output.h"
#include "host/demo/demo_run.h"

namespace oriel {
namespace {

constexpr Nanoseconds kWindowLimit = std::chrono::seconds(5);

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

Result<DemoWindow> DemoRun::window() {
    std::optional<xcb_window_t> window;
    ORIEL_TRY(wait_for("the viewer's window", kWindowLimit, [this, &window] {
        window = host().window_of(viewer_->child().pid());
        return window.has_value();
    }));
    return DemoWindow{
        .screen = &host(), .window = *window, .cookie = host_server_ ? cookie_.get() : nullptr};
}

Result<std::vector<std::byte>> DemoRun::take_host_picture() {
    ORIEL_TRY_ASSIGN(const DemoWindow shown, window());
    host().raise(shown.window);
    return take_screenshot(host(), shown.window, shown.cookie);
}

Result<void> DemoRun::take_first_picture() {
    ORIEL_TRY_ASSIGN(const DemoWindow shown, window());
    const bool fits = host().window_size(shown.window) == picture_;
    ORIEL_TRY_ASSIGN(
        const auto png,
        fits ? take_screenshot(host(), shown.window, shown.cookie) : guest_->take_picture());
    ORIEL_TRY_ASSIGN(DemoPicture picture, decode_png(png, "the first picture"));
    first_picture_ = std::make_unique<DemoPicture>(std::move(picture));
    return {};
}

/// Where the user's window manager gives the window another size, the picture in it is scaled.
Result<void> DemoRun::move_to_own_host() {
    print_line("The window does not have the guest's size: comparing on an X server of our own.");
    ORIEL_TRY(end_viewer());
    viewer_.reset();
    ORIEL_TRY_ASSIGN(ChildProgram server, begin_server("host X server", picture_, *cookie_));
    ORIEL_TRY_ASSIGN(DemoServer own, finish_server(std::move(server), *cookie_));
    host_server_ = std::make_unique<DemoServer>(std::move(own));
    ORIEL_TRY_ASSIGN(viewer_, start_viewer());
    ORIEL_TRY(await_first_frame());
    return await_stillness(0);
}

Result<void> DemoRun::compare() {
    ORIEL_TRY_ASSIGN(const DemoWindow shown, window());
    if (host().window_size(shown.window) != picture_ && !has_own_host()) {
        ORIEL_TRY(move_to_own_host());
    }
    ORIEL_TRY_ASSIGN(const auto guest_png, guest_->take_picture());
    ORIEL_TRY_ASSIGN(const auto host_png, take_host_picture());
    const std::string guest_path = fmt::format("{}/{}", options_.folder, guest_->picture_name());
    const std::string host_path = options_.folder + "/host.png";
    ORIEL_TRY(write_file(guest_path, guest_png));
    ORIEL_TRY(write_file(host_path, host_png));
    ORIEL_TRY_ASSIGN(const DemoPicture guest_picture, decode_png(guest_png, guest_path));
    ORIEL_TRY_ASSIGN(const DemoPicture host_picture, decode_png(host_png, host_path));
    report_.comparison = DemoComparison{
        .size = guest_picture.size,
        .different = count_different_pixels(guest_picture, host_picture),
        .colours = count_colours(guest_picture),
        .min_colours = guest_->min_colours(),
        .changed_since_first = count_different_pixels(*first_picture_, host_picture)};
    return {};
}

}  // namespace oriel
