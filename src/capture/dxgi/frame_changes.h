// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include <dxgi1_2.h>

#include "relay/damage.h"

namespace oriel::dxgi_capture {

/// Reads what changed in an acquired frame.
class FrameChanges {
  public:
    /// In the texture's pixels, which are never rotated, and not yet clipped to it. What was moved
    /// counts at its new place. Of a frame that does not tell, everything().
    /// Errors: those of the duplication.
    HRESULT read(IDXGIOutputDuplication& duplication,
                 const DXGI_OUTDUPL_FRAME_INFO& info,
                 Damage& changed);

  private:
    // Kept for their memory.
    std::vector<RECT> dirty_;
    std::vector<DXGI_OUTDUPL_MOVE_RECT> moved_;
};

/// As large as a picture can be.
Damage everything();

}  // namespace oriel::dxgi_capture
