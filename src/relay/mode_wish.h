// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "relay/geometry.h"
#include "relay/message_ring.h"

namespace oriel {

/// The smallest and the largest picture that a viewer may ask a guest for.
inline constexpr Size kSmallestMode{320, 200};
inline constexpr Size kLargestMode{8192, 8192};

bool is_mode_size(Size size);

/// What a viewer would like the guest's screen to be.
struct ModeWish {
    std::uint32_t viewer = 0;
    std::uint32_t output = 0;
    Size size{};                    // NOLINT(readability-redundant-member-init): gcc wants it
    std::uint32_t refresh_mhz = 0;  ///< 0: whichever the guest has.

    friend bool operator==(const ModeWish&, const ModeWish&) = default;
};

enum class ModeAnswer : std::uint8_t {
    Refused,
    Accepted,  ///< The guest's screen has that mode now, or will have it soon.
};

/// What a message of that viewer asks for. `Refused`: it is a wish, for an output that there is,
/// and nobody can have such a mode. Neither: it is something else, or no sense can be made of it.
///
/// Trust: the message is a viewer's, every number in it any number.
struct ReadWish {
    std::optional<ModeWish> wish;
    std::optional<std::uint32_t> refused_output;
};

ReadWish read_mode_wish(const Message& message, std::uint32_t viewer, std::uint32_t outputs);

/// What a publisher's message answers; nothing where it is something else or makes no sense.
struct AnsweredWish {
    std::uint32_t output = 0;
    ModeAnswer answer = ModeAnswer::Refused;
};

std::optional<AnsweredWish> read_mode_answer(const Message& message, std::uint32_t outputs);

}  // namespace oriel
