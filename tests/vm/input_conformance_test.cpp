// SPDX-License-Identifier: MIT
// What every way to the guest's keyboard and pointer has to do, seen from inside a real guest.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "input/key_table.h"
#include "input/open_input.h"
#include "viewer/lock_sync.h"
#include "vm/input_guest.h"
#include "vm/machine_rig.h"

namespace oriel {
namespace {

using namespace testing_support;
using Events = std::vector<EvdevEvent>;

enum class Way : std::uint8_t { Spice, Qmp };

struct Case {
    Way way;
    InputDevices devices;
};

std::string name_of(const testing::TestParamInfo<Case>& info) {
    const std::string way = info.param.way == Way::Spice ? "Spice" : "Qmp";
    switch (info.param.devices) {
    case InputDevices::Ps2:
        return way + "Ps2";
    case InputDevices::Usb:
        return way + "UsbTablet";
    case InputDevices::UsbAll:
        return way + "Usb";
    case InputDevices::Virtio:
        break;
    }
    return way + "Virtio";
}

/// One machine of each kind serves all tests.
std::map<InputDevices, std::unique_ptr<InputGuest>>& guests() {
    static std::map<InputDevices, std::unique_ptr<InputGuest>> all;
    return all;
}

class EndGuests : public testing::Environment {
  public:
    void TearDown() override { guests().clear(); }
};

const auto* const kEndGuests = testing::AddGlobalTestEnvironment(new EndGuests);

class InputConformance : public testing::TestWithParam<Case> {
  protected:
    void SetUp() override {
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
        auto& guest = guests()[GetParam().devices];
        if (!guest) {
            guest = std::make_unique<InputGuest>(GetParam().devices);
        }
        ASSERT_TRUE(guest->is_up());
        guest_ = guest.get();
        open();
        guest_->forget();
    }

    /// Presses what the viewer would press to get those lights.
    void press_locks(const LockLeds& wanted) {
        for (const std::uint32_t key : LockSync().keys_to_press(wanted, sink_->state().leds)) {
            sink_->key(key, Press::Down);
            sink_->key(key, Press::Up);
        }
    }

    void open() {
        const auto target =
            InputTarget::parse(GetParam().way == Way::Spice ? guest_->spice() : guest_->qmp());
        ASSERT_TRUE(target) << target.error().message;
        auto sink = open_input(*target);
        ASSERT_TRUE(sink) << sink.error().message;
        sink_ = std::move(*sink);
        ASSERT_TRUE(dispatch_until(*sink_, [this] {
            return sink_->state().link == InputState::Link::Ready &&
                   sink_->state().pointer != PointerMode::None;
        })) << sink_->state().reason;
    }

    void tap(std::uint32_t code) {
        sink_->key(code, Press::Down);
        sink_->key(code, Press::Up);
    }

    InputGuest* guest_ = nullptr;
    std::unique_ptr<InputSink> sink_;
};

/// Presses and releases, in order; the kernel's own repeats are none of ours.
Events keys_of(const Events& events) {
    Events keys;
    std::ranges::copy_if(events, std::back_inserter(keys), [](const EvdevEvent& event) {
        return event.type == EV_KEY && event.value != 2;
    });
    return keys;
}

std::set<unsigned> down_of(const Events& events) {
    std::set<unsigned> down;
    for (const EvdevEvent& key : keys_of(events)) {
        if (key.value == 1) {
            down.insert(key.code);
        } else {
            down.erase(key.code);
        }
    }
    return down;
}

std::int64_t sum_of(const Events& events, unsigned type, unsigned code) {
    std::int64_t sum = 0;
    for (const EvdevEvent& event : events) {
        if (event.type == type && event.code == code) {
            sum += event.value;
        }
    }
    return sum;
}

std::string text_of(const Events& events) {
    std::string text;
    for (const EvdevEvent& event : events) {
        text += std::to_string(event.type) + " " + std::to_string(event.code) + " " +
                std::to_string(event.value) + "\n";
    }
    return text;
}

TEST_P(InputConformance, FindsOutHowTheGuestTakesAPointer) {
    const bool has_tablet = GetParam().devices != InputDevices::Ps2;

    EXPECT_TRUE(dispatch_until(*sink_, [&] {
        return sink_->state().pointer ==
               (has_tablet ? PointerMode::Absolute : PointerMode::Relative);
    }));
    EXPECT_EQ(sink_->state().reason, "");
}

/// QEMU's keyboards have no code for some keys, or (USB) another one. F13 and up are younger than
/// its version 7.2.
bool can_tell(InputDevices devices, std::uint32_t key) {
    static const std::set<std::uint32_t> not_on_ps2{KEY_LINEFEED,
                                                    KEY_HANGEUL,
                                                    KEY_HANJA,
                                                    KEY_AGAIN,
                                                    KEY_PROPS,
                                                    KEY_UNDO,
                                                    KEY_FRONT,
                                                    KEY_COPY,
                                                    KEY_OPEN,
                                                    KEY_PASTE,
                                                    KEY_FIND,
                                                    KEY_CUT,
                                                    KEY_HELP,
                                                    KEY_MENU};
    static const std::set<std::uint32_t> not_on_usb{
        KEY_HIRAGANA, KEY_LINEFEED, KEY_KPEQUAL, KEY_KPCOMMA, KEY_HANGEUL, KEY_HANJA};
    if (key >= KEY_F13 && key <= KEY_F24) {
        return false;
    }
    switch (devices) {
    case InputDevices::Ps2:
    case InputDevices::Usb:
        return !not_on_ps2.contains(key);
    case InputDevices::UsbAll:
        return key <= KEY_COMPOSE && !not_on_usb.contains(key);
    case InputDevices::Virtio:
        return true;
    }
    return true;
}

TEST_P(InputConformance, EveryKeyArrivesAsItself) {
    std::string wrong;
    for (const KeyName& row : all_keys()) {
        if (row.qcode == nullptr || !can_tell(GetParam().devices, row.key)) {
            continue;
        }
        guest_->forget();
        tap(row.key);
        dispatch_for(*sink_, std::chrono::milliseconds(40));
        const Events expected{{EV_KEY, row.key, 1}, {EV_KEY, row.key, 0}};
        const Events keys = keys_of(
            guest_->wait_for([&](const Events& events) { return keys_of(events) == expected; },
                             std::chrono::milliseconds(300)));
        if (keys != expected) {
            wrong += std::string(row.qcode) + " " + std::to_string(row.key) + ": " + text_of(keys) +
                     "\n";
        }
    }
    EXPECT_EQ(wrong, "");
}

/// Presses each of `keys` and lets it go, `rate` a second.
void type(InputSink& sink, const std::vector<std::uint32_t>& keys, unsigned rate) {
    const Nanoseconds start = monotonic_now();
    const Nanoseconds gap = std::chrono::nanoseconds(std::chrono::seconds(1)) / rate;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        sink.key(keys[i], Press::Down);
        dispatch_for(sink, start + gap * static_cast<long>(i) + gap / 2 - monotonic_now());
        sink.key(keys[i], Press::Up);
        dispatch_for(sink, start + gap * static_cast<long>(i + 1) - monotonic_now());
    }
}

Events presses_and_releases(const std::vector<std::uint32_t>& keys) {
    Events events;
    for (const std::uint32_t key : keys) {
        events.push_back({EV_KEY, key, 1});
        events.push_back({EV_KEY, key, 0});
    }
    return events;
}

/// Random letters, digits and signs, Space and arrows, with E0 and without.
std::vector<std::uint32_t> random_keys(std::size_t count) {
    std::vector<std::uint32_t> choice{
        KEY_SPACE, KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_DELETE, KEY_KPENTER};
    for (std::uint32_t key = KEY_1; key <= KEY_SLASH; ++key) {
        if (key != KEY_LEFTCTRL && key != KEY_LEFTSHIFT && find_key(key) != nullptr) {
            choice.push_back(key);
        }
    }
    std::mt19937 random(20);  // NOLINT: the same text each time
    std::vector<std::uint32_t> keys(count);
    std::ranges::generate(keys, [&] { return choice[random() % choice.size()]; });
    return keys;
}

TEST_P(InputConformance, TypingLosesAndDoublesNothing) {
    const bool is_main_case =
        GetParam().way == Way::Spice && GetParam().devices == InputDevices::Ps2;
    // 2,000 in the long test, as there are 10,000 motions.
    const auto keys = random_keys(is_main_case ? 500 * static_cast<std::size_t>(rounds()) : 200);

    type(*sink_, keys, 50);

    const Events seen = keys_of(guest_->wait_until_quiet());
    EXPECT_EQ(seen.size(), keys.size() * 2);
    EXPECT_EQ(seen, presses_and_releases(keys));
    EXPECT_EQ(down_of(seen), std::set<unsigned>{});
}

TEST_P(InputConformance, ABurstIsSentAtThePaceOfTheGuest) {
    const auto keys = random_keys(60);

    for (const std::uint32_t key : keys) {
        tap(key);
    }
    dispatch_for(*sink_, std::chrono::seconds(2));

    EXPECT_EQ(keys_of(guest_->wait_until_quiet()), presses_and_releases(keys));
}

TEST_P(InputConformance, WhatIsHeldDownIsLetGoAtTheEnd) {
    const std::vector<std::uint32_t> keys{
        KEY_LEFTCTRL, KEY_RIGHTALT, KEY_LEFTSHIFT, KEY_A, KEY_S, KEY_D, KEY_LEFT, KEY_LEFTMETA};
    for (const std::uint32_t key : keys) {
        sink_->key(key, Press::Down);
    }
    sink_->button(BTN_LEFT, Press::Down);
    dispatch_for(*sink_, std::chrono::milliseconds(300));
    EXPECT_EQ(down_of(guest_->events()).size(), keys.size() + 1);

    sink_.reset();

    EXPECT_EQ(down_of(guest_->wait_until_quiet()), std::set<unsigned>{});
}

TEST_P(InputConformance, WhatIsHeldDownIsLetGoWhenTheViewerIsKilled) {
    sink_.reset();
    const pid_t viewer = ::fork();
    if (viewer == 0) {
        open();
        sink_->key(KEY_LEFTSHIFT, Press::Down);
        sink_->key(KEY_RIGHT, Press::Down);
        ::pause();
    }
    ASSERT_GT(viewer, 0);
    const std::set<unsigned> both{KEY_LEFTSHIFT, KEY_RIGHT};
    EXPECT_EQ(down_of(guest_->wait_for([&](const Events& e) { return down_of(e) == both; })), both);

    ::kill(viewer, SIGKILL);
    ::waitpid(viewer, nullptr, 0);

    EXPECT_EQ(down_of(guest_->wait_for([](const Events& e) { return down_of(e).empty(); })),
              std::set<unsigned>{});
}

TEST_P(InputConformance, ReleaseAllLetsGoAndTheKeysWorkOn) {
    sink_->key(KEY_A, Press::Down);
    sink_->button(BTN_RIGHT, Press::Down);
    sink_->release_all();
    sink_->key(KEY_A, Press::Up);
    tap(KEY_B);
    dispatch_for(*sink_, std::chrono::milliseconds(200));

    const Events seen = keys_of(guest_->wait_until_quiet());

    EXPECT_EQ(down_of(seen), std::set<unsigned>{});
    EXPECT_EQ(std::ranges::count(seen, EvdevEvent{EV_KEY, KEY_A, 0}), 1);
    EXPECT_EQ(std::ranges::count(seen, EvdevEvent{EV_KEY, KEY_B, 1}), 1);
}

TEST_P(InputConformance, SumsOfMotionAreExact) {
    if (sink_->state().pointer != PointerMode::Relative) {
        GTEST_SKIP() << "this machine has a tablet";
    }
    std::mt19937 random(7);  // NOLINT: the same path each time
    std::uniform_int_distribution<std::int32_t> step(-40, 40);
    std::int64_t x = 0;
    std::int64_t y = 0;
    for (int i = 0; i < 2'500 * rounds(); ++i) {
        // Now and then one that no mouse can tell in one packet.
        const std::int32_t scale = i % 500 == 0 ? 50 : 1;
        const std::int32_t dx = step(random) * scale;
        const std::int32_t dy = step(random) * scale;
        x += dx;
        y += dy;
        sink_->move_by(dx, dy);
        dispatch_for(*sink_, std::chrono::microseconds(500));
    }
    dispatch_for(*sink_, std::chrono::seconds(1));

    const auto has_all = [&](const Events& events) {
        return sum_of(events, EV_REL, REL_X) == x && sum_of(events, EV_REL, REL_Y) == y;
    };
    const Events seen = guest_->wait_for(has_all, std::chrono::seconds(5));
    EXPECT_EQ(sum_of(seen, EV_REL, REL_X), x);
    EXPECT_EQ(sum_of(seen, EV_REL, REL_Y), y);
    EXPECT_GT(seen.size(), 500U) << "it came as a few jumps";
}

/// Where a guest puts its pointer for the last value of an axis.
std::int64_t pixel_of(const Events& events, unsigned axis, std::int64_t size) {
    std::int64_t value = -1;
    for (const EvdevEvent& event : events) {
        if (event.type == EV_ABS && event.code == axis) {
            value = event.value;
        }
    }
    return value < 0 ? value : value * size / 32768;
}

TEST_P(InputConformance, PositionsLandOnTheirPixel) {
    if (sink_->state().pointer != PointerMode::Absolute) {
        GTEST_SKIP() << "this machine has no tablet";
    }
    constexpr std::uint32_t kWidth = InputGuest::kScreenWidth;
    constexpr std::uint32_t kHeight = InputGuest::kScreenHeight;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places{
        {5, 5}, {0, 0}, {kWidth - 1, kHeight - 1}, {1, kHeight - 2}, {kWidth - 2, 1}, {100, 200}};
    std::mt19937 random(3);  // NOLINT: the same places each time
    for (int i = 0; i < 40; ++i) {
        places.emplace_back(random() % kWidth, random() % kHeight);
    }
    for (const auto& [x, y] : places) {
        sink_->move_to(x, y, kWidth, kHeight);
        dispatch_for(*sink_, std::chrono::milliseconds(20));
        const auto is_there = [&](const Events& events) {
            return pixel_of(events, ABS_X, kWidth) == x && pixel_of(events, ABS_Y, kHeight) == y;
        };
        const Events seen = guest_->wait_for(is_there, std::chrono::seconds(2));
        EXPECT_EQ(pixel_of(seen, ABS_X, kWidth), x);
        EXPECT_EQ(pixel_of(seen, ABS_Y, kHeight), y);
    }
}

TEST_P(InputConformance, ButtonsAndWheelArrive) {
    // QEMU's USB tablet has three.
    const bool has_usb =
        GetParam().devices == InputDevices::Usb || GetParam().devices == InputDevices::UsbAll;
    for (std::uint32_t button = BTN_LEFT; button <= (has_usb ? BTN_MIDDLE : BTN_EXTRA); ++button) {
        guest_->forget();
        sink_->button(button, Press::Down);
        sink_->button(button, Press::Up);
        dispatch_for(*sink_, std::chrono::milliseconds(100));
        EXPECT_EQ(keys_of(guest_->wait_until_quiet()), presses_and_releases({button}))
            << "button " << button;
    }
    guest_->forget();
    sink_->scroll(0, 3);
    sink_->scroll(0, -1);
    sink_->button(BTN_LEFT, Press::Down);  // what is scrolled on both sides of it is not summed up
    sink_->button(BTN_LEFT, Press::Up);
    sink_->scroll(0, -5);
    dispatch_for(*sink_, std::chrono::milliseconds(200));

    EXPECT_EQ(sum_of(guest_->wait_until_quiet(), EV_REL, REL_WHEEL), 3 - 1 - 5);
}

TEST_P(InputConformance, LockLightsAreTold) {
    if (GetParam().way == Way::Qmp) {
        EXPECT_FALSE(sink_->state().leds);
        GTEST_SKIP() << "QMP does not tell them";
    }
    ASSERT_TRUE(dispatch_until(*sink_, [&] { return sink_->state().leds.has_value(); }));
    const LockLeds before = sink_->state().leds.value_or(LockLeds{});
    LockLeds wanted = before;
    wanted.caps_lock = !wanted.caps_lock;

    press_locks(wanted);

    EXPECT_TRUE(dispatch_until(*sink_, [&] { return sink_->state().leds == wanted; }));
    press_locks(before);
    EXPECT_TRUE(dispatch_until(*sink_, [&] { return sink_->state().leds == before; }));
}

INSTANTIATE_TEST_SUITE_P(All,
                         InputConformance,
                         testing::Values(Case{Way::Spice, InputDevices::Ps2},
                                         Case{Way::Qmp, InputDevices::Ps2},
                                         Case{Way::Spice, InputDevices::Usb},
                                         Case{Way::Qmp, InputDevices::Usb},
                                         Case{Way::Spice, InputDevices::UsbAll},
                                         Case{Way::Qmp, InputDevices::UsbAll},
                                         Case{Way::Spice, InputDevices::Virtio},
                                         Case{Way::Qmp, InputDevices::Virtio}),
                         name_of);

}  // namespace
}  // namespace oriel
