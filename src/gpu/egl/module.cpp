// SPDX-License-Identifier: MIT
// The entry point of the module `egl`.
#include "base/linux/module.h"

#include "base/version.h"
#include "gpu/egl/egl_importer.h"
#include "gpu/importer_module.h"

namespace oriel::gpu {
namespace {

constexpr ImporterModule kFunctions{open_egl_importer};
constexpr ModuleEntry kEntry{kVersion, &kFunctions};

}  // namespace
}  // namespace oriel::gpu

extern "C" __attribute__((visibility("default"))) const oriel::ModuleEntry* oriel_module() {
    return &oriel::gpu::kEntry;
}
