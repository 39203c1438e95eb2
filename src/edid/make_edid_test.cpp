// SPDX-License-Identifier: MIT
#include "edid/make_edid.h"

#include <algorithm>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "edid/read_edid.h"

namespace oriel {
namespace {

EdidOptions with_modes(std::initializer_list<const char*> texts) {
    EdidOptions options;
    for (const char* text : texts) {
        options.modes.push_back(EdidMode::parse(text).value());
    }
    return options;
}

std::vector<std::uint8_t> made(const EdidOptions& options) {
    auto bytes = make_edid(options);
    EXPECT_TRUE(bytes) << (bytes ? "" : bytes.error().message);
    return bytes.value_or(std::vector<std::uint8_t>{});
}

EdidReport read_back(const EdidOptions& options) {
    auto report = read_edid(made(options));
    EXPECT_TRUE(report);
    EXPECT_TRUE(report->problems.empty()) << report->problems.front();
    return *report;
}

const ListedMode* find(const EdidReport& report, const EdidMode& wanted) {
    const auto found = std::ranges::find_if(report.modes, [&wanted](const ListedMode& mode) {
        const auto off = static_cast<std::int64_t>(mode.refresh_mhz) - wanted.refresh_mhz;
        // A line of VESA's list or a television's may be of the sister rate.
        const bool is_close = mode.timing ? std::abs(off) <= 10 : std::abs(off) <= 400;
        return mode.width == wanted.width && mode.height == wanted.height && is_close;
    });
    return found == report.modes.end() ? nullptr : &*found;
}

std::string refusal(const EdidOptions& options) {
    const auto made = make_edid(options);
    EXPECT_FALSE(made);
    if (made) {
        return {};
    }
    EXPECT_EQ(made.error().kind, ErrorKind::Usage);
    return made.error().message;
}

// Whoever has written this block into a guest's configuration gets the same one from a later
// version.
constexpr const char* kDefaultBlocks =
    "00ffffffffffff003e4c010000000000ff230104a5331d7806ee91a3544c99260f50542108008100"
    "81809500a9c0a940b300d1c0d1001434805070381f4008201804fc1e1100001aa35b0050a0a02950"
    "0820b804fc1e1100001a25cc0050f0703e800820080cfc1e1100001a000000fc004f7269656c0a20"
    "202020202020016c02030d814510045a6166e2004ac61a56505000163008208800fc1e1100001ad9"
    "650050a0402e6008200808fc1e1100001a2f7a7050d0a029500820b804fc1e1100001a0000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000c2";

TEST(MakeEdid, MakesTheSameDefaultBlockForEver) {
    std::string hex;
    for (const std::uint8_t byte : made({})) {
        constexpr const char* kDigits = "0123456789abcdef";
        hex += kDigits[byte >> 4U];
        hex += kDigits[byte & 0xFU];
    }

    EXPECT_EQ(hex, kDefaultBlocks);
}

TEST(MakeEdid, OffersEverySizeFrom800x600To4096x2160) {
    const EdidReport report = read_back({});

    for (const EdidMode& mode : default_edid_modes()) {
        EXPECT_NE(find(report, mode), nullptr) << mode.text();
    }
    ASSERT_NE(find(report, {1920, 1080, 60'000}), nullptr);
    const auto preferred = std::ranges::find_if(report.modes, &ListedMode::is_preferred);
    EXPECT_EQ(preferred->width, 1920U);
}

TEST(MakeEdid, WritesEveryModeDownAndPrefersTheFirst) {
    for (const char* text : {"1920x1080@144",
                             "2560x1440@240",
                             "3840x2160@144",
                             "7680x4320@60",
                             "7680x4320@500",
                             "1920x1080@500",
                             "3440x1440@175",
                             "1366x768",
                             "1080x1920",
                             "1600x900@59.94"}) {
        const EdidOptions options = with_modes({text, "1280x720"});
        const EdidReport report = read_back(options);
        const ListedMode* found = find(report, options.modes[0]);
        ASSERT_NE(found, nullptr) << text;
        EXPECT_TRUE(found->is_preferred) << text;
        EXPECT_NE(find(report, options.modes[1]), nullptr) << text;
    }
}

TEST(MakeEdid, HoldsTwentyModesThatNeedDisplayId) {
    EdidOptions options;
    for (std::uint32_t i = 0; i < kMaxEdidModes; ++i) {
        options.modes.push_back({2560, 1440, 240'000 + i * 1000});
    }

    const EdidReport report = read_back(options);

    for (const EdidMode& mode : options.modes) {
        EXPECT_NE(find(report, mode), nullptr) << mode.text();
    }
    EXPECT_EQ(report.blocks.size(), 7U);
}

TEST(MakeEdid, OffersASmallerPictureWhereOnlyTheFirstBlockIsRead) {
    const EdidReport report = read_back(with_modes({"7680x4320@60"}));

    const auto first = std::ranges::find_if(report.modes, [](const ListedMode& mode) {
        return mode.block == 0 && mode.source == ListedMode::Source::Detailed;
    });
    ASSERT_NE(first, report.modes.end());
    EXPECT_EQ(first->width, 3840U);
    EXPECT_EQ(first->height, 2160U);
}

TEST(MakeEdid, SaysWhoItIs) {
    EdidOptions options;
    options.name = "Second screen";
    options.serial = "A-17";
    options.dpi = 192;

    const EdidReport report = read_back(options);

    EXPECT_EQ(report.maker, "ORL");
    EXPECT_EQ(report.name, "Second screen");
    EXPECT_EQ(report.serial, "A-17");
    EXPECT_EQ(report.width_cm, 25U);
    EXPECT_EQ(report.input, "DisplayPort, 8 bits");
}

TEST(MakeEdid, SaysThatItShowsAHighRange) {
    EdidOptions options;
    options.range = EdidOptions::Range::High;

    const EdidReport report = read_back(options);

    EXPECT_EQ(report.input, "DisplayPort, 10 bits");
    EXPECT_EQ(report.colorimetry, std::vector<std::string>{"BT.2020 RGB"});
    const HighRange range = report.high_range.value_or(HighRange{});
    EXPECT_EQ(range.transfers, 0b1101);
    EXPECT_NEAR(range.most_nits.value_or(0), 1000, 10);
    EXPECT_NEAR(range.least_nits.value_or(0), 0.05, 0.005);
}

TEST(MakeEdid, GivesAnHdmiInputTheOlderVersionAndItsBlockMap) {
    EdidOptions options = with_modes({"3840x2160@144"});
    options.connector = EdidOptions::Connector::Hdmi;

    const EdidReport report = read_back(options);

    EXPECT_EQ(report.version, "1.3");
    const std::vector<std::string> blocks{"base", "block map", "CTA-861", "DisplayID"};
    EXPECT_EQ(report.blocks, blocks);
}

TEST(MakeEdid, RefusesWhatNoBlockHolds) {
    EdidOptions options;
    options.name = "fourteen chars";
    EXPECT_NE(refusal(options).find("at most 13"), std::string::npos);
    options.name = "caf\xc3\xa9";
    EXPECT_NE(refusal(options).find("ASCII"), std::string::npos);
    options.name = "";
    EXPECT_NE(refusal(options).find("--name is empty"), std::string::npos);

    options = {};
    options.modes.resize(kMaxEdidModes + 1, {1920, 1080, 60'000});
    EXPECT_NE(refusal(options).find("21 modes are too many"), std::string::npos);

    options = {};
    options.dpi = 5;
    EXPECT_NE(refusal(options).find("--dpi 5"), std::string::npos);

    options = with_modes({"7680x4320"});
    options.dpi = 50;
    EXPECT_NE(refusal(options).find("use 77 or more"), std::string::npos);

    EXPECT_NE(refusal(with_modes({"640x480@24"})).find("too slow"), std::string::npos);
}

TEST(MakeEdid, EndsEachBlockWithAChecksum) {
    const std::vector<std::uint8_t> bytes = made(with_modes({"3840x2160@144", "1920x1080"}));

    ASSERT_EQ(bytes.size() % kEdidBlockBytes, 0U);
    for (auto block = bytes.begin(); block != bytes.end(); block += kEdidBlockBytes) {
        EXPECT_EQ(std::accumulate(block, block + kEdidBlockBytes, 0U) % 256, 0U);
    }
}

}  // namespace
}  // namespace oriel
