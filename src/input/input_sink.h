// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "input/machine_screen.h"

namespace oriel {

/// The guest's lock lights, as it set them last.
struct LockLeds {
    bool scroll_lock = false;
    bool num_lock = false;
    bool caps_lock = false;

    friend bool operator==(const LockLeds&, const LockLeds&) = default;
};

/// How the guest takes a pointer at this moment.
enum class PointerMode : std::uint8_t {
    None,      ///< No pointing device, or not known yet.
    Relative,  ///< A mouse: motion only.
    Absolute,  ///< A tablet: positions only.
};

/// What a sink knows of its other end. A value: it is replaced as a whole.
struct InputState {
    enum class Link : std::uint8_t {
        Connecting,
        Ready,    ///< What is sent arrives.
        Refused,  ///< Wrong password, taken by another client...: `reason` says what to do.
        Lost,     ///< It was there and went; the sink tries again by itself.
    };

    Link link = Link::Connecting;
    PointerMode pointer = PointerMode::None;
    std::optional<LockLeds> leds;  ///< Empty: the other end does not tell.
    std::string reason;            ///< For people, one lower-case line; empty while all is well.

    friend bool operator==(const InputState&, const InputState&) = default;
};

enum class Press : std::uint8_t { Down, Up };

/// A way to the guest's keyboard and pointer. (Reads: what a person does; writes: a VM.)
///
/// A sink remembers what it holds down, and lets go of it in release_all() and when it is
/// destroyed; a release is never dropped, however slowly the guest takes its keys. What is sent
/// while link is not Ready is forgotten, except releases of keys that were sent before.
///
/// Threads: one; a sink may have a thread of its own behind its back.
/// Blocks: never.
class InputSink {
  public:
    virtual ~InputSink() = default;
    InputSink(const InputSink&) = delete;
    InputSink& operator=(const InputSink&) = delete;

    /// "spice unix:/run/...", for people.
    virtual std::string description() const = 0;

    /// Readable when dispatch() has something to do. Never -1.
    virtual int fd() const = 0;

    /// Takes in what the other end said; true if state() is another one now.
    virtual bool dispatch() = 0;

    virtual const InputState& state() const = 0;

    /// `code` is a KEY_... of linux/input-event-codes.h. One the other end has no name for is
    /// left out. Repeated Down of a key held down is sent as such.
    virtual void key(std::uint32_t code, Press press) = 0;

    /// `code` is BTN_LEFT, BTN_RIGHT, BTN_MIDDLE, BTN_SIDE or BTN_EXTRA; others are left out.
    virtual void button(std::uint32_t code, Press press) = 0;

    /// Guest pixels from the left and top of a screen of that size. PointerMode::Absolute only.
    virtual void move_to(std::uint32_t x,
                         std::uint32_t y,
                         std::uint32_t screen_width,
                         std::uint32_t screen_height) = 0;

    /// Counts of the mouse, right and down positive. PointerMode::Relative only. Sums are exact:
    /// what cannot be sent at once is sent in parts.
    virtual void move_by(std::int32_t x, std::int32_t y) = 0;

    /// Whole notches, right and up positive.
    virtual void scroll(std::int32_t x, std::int32_t y) = 0;

    /// Lets go of every key and button held down.
    virtual void release_all() = 0;

    /// Tries again at once: for a person who asks for it, as by a click, while link is Refused.
    /// (A sink whose link is Lost tries by itself.)
    virtual void retry() {}

    /// The machine's own screen, where the same connection carries it; null where none does, which
    /// may be another after a dispatch(). fd() is readable for its news, too.
    ///
    /// Lifetime: the sink's, once there.
    virtual MachineScreen* screen() { return nullptr; }

  protected:
    InputSink() = default;
};

}  // namespace oriel
