// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "present/presenter.h"
#include "present/wayland/connection.h"
#include "present/wayland/owned.h"

namespace oriel {

/// Learns from the compositor when frames were really on screen, and how.
class WaylandFeedback {
  public:
    explicit WaylandFeedback(const WaylandConnection& connection) : connection_(&connection) {}

    WaylandFeedback(const WaylandFeedback&) = delete;
    WaylandFeedback& operator=(const WaylandFeedback&) = delete;

    /// Of what the next commit of `surface` shows. `may_tear`: as the compositor was told.
    void ask(wl_surface* surface, std::uint64_t token, bool may_tear);

    /// Somebody else has told of that frame.
    void forget(std::uint64_t token);

    struct Shown {
        std::uint64_t token;
        Nanoseconds when;  ///< As monotonic_now() counts.
    };

    /// Since it was asked last. Frames that never were on screen are not among them.
    std::vector<Shown> take_shown();

    /// The compositor said last of that frame that it never was on screen.
    bool is_discarded(std::uint64_t token) const { return last_discarded_ == token; }

    /// It has answered, and still does: nobody else need guess.
    bool is_answering() const { return is_answering_; }

    /// mhz is 0 where it is not known.
    Presenter::Refresh refresh() const { return refresh_; }

    DisplayFeedback display() const { return display_; }

  private:
    struct Question {
        WaylandFeedback* owner = nullptr;
        WaylandOwned<wp_presentation_feedback> handle;
        std::optional<std::uint64_t> token;
        bool may_tear = false;
        bool is_answered = false;

        void take_presented(std::uint32_t seconds_high,
                            std::uint32_t seconds_low,
                            std::uint32_t nanoseconds,
                            std::uint32_t period,
                            std::uint32_t count_high,
                            std::uint32_t count_low,
                            std::uint32_t flags);
        void take_discarded();
    };

    void note(std::uint32_t period, Nanoseconds when);
    void note_way(std::uint32_t flags, bool may_tear);
    Nanoseconds to_monotonic(Nanoseconds when) const;

    const WaylandConnection* connection_;
    std::vector<std::unique_ptr<Question>> questions_;
    std::vector<Shown> shown_;
    std::optional<std::uint64_t> last_discarded_;
    Presenter::Refresh refresh_;
    DisplayFeedback display_;
    std::uint32_t in_vain_ = 0;  ///< Questions since the last frame that was on screen.
    std::uint32_t unasked_ = 0;  ///< Frames since the last question.
    bool is_answering_ = false;
};

}  // namespace oriel
