// SPDX-License-Identifier: MIT
#include "host/vm/boot_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace oriel {
namespace {

class BootFiles : public testing::Test {
  protected:
    void TearDown() override {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }

    /// A file with these bytes at these places.
    const std::string& file(std::size_t size,
                            const std::vector<std::pair<std::size_t, std::string>>& places) {
        std::string bytes(size, '\0');
        for (const auto& [at, text] : places) {
            bytes.replace(at, text.size(), text);
        }
        std::ofstream(path_) << bytes;
        return path_;
    }

    std::string path_ =
        std::filesystem::temp_directory_path() / ("oriel-boot-file-" + std::to_string(::getpid()));
};

const std::pair<std::size_t, std::string> kBootMark{510, "\x55\xAA"};

TEST_F(BootFiles, AreKnownByTheirFirstBytes) {
    using Kind = BootFile::Kind;
    const auto kind = [this](const auto& places) {
        return look_at_boot_file(file(0x9000, places), "")->kind;
    };
    using Places = std::vector<std::pair<std::size_t, std::string>>;

    EXPECT_EQ(kind(Places{kBootMark}), Kind::Disk);
    EXPECT_EQ(kind(Places{kBootMark, {0x202, "HdrS"}}), Kind::Kernel);
    EXPECT_EQ(kind(Places{{0,
                           "\x7F"
                           "ELF"}}),
              Kind::Kernel);
    EXPECT_EQ(kind(Places{{0x8001, "CD001"}}), Kind::Disc);
    EXPECT_EQ(kind(Places{kBootMark, {0x8001, "CD001"}}), Kind::Disc);
}

TEST_F(BootFiles, HaveTheFormatTheirHeaderSays) {
    EXPECT_EQ(look_at_boot_file(file(512, {kBootMark}), "")->format, "raw");
    EXPECT_EQ(look_at_boot_file(file(512, {{0, "QFI\xFB"}}), "")->format, "qcow2");
    EXPECT_EQ(look_at_boot_file(file(512, {{0x40, "\x7F\x10\xDA\xBE"}}), "")->format, "vdi");
    EXPECT_EQ(look_at_boot_file(file(512, {}), "raw")->format, "raw");
}

TEST_F(BootFiles, ThatNameOthersHaveToBeVouchedFor) {
    const std::string backed = file(512, {{0, "QFI\xFB"}, {14, "\x10"}});
    const auto refused = look_at_boot_file(backed, "");
    const auto vouched = look_at_boot_file(backed, "qcow2");
    const auto external = look_at_boot_file(file(512, {{0, "QFI\xFB"}, {79, "\x04"}}), "");

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              path_ +
                  " names other files that are part of it: if you made it so, say --format "
                  "qcow2");
    EXPECT_TRUE(vouched);
    EXPECT_FALSE(external);
}

TEST_F(BootFiles, AreRefusedWhereNothingIsToBoot) {
    EXPECT_EQ(look_at_boot_file(file(512, {}), "").error().message,
              path_ + " is no kernel, no disc and no disk with a boot record: see `qemu-img info " +
                  path_ + "`, and name the format with --format");
    EXPECT_FALSE(look_at_boot_file(file(0, {}), ""));
    EXPECT_EQ(look_at_boot_file("/nonexistent", "").error().kind, ErrorKind::NotFound);
    EXPECT_EQ(look_at_boot_file("/tmp", "").error().message, "/tmp is neither a file nor a disk");
}

}  // namespace
}  // namespace oriel
