// SPDX-License-Identifier: MIT
// `--input auto`: a viewer's window on a real X server, a real broker, and a socket in the place of
// the virtual machine's that notes who connects.
#include "viewer/auto_input.h"

#include <cstdlib>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "base/linux/unix_socket.h"
#include "session/input_fixture.h"
#include "viewer/domain_input.h"

namespace oriel::testing_support {
namespace {

class AutoInput : public InputTest, public ViewerObserver {
  protected:
    AutoInput() {
        // Neither the regions nor the libvirt of whoever runs the test.
        // NOLINTBEGIN(concurrency-mt-unsafe): no other thread runs yet
        ::setenv("XDG_RUNTIME_DIR", folder_.path().c_str(), 1);
        ::unsetenv("LIBVIRT_DEFAULT_URI");
        // NOLINTEND(concurrency-mt-unsafe)
        options_ = folder_.options();
        options_.folder = region_folder("test");
        options_.size = 32U << 20U;
        listener_ = listen_unix(machine(), SocketKind::Stream, 0600).value();
    }

    ~AutoInput() override { viewer_.reset(); }

    void on_state(SessionStatus::State /*state*/, const std::string& /*text*/) override {}

    void on_first_frame() override {}

    std::string machine() const { return folder_.path() + "/machine.sock"; }

    void view(const Target& target) {
        ViewerOptions options{.target = target, .platform = ViewerOptions::Platform::X11};
        options.input = input_for(InputTarget{}, target);
        auto viewer = Viewer::open(loop_, options, *this);
        ASSERT_TRUE(viewer) << viewer.error().message;
        viewer_ = std::move(*viewer);
    }

    static Target named() { return {Target::Kind::Name, "test"}; }

    bool title_says(const std::string& words) {
        return run_until([&] { return title().find(words) != std::string::npos; });
    }

    /// Somebody has connected to the machine's socket.
    bool is_called() {
        if (!caller_) {
            caller_ = accept_unix(listener_);
        }
        return static_cast<bool>(caller_);
    }

    TestFolder folder_;
    BrokerOptions options_;
    UniqueFd listener_;
    UniqueFd caller_;
    std::unique_ptr<Viewer> viewer_;
};

TEST_F(AutoInput, GoesWhereTheBrokerWasTold) {
    options_.input_uri = "qmp:" + machine();
    BrokerThread broker(options_);

    view(named());

    EXPECT_TRUE(run_until([&] { return is_called(); }));
}

TEST_F(AutoInput, DoesNotFollowWhatTheGuestWroteIntoTheBrokersPage) {
    BrokerThread broker(options_);
    const auto guest = open_region(options_, Role::Show);
    ASSERT_TRUE(guest);
    const PageForger forger(**guest, "qmp:" + machine());

    view(named());

    // It has looked everywhere by then.
    EXPECT_TRUE(title_says(kNoInputKnown)) << title();
    settle();
    EXPECT_FALSE(is_called());
}

TEST_F(AutoInput, StaysWhereTheBrokerWasToldWhateverTheGuestWrites) {
    options_.input_uri = "qmp:" + machine();
    BrokerThread broker(options_);
    const auto guest = open_region(options_, Role::Show);
    ASSERT_TRUE(guest);
    const PageForger forger(**guest, "qmp:/nowhere/at/all.sock");

    view(named());

    EXPECT_TRUE(run_until([&] { return is_called(); }));
}

TEST_F(AutoInput, FollowsABrokerThatComesBackKnowingMore) {
    auto broker = std::make_unique<BrokerThread>(options_);
    view(named());
    EXPECT_TRUE(title_says(kNoInputKnown)) << title();
    broker.reset();
    options_.input_uri = "qmp:" + machine();

    broker = std::make_unique<BrokerThread>(options_);

    EXPECT_TRUE(run_until([&] { return is_called(); }));
}

TEST_F(AutoInput, SaysWhatItCannotUseAndShowsThePictureAllTheSame) {
    options_.input_uri = "telepathy:home";
    BrokerThread broker(options_);

    view(named());

    EXPECT_TRUE(title_says("cannot use \"telepathy:home\" for input")) << title();
}

TEST_F(AutoInput, IsNoneWhereTheBrokerWasToldSo) {
    options_.input_uri = "none";
    BrokerThread broker(options_);

    view(named());
    settle();

    EXPECT_EQ(title(), "test - Oriel");
}

TEST_F(AutoInput, SaysThatThereIsNoneForARegionOfNoDomain) {
    BrokerThread broker(options_);

    view({Target::Kind::Socket, options_.folder + "/viewer.sock"});

    EXPECT_TRUE(title_says(kNoInputKnown)) << title();
}

}  // namespace
}  // namespace oriel::testing_support
