// SPDX-License-Identifier: MIT
// `oriel view NAME` as a person starts it: what is typed into its window arrives in the guest that
// `oriel broker NAME --input ...` named.
#include <algorithm>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "faults/programs.h"
#include "vm/input_guest.h"
#include "x11/viewer_windows.h"
#include "x11/x11_fixture.h"

namespace oriel::testing_support {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(15);

class AutoInputVm : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (why_no_machine().empty()) {
            guest_ = std::make_unique<InputGuest>(InputDevices::Ps2);
        }
    }

    static void TearDownTestSuite() { guest_.reset(); }

    void SetUp() override {
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
        ASSERT_TRUE(guest_->is_up());
    }

    /// A letter typed into the viewer's window, again and again until the guest has heard it: the
    /// viewer connects in the background.
    static void expect_typing_arrives(const std::string& input) {
        const RuntimeFolder folder;
        const auto server = test::XServer::start({1280, 800});
        ASSERT_TRUE(server) << server.error().message;
        const ChildProgram broker = start_broker("32", {"--input", input});
        const ChildProgram agent = start_agent("640x480@10,rect");
        const ChildProgram viewer = start_viewer(server->display());
        const auto hand = test::XPainter::open(server->display());
        ASSERT_TRUE(hand) << hand.error().message;
        const auto windows = test::viewer_windows(*hand);
        ASSERT_EQ(windows.size(), 1U);
        guest_->forget();

        const auto heard = guest_->wait_for(
            [&](const std::vector<EvdevEvent>& events) {
                if (std::ranges::count(events, EvdevEvent{EV_KEY, KEY_Q, 0}) > 0) {
                    return true;
                }
                // A window that is not on the screen yet gets no focus.
                hand->focus(windows.front());
                hand->press_key(KEY_Q);
                hand->release_key(KEY_Q);
                return false;
            },
            kPatience);

        EXPECT_GE(std::ranges::count(heard, EvdevEvent{EV_KEY, KEY_Q, 1}), 1)
            << test::title_of(*hand, windows.front());
    }

    static std::unique_ptr<InputGuest> guest_;
};

std::unique_ptr<InputGuest> AutoInputVm::guest_;

TEST_F(AutoInputVm, TypesOverTheSpiceThatTheBrokerWasTold) {
    expect_typing_arrives(guest_->spice());
}

TEST_F(AutoInputVm, TypesOverTheQmpThatTheBrokerWasTold) {
    expect_typing_arrives(guest_->qmp());
}

}  // namespace
}  // namespace oriel::testing_support
