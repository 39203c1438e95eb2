// SPDX-License-Identifier: MIT
// ORIEL_HOST_LIBDECOR is off.
#include "present/wayland/frame_library.h"

namespace oriel {

Result<std::unique_ptr<WaylandFrameLibrary>> open_libdecor(WaylandConnection& /*connection*/) {
    return Failure(Error::unsupported("this was built without libdecor"));
}

}  // namespace oriel
