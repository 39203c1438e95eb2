// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "input/input_sink.h"

namespace oriel {

/// One thing for the guest, as the sinks' own ways take it.
struct GuestInput {
    enum class Kind : std::uint8_t {
        Key,     ///< code, press
        Button,  ///< code, press
        MoveTo,  ///< x, y: pixels of a screen of width and height
        MoveBy,  ///< x, y: at most kMaxStep each way; both 0: only the mouse is heard of
        Scroll,  ///< one notch: x or y is 1 or -1, the other is 0
    };

    /// What a PS/2 mouse says in one packet; USB's is as large.
    static constexpr std::int64_t kMaxStep = 127;

    Kind kind = Kind::Key;
    Press press = Press::Down;
    std::uint32_t code = 0;
    std::int64_t x = 0;
    std::int64_t y = 0;
    std::uint32_t width = 0;
    std::uint32_t height = 0;

    bool is_release() const {
        return (kind == Kind::Key || kind == Kind::Button) && press == Press::Up;
    }

    friend bool operator==(const GuestInput&, const GuestInput&) = default;
};

}  // namespace oriel
