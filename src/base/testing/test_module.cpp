// SPDX-License-Identifier: MIT
// A module for module_test.cpp: of the version ORIEL_TEST_MODULE_VERSION, or without an entry.
#include "base/linux/module.h"

namespace {

constexpr int kAnswer = 42;

}  // namespace

#ifdef ORIEL_TEST_MODULE_VERSION
extern "C" __attribute__((visibility("default"))) const oriel::ModuleEntry* oriel_module() {
    static constexpr oriel::ModuleEntry kEntry{ORIEL_TEST_MODULE_VERSION, &kAnswer};
    return &kEntry;
}
#else
extern "C" __attribute__((visibility("default"))) int something_else() {
    return kAnswer;
}
#endif
