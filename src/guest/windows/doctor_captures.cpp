// SPDX-License-Identifier: MIT
#include "guest/open_source.h"
#include "guest/windows/doctor_facts.h"

namespace oriel {
namespace {

/// Returns: what it is called.
Result<std::string> try_source(const std::string& name) {
    ORIEL_TRY_ASSIGN(const auto source, open_source(name, {}));
    return source->description();
}

}  // namespace

DoctorFacts::Captures try_captures() {
    return {.duplication = try_source("dxgi"), .gdi = try_source("gdi")};
}

}  // namespace oriel
