// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "capture/source.h"

namespace oriel {

/// A screen as the kernel shows it, whoever draws on it: console, X server or compositor.
///
/// Its planes are read from the framebuffers that are scanned out: mapped, or where their rows do
/// not lie one after the other, drawn into memory of ours by a GPU. The pointer, where it has a
/// plane of its own, is a stream of its own. The kernel's events say when to look; what
/// changed is found by comparing with a copy in our memory. It disturbs nobody: it gives the right
/// to set modes back at once and only reads.
///
/// Suspended it looks at nothing and hears of nothing. While the screen is off the last picture
/// stays (has_screen() is false after a second of that), and whatever comes on next is followed.
///
/// `which` names a card ("card0"), a connector ("HDMI-A-1") or both ("card0-HDMI-A-1"); empty: the
/// first screen that is on.
/// Errors: System, naming the cure, where we may not read the screen; NotFound where there is none;
/// Unsupported, naming format or plane.
Result<std::unique_ptr<Source>> open_kms_source(const std::string& which);

namespace kms_capture {

class KmsDevice;
class ChangeEvents;

/// The same on any device; no events: it is left to looking alone.
Result<std::unique_ptr<Source>> make_kms_source(std::unique_ptr<KmsDevice> device,
                                                std::unique_ptr<ChangeEvents> events);

}  // namespace kms_capture
}  // namespace oriel
