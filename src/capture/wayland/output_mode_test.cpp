// SPDX-License-Identifier: MIT
#include "capture/wayland/output_mode.h"

#include <gtest/gtest.h>

#include "capture/wayland/output_heads.h"
#include "wayland/compositor.h"

namespace oriel {
namespace {

using test::Compositor;

constexpr Size kFirst{1024, 768};
constexpr Size kSecond{640, 480};

class WaylandModeSetter : public testing::Test {
  protected:
    /// sway 1.7 (Debian 12) tells programs that its headless outputs are off, and refuses to change
    /// them: `make test-debian-13`.
    void SetUp() override {
        const auto heads = wayland_capture::OutputHeads::open(sway_.display());
        ASSERT_TRUE(heads) << heads.error().message;
        if ((*heads)->find("HEADLESS-1") == nullptr) {
            const auto refused = open("HEADLESS-1")->set_mode({800, 600}, 0);
            ASSERT_FALSE(refused);
            EXPECT_NE(refused.error().message.find("HEADLESS-1 is not on"), std::string::npos);
            EXPECT_EQ(size_of("HEADLESS-1"), kFirst);
            GTEST_SKIP() << "this sway cannot change headless outputs for others";
        }
    }

    std::unique_ptr<ModeSetter> open(const std::string& output = "") const {
        auto setter = open_wayland_mode_setter(sway_.display(), output);
        EXPECT_TRUE(setter) << setter.error().message;
        return setter ? std::move(*setter) : nullptr;
    }

    Size size_of(const std::string& output) const { return sway_.picture(output).value().size; }

    Compositor sway_ = Compositor::start_sway({kFirst, kSecond}).value();
};

TEST_F(WaylandModeSetter, GivesAnOutputAnySizeAndItsFormerOneAtItsEnd) {
    auto setter = open("HEADLESS-1");
    for (const Size size : {Size{800, 600}, Size{1001, 707}, Size{2560, 1440}}) {
        const auto set = setter->set_mode(size, 0);
        ASSERT_TRUE(set) << set.error().message;
        EXPECT_EQ(*set, size);
        EXPECT_EQ(size_of("HEADLESS-1"), size);
        EXPECT_EQ(size_of("HEADLESS-2"), kSecond);
    }

    setter.reset();

    EXPECT_EQ(size_of("HEADLESS-1"), kFirst);
}

TEST_F(WaylandModeSetter, TakesTheOutputThatIsNamedElseTheFirst) {
    auto second = open("HEADLESS-2");
    ASSERT_TRUE(second->set_mode({700, 500}, 75'000));
    EXPECT_EQ(size_of("HEADLESS-2"), (Size{700, 500}));
    EXPECT_EQ(size_of("HEADLESS-1"), kFirst);

    auto none = open("DP-9");
    const auto refused = none->set_mode({700, 500}, 0);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("DP-9"), std::string::npos);
    EXPECT_TRUE(open()->set_mode({900, 700}, 0));
}

TEST_F(WaylandModeSetter, PutsNothingBackWhereSomebodyElseChangedIt) {
    auto setter = open("HEADLESS-1");
    ASSERT_TRUE(setter->set_mode({800, 600}, 0));
    ASSERT_TRUE(sway_.tell({"--", "output HEADLESS-1 mode --custom 1280x720"}));

    setter.reset();

    EXPECT_EQ(size_of("HEADLESS-1"), (Size{1280, 720}));
}

TEST_F(WaylandModeSetter, SaysThatTheCompositorIsGoneOrDoesNotAnswer) {
    auto setter = open("HEADLESS-1");
    sway_.freeze();
    const auto frozen = setter->set_mode({800, 600}, 0);
    sway_.thaw();
    ASSERT_FALSE(frozen);
    EXPECT_NE(frozen.error().message.find("does not answer"), std::string::npos);

    sway_.kill();

    const auto gone = setter->set_mode({800, 600}, 0);
    ASSERT_FALSE(gone);
    EXPECT_NE(gone.error().message.find("gone"), std::string::npos);
    EXPECT_FALSE(open_wayland_mode_setter(sway_.display(), ""));
}

TEST(OpenWaylandModeSetter, SaysWhereACompositorLetsNobodySetModes) {
    const auto weston = Compositor::start_weston({640, 480});
    ASSERT_TRUE(weston) << weston.error().message;

    const auto setter = open_wayland_mode_setter(weston->display(), "");

    ASSERT_FALSE(setter);
    EXPECT_EQ(setter.error().kind, ErrorKind::Unsupported);
    EXPECT_NE(setter.error().message.find("wlr-output-management"), std::string::npos);
}

}  // namespace
}  // namespace oriel
