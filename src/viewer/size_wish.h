// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "relay/geometry.h"
#include "relay/mode_wish.h"

namespace oriel {

/// When the guest is asked for which screen, so that it follows the window (`--resize window`):
/// once the window has kept its size for 250 ms, and one wish at a time, since answers do not say
/// what they answer.
///
/// Threads: one.
class SizeWish {
  public:
    static constexpr Nanoseconds kStill = std::chrono::milliseconds(250);

    /// So long an answer is waited for. The guest's agent takes 300 ms between two changes.
    static constexpr Nanoseconds kPatience = std::chrono::seconds(2);

    struct Mode {
        Size size{};                    // NOLINT(readability-redundant-member-init): gcc wants it
        std::uint32_t refresh_mhz = 0;  ///< 0: any.

        friend bool operator==(const Mode&, const Mode&) = default;
    };

    /// The window has that many pixels now. What no guest may be asked for is brought near it.
    void set_window(Mode window, Nanoseconds now);

    /// The same once more: who was asked last is not there any more.
    void ask_again(Nanoseconds now);

    /// What was asked for and not answered is asked for again: the answer is lost.
    void lose_answer(Nanoseconds now);

    /// When to look at take() and give_up() next; nothing: at the next call of another function.
    std::optional<Nanoseconds> due() const;

    /// What to ask for now.
    std::optional<Mode> take(Nanoseconds now);

    /// It could not be sent; once more, a little later.
    void put_back(Nanoseconds now);

    /// An answer came: to what. Nothing: to nothing that was asked, or too late.
    std::optional<Mode> answered();

    /// What was asked for, and not answered for too long.
    std::optional<Mode> give_up(Nanoseconds now);

  private:
    std::optional<Mode> wanted_;
    std::optional<Nanoseconds> due_;  ///< `wanted_` is to be asked for then.
    std::optional<Mode> asked_;       ///< Not answered yet.
    Nanoseconds asked_at_{0};
};

}  // namespace oriel
