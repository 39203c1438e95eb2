// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "base/linux/fd.h"
#include "base/result.h"
#include "gpu/framebuffer_importer.h"
#include "gpu/importer_module.h"

namespace oriel::gpu {

/// Imports by EGL, draws by OpenGL ES.
///
/// A framebuffer becomes an external texture, whose content is by EGL's rules always what is in the
/// memory now. It is drawn into a picture of ours, and that is read into a buffer, which we map
/// once a fence behind it all has been passed.
///
/// Errors: as ImporterModule::open.
Result<std::unique_ptr<FramebufferImporter>> open_egl_importer(UniqueFd node, Renderer renderer);

}  // namespace oriel::gpu
