// SPDX-License-Identifier: MIT
// In capture/kms/open_importer.cpp's place in the static oriel-guest, which loads no module.
#include "capture/kms/open_importer.h"

namespace oriel::kms_capture {

Result<std::unique_ptr<FramebufferImporter>> open_importer(
    const std::vector<std::string>& /*paths*/, Renderer /*renderer*/) {
    return Failure(Error::unsupported(
        "this oriel-guest was built without libraries, and GPUs need some: use the other one"));
}

}  // namespace oriel::kms_capture
