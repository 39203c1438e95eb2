// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "relay/session_status.h"
#include "viewer/guest_resizer.h"
#include "viewer/shown_frame.h"

namespace oriel {

/// What the viewer tells whoever started it.
class ViewerObserver {
  public:
    virtual ~ViewerObserver() = default;
    virtual void on_state(SessionStatus::State state, const std::string& text) = 0;
    virtual void on_first_frame() = 0;

    /// Whose picture is on the window from now on.
    enum class Picture : std::uint8_t { None, Machine, Agent };

    virtual void on_picture(Picture /*whose*/) {}

    /// `note`: for people; empty where it was accepted.
    virtual void on_wish(const SizeWish::Mode& /*mode*/,
                         WishEnd /*end*/,
                         const std::string& /*note*/) {}

    /// Called for each frame: has to be quick.
    virtual void on_frame(const ShownFrame& /*frame*/) {}
};

}  // namespace oriel
