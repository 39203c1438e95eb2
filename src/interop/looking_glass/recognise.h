// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "interop/looking_glass/shared_words.h"

namespace oriel::looking_glass {

/// Which Looking Glass left its mark in a piece of memory.
struct Mark {
    enum class Kind : std::uint8_t {
        None,
        Shown,  ///< B7's transport, or nearly (the application's version comes later).
        Other,  ///< Another version.
    };

    Kind kind = Kind::None;
    std::string version;  ///< Other: "B6", "development version (LGMP 12, KVMFR 34)".
};

/// By the magic numbers and versions at the places that each version has them in. A mark may be
/// what a dead producer left, or (at worst) pixels that look like one.
Mark recognise(const SharedWords& memory);

/// As recognise(), and nothing but whether there is any: allocates nothing.
bool has_mark(const SharedWords& memory);

/// Whether a producer is at work, of whatever version: its heartbeat moves, of the one that is
/// shown each 10 ms, of the newest each 250 ms.
class Heartbeat {
  public:
    /// It moved since the last call. False at the first.
    bool has_moved(const SharedWords& memory);

    /// Looks until it moves or has had the time to. Blocks: 30 ms; 300 where the mark is that of
    /// another version than the one that is shown; not at all without a mark.
    static bool is_moving(const SharedWords& memory);

  private:
    /// Words among which the heartbeat is.
    using Beat = std::array<std::optional<std::uint64_t>, 2>;
    static std::optional<Beat> beat_of(const SharedWords& memory);

    std::optional<Beat> last_;
};

}  // namespace oriel::looking_glass
