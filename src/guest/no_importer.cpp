// SPDX-License-Identifier: MIT
// In gpu/open_importer.cpp's place in the static oriel-guest, which loads no module.
#include "gpu/open_importer.h"

namespace oriel::gpu {

Result<std::unique_ptr<FramebufferImporter>> open_importer(
    const std::vector<std::string>& /*paths*/, Renderer /*renderer*/) {
    return Failure(Error::unsupported(
        "this oriel-guest was built without libraries, and GPUs need some: use the other one"));
}

}  // namespace oriel::gpu
