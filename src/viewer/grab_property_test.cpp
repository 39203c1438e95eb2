// SPDX-License-Identifier: MIT
// Whatever happens in whatever order: nothing is stuck, nothing is grabbed without cause.
#include <array>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <tuple>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "viewer/grab_machine.h"
#include "viewer/testing/recording_sink.h"

namespace oriel {
namespace {

using Kind = InputEvent::Kind;
using testing_support::RecordingSink;

constexpr int kSequences = 200;
constexpr int kEvents = 400;
constexpr Size kPicture{640, 480};

/// Few, so that they meet: letters, every part of the host keys asked for, commands.
constexpr std::array<std::uint32_t, 10> kKeys = {KEY_A,
                                                 KEY_F,
                                                 KEY_Q,
                                                 KEY_F3,
                                                 KEY_DELETE,
                                                 KEY_LEFTCTRL,
                                                 KEY_RIGHTCTRL,
                                                 KEY_LEFTALT,
                                                 KEY_RIGHTALT,
                                                 KEY_LEFTMETA};
constexpr std::array<std::uint32_t, 3> kButtons = {BTN_LEFT, BTN_RIGHT, BTN_EXTRA};

/// ORIEL_SEED=n repeats a run.
std::uint64_t seed() {
    const char* asked = std::getenv("ORIEL_SEED");  // NOLINT(concurrency-mt-unsafe): one thread
    return asked != nullptr ? std::strtoull(asked, nullptr, 10) : std::random_device()();
}

/// What a run has met; a run that met nothing proves nothing.
struct Met {
    int grabs = 0;
    int commands = 0;
    std::size_t keys = 0;
    std::size_t positions = 0;
    bool moved = false;
};

class Chaos {
  public:
    Chaos(const GrabWishes& wishes, std::uint64_t seed)
        : wishes_(wishes), random_(seed), machine_(wishes, &sink_) {}

    void step();
    void check() const;
    void check_recovery();
    void end(Met& met);

  private:
    std::uint32_t below(std::uint32_t limit) {
        return static_cast<std::uint32_t>(random_() % limit);
    }

    template <class Array>
    std::uint32_t one_of(const Array& codes) {
        return codes[below(static_cast<std::uint32_t>(codes.size()))];
    }

    void press_or_release(Kind down, std::uint32_t code);
    void move();
    void change_guest();
    void ask_from_outside();

    GrabWishes wishes_;
    std::mt19937_64 random_;
    RecordingSink sink_;
    GrabMachine machine_;
    bool has_focus_ = false;
    bool is_visible_ = true;
    std::set<std::uint32_t> held_;  ///< By the hand.
    Met met_;
};

void Chaos::press_or_release(Kind down, std::uint32_t code) {
    const bool is_down = below(2) == 0;
    InputEvent event{.kind = down, .code = code, .picture = kPicture, .is_outside = below(5) == 0};
    if (!is_down) {
        event.kind = down == Kind::KeyDown ? Kind::KeyUp : Kind::ButtonUp;
    }
    if (is_down) {
        held_.insert(code);
    } else {
        held_.erase(code);
    }
    met_.commands += machine_.on_input(event) ? 1 : 0;
}

void Chaos::move() {
    const Kind kinds[] = {Kind::Motion, Kind::RelativeMotion, Kind::Scroll};
    machine_.on_input({.kind = kinds[below(3)],
                       .x = static_cast<double>(below(kPicture.width)),
                       .y = static_cast<double>(below(kPicture.height)),
                       .picture = kPicture,
                       .is_outside = below(4) == 0});
}

void Chaos::change_guest() {
    InputState state;
    state.link = below(3) != 0 ? InputState::Link::Ready
                               : InputState::Link{static_cast<std::uint8_t>(below(4))};
    state.pointer = PointerMode{static_cast<std::uint8_t>(below(3))};
    sink_.become(state);
    sink_.dispatch();
    machine_.on_sink_state();
}

/// Neither needs the focus, and neither leaves anything down.
void Chaos::ask_from_outside() {
    const std::set<std::uint32_t> down_before = sink_.down;
    const std::array<std::uint32_t, 2> chord{KEY_A, KEY_LEFTALT};
    switch (below(3)) {
    case 0:
        EXPECT_EQ(machine_.press_together(chord), sink_.state().link == InputState::Link::Ready);
        EXPECT_EQ(sink_.down, down_before);
        break;
    case 1:
        EXPECT_EQ(machine_.take_grab(), machine_.is_active());
        EXPECT_EQ(machine_.is_grabbed(), machine_.is_active());
        break;
    default:
        machine_.give_grab_back();
        EXPECT_EQ(machine_.grab(), Grab{});
    }
}

void Chaos::step() {
    const std::uint32_t what = below(104);
    if (what >= 100) {
        ask_from_outside();
    } else if (what < 60) {
        press_or_release(Kind::KeyDown, one_of(kKeys));
    } else if (what < 75) {
        press_or_release(Kind::ButtonDown, one_of(kButtons));
    } else if (what < 88) {
        move();
    } else if (what < 92) {
        has_focus_ = below(4) != 0;
        machine_.on_focus(has_focus_);
    } else if (what < 94) {
        is_visible_ = below(4) != 0;
        machine_.on_visibility(is_visible_);
    } else if (what < 97) {
        change_guest();
    } else if (what < 98) {
        machine_.on_grab_lost();
        EXPECT_EQ(machine_.grab(), Grab{});
    } else {
        machine_.on_patience_over();
    }
    met_.grabs += machine_.is_grabbed() ? 1 : 0;
}

void Chaos::check() const {
    ASSERT_EQ(sink_.broken_rules, std::vector<std::string>{});
    for (const std::uint32_t code : sink_.down) {
        ASSERT_TRUE(held_.contains(code)) << code << " is stuck";
    }
    const bool may_hold =
        has_focus_ && is_visible_ && sink_.state().link == InputState::Link::Ready;
    if (!may_hold) {
        ASSERT_TRUE(sink_.down.empty());
        ASSERT_EQ(machine_.grab(), Grab{});
    }
}

/// A window left and entered again is as new: the next letter is the guest's.
void Chaos::check_recovery() {
    machine_.on_focus(false);
    machine_.on_focus(true);
    machine_.on_visibility(true);
    sink_.become(testing_support::ready(PointerMode::Absolute));
    sink_.dispatch();
    machine_.on_sink_state();
    machine_.on_input({.kind = Kind::KeyDown, .code = KEY_A});
    EXPECT_EQ(sink_.down, std::set<std::uint32_t>{KEY_A});
    // A wish for the start was granted long ago, or taken back.
    if (wishes_.at_focus) {
        EXPECT_EQ(machine_.grab().pointer, Grab::Pointer::Confined);
    } else if (!wishes_.at_start) {
        EXPECT_EQ(machine_.grab(), Grab{});
    }
    machine_.on_input({.kind = Kind::KeyUp, .code = KEY_A});
    EXPECT_TRUE(sink_.down.empty());
    has_focus_ = true;
    is_visible_ = true;
}

void Chaos::end(Met& met) {
    check_recovery();
    if (below(2) == 0) {
        machine_.release();
    } else {
        has_focus_ = false;
        machine_.on_focus(false);
    }
    check();
    EXPECT_TRUE(sink_.down.empty());
    if (wishes_.host_key.part_count() == 1) {
        for (const RecordingSink::KeyEvent& key : sink_.keys) {
            EXPECT_FALSE(wishes_.host_key.part_of(key.code)) << "the guest saw the host key";
        }
    }
    met.grabs += met_.grabs;
    met.commands += met_.commands;
    met.keys += sink_.keys.size();
    met.positions += sink_.positions.size();
    met.moved = met.moved || sink_.moved_x != 0;
}

class AnyOrder : public testing::TestWithParam<std::tuple<const char*, bool, bool>> {};

TEST_P(AnyOrder, LeavesNothingStuckAndNothingGrabbed) {
    const std::uint64_t first = seed();
    std::cout << "ORIEL_SEED=" << first << "\n";
    Met met;
    for (int i = 0; i < kSequences; ++i) {
        const auto [host_key, at_start, at_focus] = GetParam();
        Chaos chaos({HostKey::parse(host_key).value(), at_start, at_focus},
                    first + static_cast<std::uint64_t>(i));
        for (int event = 0; event < kEvents; ++event) {
            chaos.step();
            chaos.check();
            if (HasFatalFailure()) {
                FAIL() << "ORIEL_SEED=" << first << ", sequence " << i << ", event " << event;
            }
        }
        chaos.end(met);
        ASSERT_FALSE(HasFailure()) << "ORIEL_SEED=" << first << ", sequence " << i;
    }
    EXPECT_GT(met.grabs, 0);
    EXPECT_GT(met.commands, 0);
    EXPECT_GT(met.keys, 0U);
    EXPECT_GT(met.positions, 0U);
    EXPECT_TRUE(met.moved);
}

INSTANTIATE_TEST_SUITE_P(
    HostKeys,
    AnyOrder,
    testing::Combine(testing::Values("rightctrl", "ctrl+alt", "ctrl+leftalt+super"),
                     testing::Bool(),
                     testing::Bool()));

}  // namespace
}  // namespace oriel
