// SPDX-License-Identifier: MIT
// The small parts; tests/vm has what needs a machine.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "host/machine/guest_root.h"
#include "host/machine/initramfs.h"
#include "host/machine/screen_picture.h"

namespace oriel {
namespace {

class Picture : public testing::Test {
  protected:
    Picture() {
        std::string name = std::filesystem::temp_directory_path() / "oriel-ppm-XXXXXX";
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }

    ~Picture() override { std::filesystem::remove_all(folder_); }

    Result<ScreenPicture> read(const std::string& content) const {
        std::ofstream(folder_ / "x.ppm", std::ios::binary) << content;
        return read_ppm(folder_ / "x.ppm");
    }

    std::filesystem::path folder_;
};

TEST_F(Picture, IsReadWithItsColoursTurnedRound) {
    const auto picture = read("P6\n2 1\n255\n" + std::string("\x01\x02\x03\x0a\x0b\x0c"));

    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->size, (Size{2, 1}));
    const std::vector<std::byte> wanted{std::byte{3},
                                        std::byte{2},
                                        std::byte{1},
                                        std::byte{255},
                                        std::byte{12},
                                        std::byte{11},
                                        std::byte{10},
                                        std::byte{255}};
    EXPECT_EQ(picture->pixels, wanted);
}

TEST_F(Picture, ThatIsNoneIsRefused) {
    EXPECT_FALSE(read(""));
    EXPECT_FALSE(read("P5\n1 1\n255\nx"));
    EXPECT_FALSE(read("P6\n1 1\n65535\nxxxxxx"));
    EXPECT_FALSE(read("P6\n0 1\n255\n"));
    EXPECT_FALSE(read("P6\n4000000000 4000000000\n255\n"));
    EXPECT_FALSE(read("P6\n2 2\n255\nxxxxxxxxxxx"));
    EXPECT_FALSE(read_ppm("/nowhere/x.ppm"));
}

TEST(InitramfsArchive, HasTheHeadersThatTheKernelReads) {
    Initramfs archive;
    archive.add_file("a/b", "12345", 0755);

    const std::string bytes = archive.finish();

    // A folder, made because a file is in it: 110 bytes of header, a name with its zero, padding.
    EXPECT_EQ(bytes.substr(0, 22),
              "0707010000000100"
              "0041ed");
    EXPECT_EQ(bytes.substr(110, 2), std::string("a\0", 2));
    const std::string file = bytes.substr(112);
    EXPECT_EQ(file.substr(14, 8), "000081ed");
    EXPECT_EQ(file.substr(54, 8), "00000005");
    EXPECT_EQ(file.substr(94, 8), "00000004");
    EXPECT_EQ(file.substr(110, 4), std::string("a/b\0", 4));
    EXPECT_EQ(file.substr(116, 8), std::string("12345\0\0\0", 8));
    EXPECT_NE(bytes.find("TRAILER!!!"), std::string::npos);
    EXPECT_EQ(bytes.size() % 4, 0U);
}

TEST(GuestRootArchive, NamesTheFileThatIsNotThere) {
    GuestRoot root;
    root.files = {{.from = "/nowhere/agent", .path = "bin/agent"}};

    const auto written = write_guest_root(root, GuestKernel{}, "/dev/null");

    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("/nowhere/agent"), std::string::npos)
        << written.error().message;
}

}  // namespace
}  // namespace oriel
