// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace oriel {

/// How often an agent looks at the viewers' words by itself, besides when it is rung.
///
/// A bell that may fall silent is believed in until a look finds what nobody rang for, and again
/// from its next ring on.
class LookPace {
  public:
    enum class Bell : std::uint8_t {
        None,
        MayFallSilent,
        Sure,
    };

    /// Where nobody rings, and a viewer is there.
    static constexpr Nanoseconds kUnrung = std::chrono::milliseconds(100);

    /// Where nobody rings and nobody is there: fewer than five times a second, and a viewer that
    /// comes sees its first picture within 350 ms.
    static constexpr Nanoseconds kUnrungAlone = std::chrono::milliseconds(220);

    /// Where the bell rings: how long a viewer waits, at most, after it fell silent.
    static constexpr Nanoseconds kRung = std::chrono::seconds(1);

    explicit LookPace(Bell bell = Bell::Sure) : bell_(bell), rings_(bell != Bell::None) {}

    void note_ring() { rings_ = true; }

    /// A look found something.
    void note_found() { rings_ = bell_ == Bell::Sure; }

    enum class Audience : std::uint8_t { Nobody, Somebody };

    /// Who is attached.
    void note_audience(Audience audience) { audience_ = audience; }

    /// Whether what is new is rung for, as far as is known.
    bool is_rung() const { return rings_; }

    /// The time from one look to the next; nothing where none is needed.
    std::optional<Nanoseconds> period() const;

  private:
    Bell bell_;
    bool rings_;
    Audience audience_ = Audience::Nobody;
};

}  // namespace oriel
