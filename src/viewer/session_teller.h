// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "viewer/region_link.h"
#include "viewer/viewer_observer.h"
#include "viewer/viewer_picture.h"
#include "viewer/viewer_window.h"

namespace oriel {

/// Tells of the session's state where it is another: in the title, in the picture's place, and to
/// whoever started the viewer.
///
/// Threads: the viewer's.
class SessionTeller {
  public:
    /// All of them outlive it.
    SessionTeller(const RegionLink& link,
                  ViewerPicture& picture,
                  ViewerWindow& window,
                  ViewerObserver& observer)
        : link_(link), picture_(picture), window_(window), observer_(observer) {}

    /// After each look. Costs nothing while frames flow.
    void follow();

  private:
    bool is_as_told() const;

    const RegionLink& link_;
    ViewerPicture& picture_;
    ViewerWindow& window_;
    ViewerObserver& observer_;
    std::optional<SessionStatus::State> told_state_;
    std::string told_text_;
    bool told_cut_off_ = false;
};

}  // namespace oriel
