// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace oriel {

/// When to look into a region that has no doorbell: shortly before the next frame is due by the
/// rate seen so far, then every half millisecond. Where it does not come, ever more rarely: a
/// sixteenth of the time since the last one may be lost. Likewise for the pointer, by a rate of its
/// own; the earlier of the two counts. Never longer than a 60th of a second.
class PollPace {
  public:
    /// What a look found.
    struct Look {
        /// A frame that is put off counts once, when it is first seen: not again when it is shown.
        enum class Frame : std::uint8_t { None, Shown, PutOff };
        enum class Pointer : std::uint8_t { Still, Moved };

        Frame frame = Frame::None;
        Pointer pointer = Pointer::Still;
    };

    /// After each look, and after a frame that was shown without one. Returns how long to sleep.
    Nanoseconds sleep_after(const Look& look, Nanoseconds now);

  private:
    /// Of one kind of news.
    class Rhythm {
      public:
        enum class Beat : std::uint8_t { None, Heard };

        Nanoseconds sleep_after(Beat beat, Nanoseconds now);

      private:
        void learn(Nanoseconds now);

        Nanoseconds last_{0};
        Nanoseconds period_{0};
        Nanoseconds due_{0};        ///< Shortly before the next one.
        bool was_awaited_ = false;  ///< Looked since then, and it had not come.
    };

    Rhythm frames_;
    Rhythm pointer_;
    bool is_put_off_ = false;
};

}  // namespace oriel
