// SPDX-License-Identifier: MIT
#include "host/demo/demo_hand.h"

#include <utility>

#include "host/demo/display_connection.h"
#include "host/demo/fake_input.h"
#include "input/open_input.h"

namespace oriel {
namespace {

constexpr Nanoseconds kConnectLimit = std::chrono::seconds(10);
constexpr Nanoseconds kPause = std::chrono::milliseconds(60);

class WindowHand final : public DemoHand {
  public:
    explicit WindowHand(DisplayConnection server) : server_(std::move(server)) {}

    void key(std::uint32_t code, Press press) override {
        const std::uint8_t type = press == Press::Down ? XCB_KEY_PRESS : XCB_KEY_RELEASE;
        fake_input(server_.connection.get(),
                   {.type = type, .detail = static_cast<std::uint8_t>(code + kFirstKeycode)});
        xcb_flush(server_.connection.get());
    }

  private:
    DisplayConnection server_;
};

class GuestHand final : public DemoHand {
  public:
    GuestHand(PollLoop& loop, std::unique_ptr<InputSink> sink)
        : loop_(loop), sink_(std::move(sink)) {
        watch_ = loop_.watch(sink_->fd(), [this] { sink_->dispatch(); });
    }

    ~GuestHand() override { loop_.remove(watch_); }

    GuestHand(const GuestHand&) = delete;
    GuestHand& operator=(const GuestHand&) = delete;

    void key(std::uint32_t code, Press press) override { sink_->key(code, press); }

    const InputState& state() const { return sink_->state(); }

  private:
    PollLoop& loop_;
    std::unique_ptr<InputSink> sink_;
    PollLoop::Id watch_;
};

}  // namespace

Result<std::unique_ptr<DemoHand>> hand_at_window(const DemoWindow& window) {
    ORIEL_TRY_ASSIGN(DisplayConnection server,
                     DisplayConnection::open(window.screen->display(), window.cookie));
    xcb_connection_t* connection = server.connection.get();
    // An X server without a window manager gives nobody the keyboard.
    xcb_set_input_focus(connection, XCB_INPUT_FOCUS_POINTER_ROOT, window.window, XCB_CURRENT_TIME);
    // Nothing moves: only asked whether it could.
    constexpr std::uint8_t kRelative = 1;
    if (!fake_input(connection, {.type = XCB_MOTION_NOTIFY, .detail = kRelative})) {
        return Failure(Error::unsupported("the demo's X server has no XTEST to type with"));
    }
    xcb_flush(connection);
    return std::make_unique<WindowHand>(std::move(server));
}

Result<std::unique_ptr<DemoHand>> hand_at_guest(const std::string& target, DemoStage& stage) {
    ORIEL_TRY_ASSIGN(const InputTarget parsed, InputTarget::parse(target));
    ORIEL_TRY_ASSIGN(auto sink, open_input(parsed));
    auto hand = std::make_unique<GuestHand>(stage.loop(), std::move(sink));
    ORIEL_TRY(stage.wait_for("a connection to the guest's keyboard", kConnectLimit, [&hand] {
        return hand->state().link == InputState::Link::Ready;
    }));
    return hand;
}

Result<void> type_keys(DemoHand& hand, std::span<const std::uint32_t> codes, DemoStage& stage) {
    for (const std::uint32_t code : codes) {
        hand.key(code, Press::Down);
        hand.key(code, Press::Up);
        ORIEL_TRY(stage.pause(kPause));
    }
    return {};
}

}  // namespace oriel
