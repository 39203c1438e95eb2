// SPDX-License-Identifier: MIT
// In capture/pipewire/open_pipewire_source.cpp's place in the static oriel-guest, which loads no
// module.
#include "capture/pipewire/pipewire_source.h"

namespace oriel {

Result<std::unique_ptr<Source>> open_pipewire_source() {
    ORIEL_TRY(probe_pipewire_portal());
    return nullptr;
}

Result<void> probe_pipewire_portal() {
    return Failure(
        Error::unsupported("this oriel-guest was built without libraries, and the desktop portal "
                           "needs some: use the other one"));
}

}  // namespace oriel
