// SPDX-License-Identifier: MIT
// The entry point of the module `spice`.
#include "base/linux/module.h"

#include "base/version.h"
#include "input/spice/spice_sink.h"
#include "input/spice_module.h"

namespace oriel {
namespace {

constexpr SpiceModule kFunctions{SpiceSink::open};
constexpr ModuleEntry kEntry{kVersion, &kFunctions};

}  // namespace
}  // namespace oriel

extern "C" __attribute__((visibility("default"))) const oriel::ModuleEntry* oriel_module() {
    return &oriel::kEntry;
}
