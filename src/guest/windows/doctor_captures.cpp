// SPDX-License-Identifier: MIT
#include "capture/windows/screen.h"
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

std::vector<Size> find_screens() {
    std::vector<Size> sizes;
    for (const WindowsScreen& screen : list_screens()) {
        sizes.push_back(screen.size);
    }
    return sizes;
}

}  // namespace oriel
