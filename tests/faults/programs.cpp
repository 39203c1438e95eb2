// SPDX-License-Identifier: MIT
#include "faults/programs.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <xcb/xcb.h>

#include "base/clock.h"
#include "capture/pattern/pattern_stamp.h"

namespace oriel::testing_support {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(20);

}  // namespace

RuntimeFolder::RuntimeFolder() {
    std::string name = std::filesystem::temp_directory_path() / "oriel-test-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
    ::setenv("XDG_RUNTIME_DIR", path_.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
}

RuntimeFolder::~RuntimeFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> RuntimeFolder::files() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
        if (!entry.is_directory()) {
            found.push_back(entry.path().filename().string());
        }
    }
    std::ranges::sort(found);
    return found;
}

std::string program(const std::string& name) {
    const char* folder = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    EXPECT_NE(folder, nullptr) << "ORIEL_BIN_DIR has to name the folder of the programs";
    return std::string(folder == nullptr ? "." : folder) + "/" + name;
}

ChildProgram start_program(const std::string& label,
                           std::vector<std::string> arguments,
                           const Environment& environment) {
    auto child = ChildProgram::start({.label = label,
                                      .arguments = std::move(arguments),
                                      .environment = environment,
                                      .output = ChildCommand::Output::Pipe,
                                      .complaints = ChildCommand::Complaints::Ours,
                                      .last_signal = SIGKILL});
    EXPECT_TRUE(child) << child.error().message;
    // Its first line says that it is up.
    const auto line = read_first_line(*child, kPatience);
    EXPECT_TRUE(line) << label << ": " << line.error().message;
    return std::move(*child);
}

ChildProgram start_broker(const std::string& size_mib, const std::vector<std::string>& more) {
    std::vector<std::string> arguments{
        program("oriel"), "broker", "test", "--size", size_mib, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return start_program("broker", std::move(arguments));
}

ChildProgram start_agent(const std::string& pattern) {
    return start_program(
        "agent",
        {program("oriel-guest"), "--region", "test", "--capture", "pattern:" + pattern, "--json"});
}

ChildProgram start_viewer(const std::string& display, const std::vector<std::string>& more) {
    return start_viewer_of("test", "x11", {{"DISPLAY", display}}, more);
}

ChildProgram start_viewer_of(const std::string& region,
                             const std::string& platform,
                             const Environment& environment,
                             const std::vector<std::string>& more) {
    std::vector<std::string> arguments{
        program("oriel"), "view", region, "--platform", platform, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return start_program(platform + " viewer", std::move(arguments), environment);
}

ChildProgram start_offscreen_viewer() {
    return start_viewer_of("test", "offscreen", {{"DISPLAY", ""}});
}

Said run(const std::vector<std::string>& arguments, const Environment& environment) {
    // Stderr takes stdout's place.
    std::vector<std::string> shell{"/bin/sh", "-c", R"(exec "$@" 2>&1 >/dev/null)", "sh"};
    shell.insert(shell.end(), arguments.begin(), arguments.end());
    auto child = ChildProgram::start({.label = arguments.front(),
                                      .arguments = shell,
                                      .environment = environment,
                                      .output = ChildCommand::Output::Pipe});
    EXPECT_TRUE(child) << child.error().message;
    const auto bytes = read_output(*child, 65536, kPatience);
    EXPECT_TRUE(bytes) << bytes.error().message;
    EXPECT_TRUE(child->wait(kPatience));
    Said said{child->exit_code(), {}};
    for (const std::byte byte : *bytes) {
        said.errors += static_cast<char>(byte);
    }
    return said;
}

std::optional<PatternStamp> PatternScreen::look() const {
    const std::unique_ptr<xcb_connection_t, decltype(&xcb_disconnect)> connection(
        xcb_connect(display_.c_str(), nullptr), xcb_disconnect);
    if (xcb_connection_has_error(connection.get()) != 0) {
        return std::nullopt;
    }
    const xcb_screen_t* screen = xcb_setup_roots_iterator(xcb_get_setup(connection.get())).data;
    const Size size = options_.size;
    const std::unique_ptr<xcb_get_image_reply_t, decltype(&std::free)> image(
        xcb_get_image_reply(connection.get(),
                            xcb_get_image(connection.get(),
                                          XCB_IMAGE_FORMAT_Z_PIXMAP,
                                          screen->root,
                                          0,
                                          0,
                                          static_cast<std::uint16_t>(size.width),
                                          static_cast<std::uint16_t>(size.height),
                                          ~0U),
                            nullptr),
        std::free);
    if (!image) {
        return std::nullopt;
    }
    const std::span pixels(reinterpret_cast<const std::byte*>(xcb_get_image_data(image.get())),
                           static_cast<std::size_t>(xcb_get_image_data_length(image.get())));
    const FrameGeometry geometry{size, size.width * 4, PixelFormat::Bgra8, 0};
    const auto stamp = read_stamp(pixels, geometry);
    if (!stamp || !picture_.matches(pixels, geometry, stamp->frame)) {
        return std::nullopt;
    }
    return stamp;
}

bool PatternScreen::shows_frame_after(Nanoseconds since, Nanoseconds patience) const {
    const Nanoseconds deadline = monotonic_now() + patience;
    while (monotonic_now() < deadline) {
        if (const auto stamp = look(); stamp && stamp->time > since) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

}  // namespace oriel::testing_support
