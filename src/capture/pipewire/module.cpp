// SPDX-License-Identifier: MIT
// The entry point of the module `pipewire`.
#include "base/linux/module.h"

#include "base/version.h"
#include "capture/pipewire/pipewire_module.h"
#include "capture/pipewire/portal_source.h"

namespace oriel::pipewire_capture {
namespace {

constexpr PipewireModule kFunctions{open_portal_source, probe_portal};
constexpr ModuleEntry kEntry{kVersion, &kFunctions};

}  // namespace
}  // namespace oriel::pipewire_capture

extern "C" __attribute__((visibility("default"))) const oriel::ModuleEntry* oriel_module() {
    return &oriel::pipewire_capture::kEntry;
}
