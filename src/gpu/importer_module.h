// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "base/linux/fd.h"
#include "base/result.h"
#include "gpu/framebuffer_importer.h"

namespace oriel::gpu {

inline constexpr const char* kImporterModule = "egl";

/// Who may draw for us.
enum class Renderer : std::uint8_t {
    Gpu,
    Software,  ///< Also a driver that draws on the CPU and knows no layout but linear: for tests.
};

/// What the module `egl` has for us (base/linux/module.h).
struct ImporterModule {
    /// `node` is a device of the kernel's that draws (/dev/dri/renderD128).
    /// Blocks: for as long as its driver takes to load.
    /// Errors: Unsupported, saying what is missing.
    Result<std::unique_ptr<FramebufferImporter>> (*open)(UniqueFd node, Renderer renderer);
};

}  // namespace oriel::gpu
