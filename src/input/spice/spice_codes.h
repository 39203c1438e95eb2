// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "input/input_event.h"

namespace oriel {

/// One scan code for libspice-client-glib, which puts E0 or E1 in front where the code says so.
struct SpiceKeyStep {
    Press press;
    std::uint32_t code;

    friend bool operator==(const SpiceKeyStep&, const SpiceKeyStep&) = default;
};

/// What a key's press or release is in scan codes: one step, but for Pause: its sequence at the
/// press, nothing at the release.
class SpiceKeySteps {
  public:
    explicit SpiceKeySteps(const InputEvent& event);

    const SpiceKeyStep* begin() const { return steps_; }

    const SpiceKeyStep* end() const { return steps_ + count_; }

  private:
    SpiceKeyStep steps_[4] = {};
    std::size_t count_ = 0;
};

inline SpiceKeySteps spice_key_steps(const InputEvent& event) {
    return SpiceKeySteps(event);
}

/// SPICE's number of a button and its bit; zeros where it has none.
struct SpiceButton {
    int number;
    int mask;
};

SpiceButton spice_button(std::uint32_t code);

/// What SPICE is told so that the guest's pointer is on `pixel` of `size`. QEMU makes x * 32767 /
/// size of it and drops the fraction, which for x itself is just short of the pixel's left edge:
/// guests would round it down to the pixel before. For x + 1 it is just short of the right edge.
int spice_position(std::int64_t pixel, std::uint32_t size);

}  // namespace oriel
