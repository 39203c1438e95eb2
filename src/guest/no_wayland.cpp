// SPDX-License-Identifier: MIT
// In capture/wayland's place where there is no Wayland: in the static oriel-guest, and where
// ORIEL_GUEST_WAYLAND is off.
#include "capture/wayland/wayland_source.h"

namespace oriel {

Result<std::unique_ptr<Source>> open_wayland_source(const WaylandSourceOptions& /*options*/) {
    return Failure(Error::unsupported(
        "this oriel-guest was built without Wayland: use --capture kms or pattern"));
}

bool is_wayland_session(const std::string& /*display*/) {
    return false;
}

}  // namespace oriel
