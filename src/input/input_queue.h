// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>

#include "input/guest_input.h"
#include "input/pace.h"

namespace oriel {

/// What waits to go to the guest, for every sink: in order, paced so that no queue inside the
/// virtual machine overflows, and bounded. It knows what is held down.
///
/// QEMU's PS/2 keyboard holds 16 bytes and drops what comes then without a word, releases too; its
/// USB keyboard holds 16 keys, of which a guest reads one in 8 ms. Both are kept at half.
///
/// A PS/2 mouse of QEMU's keeps what has no room in that queue until it hears of the mouse again.
/// So a nudge goes some time after the last that happened to it: a MoveBy of nothing.
///
/// What is bounded: motion is added up, positions replace each other, presses beyond kMaxWaiting
/// are left out together with their releases. A release of what was sent down always goes.
class InputQueue {
  public:
    static constexpr std::size_t kMaxWaiting = 256;
    static constexpr std::int64_t kMaxNotches = 64;

    void key(std::uint32_t code, Press press) {
        press_or_release(GuestInput::Kind::Key, code, press);
    }

    /// Codes as InputSink::button() has them; others are left out.
    void button(std::uint32_t code, Press press);

    void move_to(std::uint32_t x, std::uint32_t y, std::uint32_t width, std::uint32_t height);
    void move_by(std::int32_t x, std::int32_t y);
    void scroll(std::int32_t x, std::int32_t y);

    /// Queues a release of all that is held down.
    void release_all();

    /// Whether anything arrives. Where it does not, all is forgotten but releases of what was sent
    /// down: they go first once it does again.
    void set_ready(bool ready);

    /// The next event, if it may go now.
    std::optional<GuestInput> take(Nanoseconds now);

    /// When take() has one; empty where nothing waits.
    std::optional<Nanoseconds> when(Nanoseconds now) const;

    /// The guest never got `event`, taken before: a release goes again, before all else; a press
    /// counts as never sent, and its release is of no use.
    void put_back(const GuestInput& event);

    /// But for nudges.
    bool is_empty() const { return waiting_.empty(); }

    std::size_t size() const { return waiting_.size(); }

  private:
    /// A key or a button.
    struct Held {
        GuestInput::Kind kind;
        std::uint32_t code;

        auto operator<=>(const Held&) const = default;
    };

    void press_or_release(GuestInput::Kind kind, std::uint32_t code, Press press);
    void push(const GuestInput& event);

    bool is_full() const { return waiting_.size() >= kMaxWaiting; }

    GuestInput* last_of(GuestInput::Kind kind);
    GuestInput next_part() const;
    void note_taken(const GuestInput& event, Nanoseconds now);

    std::deque<GuestInput> waiting_;
    std::set<Held> down_;       ///< As they will be once all that waits is sent.
    std::set<Held> sent_down_;  ///< As the guest has them now.
    std::set<Held> refused_;    ///< Their release may be under way all the same.
    bool ready_ = false;
    Nanoseconds moved_at_{0};     ///< The last time for a mouse.
    std::size_t nudges_due_ = 0;  ///< How many go after it.
    Pace key_bytes_{8, std::chrono::milliseconds(2)};
    Pace keys_{8, std::chrono::milliseconds(9)};
    Pace mouse_bytes_{8, std::chrono::microseconds(500)};
};

}  // namespace oriel
