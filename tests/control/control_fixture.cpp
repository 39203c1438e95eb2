// SPDX-License-Identifier: MIT
#include "control/control_fixture.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>
#include <png.h>

#include "capture/pattern/pattern_picture.h"
#include "capture/pattern/pattern_stamp.h"

namespace oriel::testing_support {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(30);

}  // namespace

ControlTest::ControlTest() {
    // NOLINTBEGIN(concurrency-mt-unsafe): one thread
    const char* const before = std::getenv("XDG_CONFIG_HOME");
    config_before_ = before == nullptr ? "" : before;
    ::setenv("XDG_CONFIG_HOME", (folder_.path() + "/config").c_str(), 1);
    // NOLINTEND(concurrency-mt-unsafe)
    broker_ = std::make_unique<ChildProgram>(start_broker());
    agent_ = std::make_unique<ChildProgram>(start_agent(kPattern));
}

ControlTest::~ControlTest() {
    ::setenv("XDG_CONFIG_HOME", config_before_.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
}

ControlTest::Said ControlTest::run(std::vector<std::string> arguments) {
    std::vector<std::string> shell{"/bin/sh", "-c", R"(exec "$@" 2>&1)", "sh", program("oriel")};
    shell.insert(shell.end(), arguments.begin(), arguments.end());
    auto child = ChildProgram::start({.label = "oriel",
                                      .arguments = shell,
                                      .environment = {},
                                      .output = ChildCommand::Output::Pipe});
    EXPECT_TRUE(child) << child.error().message;
    const auto bytes = read_output(*child, 1U << 20U, kPatience);
    EXPECT_TRUE(bytes) << bytes.error().message;
    EXPECT_TRUE(child->wait(kPatience));
    Said said{child->exit_code(), {}};
    for (const std::byte byte : *bytes) {
        said.text += static_cast<char>(byte);
    }
    return said;
}

ControlTest::Said ControlTest::ctl(const std::vector<std::string>& arguments) {
    std::vector<std::string> all{"ctl"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run(all);
}

nlohmann::json ControlTest::json_of(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = arguments;
    all.emplace_back("--json");
    const Said said = ctl(all);
    EXPECT_EQ(said.exit_code, 0) << said.text;
    EXPECT_EQ(std::ranges::count(said.text, '\n'), 1) << said.text;
    return nlohmann::json::parse(said.text, nullptr, false);
}

nlohmann::json ControlTest::stats() {
    return json_of({"stats"});
}

ChildProgram ControlTest::view(std::vector<std::string> arguments, const Environment& environment) {
    arguments.insert(arguments.begin(), {program("oriel"), "view"});
    arguments.emplace_back("--json");
    auto child = ChildProgram::start({.label = "viewer",
                                      .arguments = std::move(arguments),
                                      .environment = environment,
                                      .output = ChildCommand::Output::Pipe,
                                      .complaints = ChildCommand::Complaints::Ours,
                                      .last_signal = SIGKILL});
    EXPECT_TRUE(child) << child.error().message;
    const auto line = read_first_line(*child, kPatience);
    EXPECT_TRUE(line) << line.error().message;
    // Its first line says how the region is; the control socket comes a moment later.
    const std::string process = std::to_string(child->pid());
    EXPECT_TRUE(comes([&] { return ctl({"stats", "--pid", process}).exit_code == 0; }));
    return std::move(*child);
}

ChildProgram ControlTest::view_offscreen(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"test", "--platform", "offscreen"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return view(std::move(arguments));
}

void ControlTest::expect_pattern(const std::string& file) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    ASSERT_NE(png_image_begin_read_from_file(&image, file.c_str()), 0) << file;
    image.format = PNG_FORMAT_BGRA;
    std::vector<std::byte> pixels(PNG_IMAGE_SIZE(image));
    ASSERT_NE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr), 0);
    const FrameGeometry geometry{
        {image.width, image.height}, image.width * 4, PixelFormat::Bgra8, 0};
    const PatternPicture picture(PatternOptions{{320, 240}, 30, PatternChange::Full, {64, 64}});
    const auto stamp = read_stamp(pixels, geometry);
    ASSERT_TRUE(stamp);
    EXPECT_TRUE(picture.matches(pixels, geometry, stamp->frame));
}

void ControlTest::configure(const std::string& content) const {
    const std::filesystem::path path = config_path();
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::trunc) << content;
}

std::vector<std::string> ControlTest::sockets() const {
    std::vector<std::string> found;
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator(folder_.path() + "/oriel/.viewers", error)) {
        found.push_back(entry.path());
    }
    return found;
}

}  // namespace oriel::testing_support
