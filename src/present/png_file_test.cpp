// SPDX-License-Identifier: MIT
#include "present/png_file.h"

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <png.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oriel {
namespace {

class WritePng : public testing::Test {
  protected:
    WritePng() {
        std::string pattern = testing::TempDir() + "oriel-png-XXXXXX";
        folder_ = mkdtemp(pattern.data());
        info_.geometry = {.size = {2, 2}, .stride = 12};
        info_.crop = {0, 0, 2, 2};
        const std::vector<std::uint32_t> values = {
            0x112233, 0x445566, 0xDEAD, 0xFF0000, 0x00FF00, 0xDEAD};
        pixels_.resize(values.size() * 4);
        std::memcpy(pixels_.data(), values.data(), pixels_.size());
    }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string path(const std::string& name) const { return folder_ + "/" + name; }

    /// R, G, B of each pixel; empty where it is no PNG.
    static std::vector<std::uint8_t> read_rgb(const std::string& path) {
        png_image image{};
        image.version = PNG_IMAGE_VERSION;
        if (png_image_begin_read_from_file(&image, path.c_str()) == 0) {
            return {};
        }
        image.format = PNG_FORMAT_RGB;
        std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(image));
        png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr);
        return pixels;
    }

    std::size_t files() const {
        const std::filesystem::directory_iterator all(folder_);
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

    std::string folder_;
    FrameInfo info_;
    std::vector<std::byte> pixels_;
    const std::vector<std::uint8_t> rgb_ = {
        0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0xFF, 0x00, 0x00, 0x00, 0xFF, 0x00};
};

TEST_F(WritePng, KeepsEveryPixel) {
    ASSERT_TRUE(write_png(path("a.png"), info_, pixels_));

    EXPECT_EQ(read_rgb(path("a.png")), rgb_);
}

TEST_F(WritePng, ReplacesAFileAndLeavesNothingBeside) {
    ASSERT_TRUE(write_png(path("a.png"), info_, pixels_));
    info_.crop = {0, 0, 1, 1};

    ASSERT_TRUE(write_png(path("a.png"), info_, pixels_));

    EXPECT_EQ(read_rgb(path("a.png")), (std::vector<std::uint8_t>{0x11, 0x22, 0x33}));
    EXPECT_EQ(files(), 1U);
}

TEST_F(WritePng, MakesFilesThatOthersMayReadAsTheMaskSays) {
    const mode_t mask = umask(027);
    ASSERT_TRUE(write_png(path("a.png"), info_, pixels_));
    umask(mask);

    EXPECT_EQ(static_cast<unsigned>(std::filesystem::status(path("a.png")).permissions()), 0640U);
}

TEST_F(WritePng, ConvertsWhatIsNotPlain) {
    info_.geometry.format = PixelFormat::Rgba8;
    info_.geometry.transform = 2;

    ASSERT_TRUE(write_png(path("a.png"), info_, pixels_));

    EXPECT_EQ(read_rgb(path("a.png")),
              (std::vector<std::uint8_t>{
                  0x00, 0xFF, 0x00, 0x00, 0x00, 0xFF, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11}));
}

TEST_F(WritePng, GoesIntoSomethingOpen) {
    const UniqueFd fd(open(path("out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));

    ASSERT_TRUE(write_png(fd, "standard output", info_, pixels_));

    EXPECT_EQ(read_rgb(path("out")), rgb_);
    EXPECT_EQ(fcntl(fd.get(), F_GETFD), FD_CLOEXEC);
}

TEST_F(WritePng, NamesTheFolderThatIsNotThere) {
    const auto written = write_png(path("none/a.png"), info_, pixels_);

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::System);
    EXPECT_NE(written.error().message.find("none/a.png"), std::string::npos);
}

TEST_F(WritePng, LeavesNothingWhereItFails) {
    std::filesystem::create_directory(path("a.png"));

    EXPECT_FALSE(write_png(path("a.png"), info_, pixels_));

    EXPECT_EQ(files(), 1U);
}

TEST_F(WritePng, GoesThroughAPipeAndLeavesItThere) {
    ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
    // Both ends, so that opening waits for nobody; the picture fits into the pipe.
    const UniqueFd reader(open(path("pipe").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    ASSERT_TRUE(reader);

    const auto written = write_png(path("pipe"), info_, pixels_);

    ASSERT_TRUE(written) << written.error().message;
    EXPECT_TRUE(std::filesystem::is_fifo(path("pipe")));
    std::vector<char> bytes(4096);
    const ssize_t size = read(reader.get(), bytes.data(), bytes.size());
    ASSERT_GT(size, 0);
    std::ofstream(path("a.png"), std::ios::binary).write(bytes.data(), size);
    EXPECT_EQ(read_rgb(path("a.png")), rgb_);
}

TEST_F(WritePng, GoesToAPipeWhoseLinkIsNoPath) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    const UniqueFd writer(ends[1]);

    ASSERT_TRUE(write_png("/proc/self/fd/" + std::to_string(writer.get()), info_, pixels_));

    std::array<char, 4> start{};
    ASSERT_EQ(read(reader.get(), start.data(), start.size()), 4);
    EXPECT_EQ(std::string_view(&start[1], 3), "PNG");
}

TEST_F(WritePng, WaitsForNoReaderOfAPipe) {
    ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);

    const auto written = write_png(path("pipe"), info_, pixels_);

    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("nobody reads"), std::string::npos);
    EXPECT_TRUE(std::filesystem::is_fifo(path("pipe")));
}

TEST_F(WritePng, ReplacesTheFileBehindLinksAndKeepsThem) {
    std::filesystem::create_directory(path("elsewhere"));
    std::ofstream(path("elsewhere/old.png")) << "old";
    std::filesystem::create_symlink("old.png", path("elsewhere/link"));
    std::filesystem::create_symlink("elsewhere/link", path("a.png"));

    ASSERT_TRUE(write_png(path("a.png"), info_, pixels_));

    EXPECT_TRUE(std::filesystem::is_symlink(path("a.png")));
    EXPECT_TRUE(std::filesystem::is_symlink(path("elsewhere/link")));
    EXPECT_FALSE(std::filesystem::is_symlink(path("elsewhere/old.png")));
    EXPECT_EQ(read_rgb(path("elsewhere/old.png")), rgb_);
}

TEST_F(WritePng, MakesTheFileThatALinkLeadsTo) {
    std::filesystem::create_symlink(path("new.png"), path("a.png"));

    ASSERT_TRUE(write_png(path("a.png"), info_, pixels_));

    EXPECT_TRUE(std::filesystem::is_symlink(path("a.png")));
    EXPECT_EQ(read_rgb(path("new.png")), rgb_);
}

TEST_F(WritePng, RefusesLinksInACircle) {
    std::filesystem::create_symlink("b.png", path("a.png"));
    std::filesystem::create_symlink("a.png", path("b.png"));

    const auto written = write_png(path("a.png"), info_, pixels_);

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().os_code, ELOOP);
    EXPECT_EQ(files(), 2U);
}

TEST_F(WritePng, SaysThatTheDiskIsFull) {
    const UniqueFd full(open("/dev/full", O_WRONLY | O_CLOEXEC));

    const auto written = write_png(full, "standard output", info_, pixels_);

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().os_code, ENOSPC);
    EXPECT_NE(written.error().message.find("standard output"), std::string::npos);
}

TEST_F(WritePng, RefusesAnEmptyPicture) {
    info_.geometry.size = {};

    EXPECT_FALSE(write_png(path("a.png"), info_, pixels_));
    EXPECT_EQ(files(), 0U);
}

}  // namespace
}  // namespace oriel
