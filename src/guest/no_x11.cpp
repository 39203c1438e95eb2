// SPDX-License-Identifier: MIT
// In capture/x11's place where there is no X11: in the static oriel-guest, and where
// ORIEL_GUEST_X11 is off.
#include "capture/x11/x11_source.h"

namespace oriel {

Result<std::unique_ptr<Source>> open_x11_source(const std::string& /*display*/,
                                                X11SourceOptions /*options*/) {
    return Failure(
        Error::unsupported("this oriel-guest was built without X11: use --capture kms or pattern"));
}

}  // namespace oriel
