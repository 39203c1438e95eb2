// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace oriel {

/// When to look at the screen.
///
/// Where the kernel tells of changes (Told::ByEvents) a look follows each, at most one in a refresh
/// period, and without news there is one now and then: a program may draw straight into the memory
/// that is scanned out, which nobody tells. Once such a change was found, and where the kernel
/// tells nothing, looks follow in refresh periods while the screen changes, and at longer and
/// longer intervals while it does not.
///
/// What a look costs is measured by the caller: looks that nothing asked for take at most 1/512 of
/// the time where events exist (but one in two seconds; there a glance at some of the rows comes
/// first), else at most 1/16 (but ten a second); and none more than half of it.
class ScreenLookPace {
  public:
    enum class Told : std::uint8_t { ByEvents, ByNobody };

    /// Between two looks or glances. What is kept from one to the next is kept for longer.
    static constexpr Nanoseconds kLongestPause = std::chrono::seconds(2);

    explicit ScreenLookPace(Told told) : told_(told) {}

    /// 0: unknown, 60 Hz is assumed.
    void set_refresh(std::uint32_t refresh_mhz);

    Nanoseconds period() const { return period_; }

    /// Look soon: something is known to be different, or all is unknown.
    void ask() { is_asked_ = true; }

    /// An event told of a change. Found shortly before by chance, it was not an untold one.
    void note_event(Nanoseconds now);

    /// Whether the next look may be a glance, since it is unlikely to find anything.
    bool is_glance_enough() const { return told_ == Told::ByEvents && !is_asked_ && !is_untold_; }

    /// A glance took place, and found nothing.
    void note_glance(Nanoseconds start, Nanoseconds end);

    enum class Found : std::uint8_t { Nothing, Change };

    /// A look took place.
    void note_look(Nanoseconds start, Nanoseconds end, Found found);

    /// Something new is scanned out, of which nothing is known.
    void forget_untold() { is_untold_ = false; }

    /// When the next look is due; may lie in the past.
    Nanoseconds next_look() const;

    /// Whether the screen's state (framebuffer, cursor) has to be asked for in each period, since
    /// nobody tells of a flip.
    bool has_to_ask_for_flips() const { return told_ == Told::ByNobody; }

  private:
    Nanoseconds least_gap() const;
    Nanoseconds gap() const;

    Told told_;
    Nanoseconds period_{Nanoseconds(std::chrono::seconds(1)) / 60};
    bool is_asked_ = true;
    bool is_untold_ = false;  ///< Changes came that nobody told of.
    Nanoseconds last_start_{0};
    Nanoseconds last_change_{0};
    Nanoseconds untold_at_{0};
    Nanoseconds look_cost_{0};
    Nanoseconds glance_cost_{0};
};

}  // namespace oriel
