// SPDX-License-Identifier: MIT
// The hold handshake between a Windows process and a native one, as fast as both go. The first
// argument is how many steps publisher and viewer make together.
#include "wine/stressed_relay.h"

#include <cstdio>

#include <gtest/gtest.h>

#include "base/parse_number.h"
#include "wine/wine_rig.h"

namespace oriel::test {
namespace {

constexpr std::uint64_t kRegionBytes = 2U << 20U;
constexpr const char* kSide = "stressed_relay_side.exe";
constexpr Nanoseconds kPatience = std::chrono::seconds(900);

std::uint64_t steps_wanted = 0;  // NOLINT: what the command line says

class StressedRelay : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = WineRig::why_not(); !why.empty()) {
            GTEST_SKIP() << why;
        }
        auto rig =
            WineRig::boot({.name = "stressed_relay_test", .devices = {{.bytes = kRegionBytes}}});
        ASSERT_TRUE(rig) << rig.error().message;
        rig_ = std::move(*rig);
    }

    std::span<std::byte> bytes() const { return rig_->device().memory().bytes(); }

    std::unique_ptr<WineRig> rig_;
};

TEST_F(StressedRelay, AWindowsPublisherRespectsTheHoldsOfANativeViewer) {
    auto publisher = rig_->start(kSide, {"publish", "pci"});
    ASSERT_TRUE(publisher) << publisher.error().message;

    const StressSight sight = view_under_stress(bytes(), 0, steps_wanted);

    std::puts(text_of(sight).c_str());
    EXPECT_GE(sight.steps, steps_wanted);
    EXPECT_GT(sight.taken, steps_wanted / 1000);
    EXPECT_EQ(sight.torn, 0U);
    EXPECT_EQ(sight.lost, 0U);
    EXPECT_TRUE(publisher->child().wait(kPatience));
    EXPECT_EQ(publisher->child().exit_code(), 0) << publisher->text();
}

TEST_F(StressedRelay, ANativePublisherRespectsTheHoldsOfAWindowsViewer) {
    auto viewer =
        rig_->start(kSide, {"view", "Z:" + rig_->device().path(), std::to_string(steps_wanted)});
    ASSERT_TRUE(viewer) << viewer.error().message;

    const std::uint64_t frames = publish_under_stress(bytes());

    EXPECT_TRUE(viewer->child().wait(kPatience));
    EXPECT_EQ(viewer->child().exit_code(), 0) << viewer->text();
    EXPECT_NE(viewer->text().find("torn 0, lost 0,"), std::string::npos) << viewer->text();
    std::printf("%llu frames began; the viewer: %s",
                static_cast<unsigned long long>(frames),
                viewer->text().c_str());
}

}  // namespace
}  // namespace oriel::test

int main(int count, char** arguments) {
    testing::InitGoogleTest(&count, arguments);
    const auto steps = count == 2 ? oriel::parse_number<std::uint64_t>(arguments[1]) : std::nullopt;
    if (!steps) {
        std::fprintf(stderr, "usage: stressed_relay_test STEPS\n");
        return 2;
    }
    oriel::test::steps_wanted = *steps;
    return RUN_ALL_TESTS();
}
