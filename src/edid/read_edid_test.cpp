// SPDX-License-Identifier: MIT
#include "edid/read_edid.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "edid/edid_blocks.h"
#include "edid/make_edid.h"

namespace oriel {
namespace {

/// A sound base block and one extension, with right checksums, to be damaged.
class ReadEdid : public testing::Test {
  protected:
    void mend() {
        for (std::size_t at = 0; at < bytes_.size(); at += kEdidBlockBytes) {
            const auto block = std::span(bytes_).subspan(at, kEdidBlockBytes);
            block.back() = edid_checksum(block.first(kEdidBlockBytes - 1));
        }
    }

    std::string problem() {
        mend();
        const auto report = read_edid(bytes_);
        EXPECT_TRUE(report);
        EXPECT_EQ(report->problems.size(), 1U);
        return report->problems.empty() ? "" : report->problems.front();
    }

    std::vector<std::uint8_t> bytes_ = make_edid({}).value();
    std::span<std::uint8_t> extension_ = std::span(bytes_).subspan(kEdidBlockBytes);
};

TEST_F(ReadEdid, RefusesWhatIsNone) {
    EXPECT_FALSE(read_edid({}));
    EXPECT_FALSE(read_edid(std::span(bytes_).first(127)));
    EXPECT_FALSE(read_edid(std::vector<std::uint8_t>(128)));
    bytes_.resize(kMaxEdidBytes + 1);
    EXPECT_FALSE(read_edid(bytes_));
}

TEST_F(ReadEdid, NamesABlockWhoseChecksumIsWrong) {
    bytes_[200] ^= 1U;
    const auto report = read_edid(bytes_);

    ASSERT_EQ(report->problems.size(), 1U);
    EXPECT_EQ(report->problems[0].find("block 1: its checksum is wrong"), 0U);
}

TEST_F(ReadEdid, SaysThatBlocksAreMissing) {
    bytes_.resize(kEdidBlockBytes + 10);
    const auto report = read_edid(bytes_);

    ASSERT_EQ(report->problems.size(), 1U);
    EXPECT_NE(report->problems[0].find("2 blocks, and here are 1 and 10 bytes"), std::string::npos);
}

TEST_F(ReadEdid, FindsADataBlockLongerThanItsPlace) {
    extension_[4] = 2U << 5U | 31U;
    EXPECT_NE(problem().find("a data block of 31 bytes does not fit"), std::string::npos);
}

TEST_F(ReadEdid, FindsTimingsThatStartOutsideOfTheBlock) {
    extension_[2] = 200;
    EXPECT_NE(problem().find("start at byte 200"), std::string::npos);
}

TEST_F(ReadEdid, FindsASectionLongerThanItsBlock) {
    std::ranges::fill(extension_, std::uint8_t{0});
    extension_[0] = kDisplayIdTag;
    extension_[1] = 0x20;
    extension_[2] = 255;
    EXPECT_NE(problem().find("a section of 255 bytes does not fit"), std::string::npos);
}

TEST_F(ReadEdid, FindsATimingWhosePartsExceedItsWhole) {
    bytes_[54 + 9] = 0xFF;  // The sync pulse.
    EXPECT_NE(problem().find("detailed timing 1 is no picture"), std::string::npos);
}

TEST_F(ReadEdid, ReadsATypeSevenTiming) {
    std::ranges::fill(extension_, std::uint8_t{0});
    const std::array<std::uint8_t, 11> head{
        kDisplayIdTag, 0x20, 23, 2, 0, 0x22, 0, 20, 0xC7, 0x08, 0x02};
    std::ranges::copy(head, extension_.begin());
    const std::array<std::uint8_t, 17> rest{
        0x84, 0x7F, 0x07, 0x4F, 0, 7, 0x80, 31, 0, 0x37, 0x04, 0x1E, 0, 16, 0, 7, 0};
    std::ranges::copy(rest, extension_.begin() + head.size());
    extension_[28] = edid_checksum(extension_.subspan(1, 27));
    mend();
    const auto report = read_edid(bytes_);

    ASSERT_TRUE(report && report->problems.empty());
    const ListedMode& mode = report->modes.back();
    EXPECT_EQ(mode.width, 1920U);
    EXPECT_EQ(mode.height, 1080U);
    EXPECT_EQ(mode.refresh_mhz, 60'000U);
    EXPECT_TRUE(mode.is_preferred);
}

TEST_F(ReadEdid, MakesEveryTextPrintable) {
    const std::string escape = "\x1b[31mred";
    const auto name = std::ranges::search(bytes_, std::string("Oriel")).begin();
    std::ranges::copy(escape, name);
    mend();

    EXPECT_EQ(read_edid(bytes_)->name, "?[31mred");
}

TEST_F(ReadEdid, ReadsAnEarlierMonitorsAnalogInput) {
    bytes_[19] = 1;
    bytes_[20] = 0x0E;
    bytes_[38] = 0x31;
    bytes_[39] = 0x00;  // In the first versions: a square.
    mend();
    const auto report = read_edid(bytes_);

    EXPECT_EQ(report->input, "analog");
    const auto square = std::ranges::find_if(report->modes, [](const ListedMode& mode) {
        return mode.source == ListedMode::Source::Standard;
    });
    EXPECT_EQ(square->width, 640U);
    EXPECT_EQ(square->height, 640U);
}

}  // namespace
}  // namespace oriel
