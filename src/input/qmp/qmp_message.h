// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "input/guest_input.h"

namespace oriel {

/// The longest line that we take from QEMU: its greeting and the list of mice are far shorter.
inline constexpr std::size_t kMaxQmpLine = 64UL * 1024;

/// A line from QEMU, as far as input needs it.
struct QmpMessage {
    enum class Kind : std::uint8_t {
        Greeting,
        Return,
        Refusal,  ///< `text` says why.
        Event,    ///< Told unasked.
    };

    Kind kind = Kind::Event;
    std::uint64_t id = 0;                ///< Of the command that this answers; 0 if it names none.
    std::string text;                    ///< At most kMaxQmpText bytes, printable.
    std::optional<PointerMode> pointer;  ///< What a list of mice says.
};

inline constexpr std::size_t kMaxQmpText = 200;

enum class QmpFault : std::uint8_t { NotJson, NotQmp };

/// Trust: the line may be anything.
Result<QmpMessage, QmpFault> read_qmp_message(std::string_view line);

/// The lines that we say. `id` comes back with the answer.
std::string qmp_capabilities_command(std::uint64_t id);
std::string qmp_query_mice_command(std::uint64_t id);

/// Empty where QEMU has no name for it.
std::string qmp_event_command(const GuestInput& event, std::uint64_t id);

/// A place along an axis of `size` pixels as QEMU counts it: the middle of the pixel in 0..32767.
std::uint32_t qmp_axis_value(std::int64_t pixel, std::uint32_t size);

}  // namespace oriel
