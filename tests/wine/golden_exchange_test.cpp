// SPDX-License-Identifier: MIT
// A region that one system's build wrote, read by the other's: through the ivshmem driver on
// Windows, and as a file here.
#include "wine/golden_exchange.h"

#include <fstream>

#include <gtest/gtest.h>

#include "golden/golden_state.h"
#include "wine/wine_rig.h"

namespace oriel::test {
namespace {

constexpr const char* kSide = "golden_side.exe";

class GoldenExchange : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = WineRig::why_not(); !why.empty()) {
            GTEST_SKIP() << why;
        }
        auto rig = WineRig::boot(
            {.name = "golden_exchange_test", .devices = {{.bytes = abi::kMinRegionSize}}});
        ASSERT_TRUE(rig) << rig.error().message;
        rig_ = std::move(*rig);
    }

    std::span<std::byte> bytes() const { return rig_->device().memory().bytes(); }

    std::unique_ptr<WineRig> rig_;
};

TEST_F(GoldenExchange, WhatWindowsWritesIsTheGoldenFileAndIsReadHere) {
    const Said said = rig_->run(kSide, {"write", "pci"});
    ASSERT_EQ(said.code, 0) << said.text;

    EXPECT_EQ(golden_difference(bytes()), "");
    TestRegion kept;
    std::ifstream file(ORIEL_GOLDEN_FILE);
    ASSERT_TRUE(read_golden(file, kept.bytes()));
    EXPECT_TRUE(std::ranges::equal(bytes(), kept.bytes()));
}

TEST_F(GoldenExchange, WhatIsWrittenHereWindowsReads) {
    TestRegion golden(bytes());
    make_golden_state(golden);

    const Said said = rig_->run(kSide, {"check", "pci"});

    EXPECT_EQ(said.code, 0) << said.text;
}

TEST_F(GoldenExchange, ADifferenceIsSeen) {
    TestRegion golden(bytes());
    make_golden_state(golden);
    bytes()[golden.root()] ^= std::byte{1};

    const Said said = rig_->run(kSide, {"check", "pci"});

    EXPECT_EQ(said.code, 1) << said.text;
    EXPECT_NE(said.text.find("it differs at byte"), std::string::npos) << said.text;
}

}  // namespace
}  // namespace oriel::test
