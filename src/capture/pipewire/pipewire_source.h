// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "base/result.h"
#include "capture/source.h"

namespace oriel {

/// A screen of a person's desktop, as its portal (org.freedesktop.portal.ScreenCast) lends it, by
/// the module `pipewire`. For GNOME, KDE and whatever else lets nobody capture it otherwise.
///
/// The desktop asks the person first. Until the answer, and for good after a refusal or once the
/// desktop has ended the sharing, the source has no screen; only another one asks again. The
/// answer is kept as a token in $XDG_STATE_HOME/oriel/, so that the next one is not asked about.
///
/// The compositor draws into buffers of its own; what changed is copied into the slot from there.
/// Suspended, the stream is paused. A compositor that sends no picture when it goes on, asked
/// three times, is taken to have none newer than the last from before.
///
/// Blocks: when opened, some seconds at most where the portal hangs; never for the person.
/// Errors: NotFound where there is no session bus or no portal on it; Unsupported where it shares
/// no screens, or where the module or a library of it is missing.
Result<std::unique_ptr<Source>> open_pipewire_source();

/// Whether that would open. Nobody is asked. Blocks and errors: as above.
Result<void> probe_pipewire_portal();

}  // namespace oriel
