// SPDX-License-Identifier: MIT
// The entry point of the module `egl`.
#include "base/linux/module.h"

#include "base/version.h"
#include "capture/kms/egl/egl_importer.h"
#include "capture/kms/importer_module.h"

namespace oriel::kms_capture {
namespace {

constexpr ImporterModule kFunctions{open_egl_importer};
constexpr ModuleEntry kEntry{kVersion, &kFunctions};

}  // namespace
}  // namespace oriel::kms_capture

extern "C" __attribute__((visibility("default"))) const oriel::ModuleEntry* oriel_module() {
    return &oriel::kms_capture::kEntry;
}
