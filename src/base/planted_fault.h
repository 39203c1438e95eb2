// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#ifndef ORIEL_PLANT_FAULT
#define ORIEL_PLANT_FAULT ""
#endif

namespace oriel {

/// Whether this build leaves out the check of that name, so that a fuzzer can prove that it would
/// notice: fuzz/check_planted_faults.sh. False in every build that anybody uses.
constexpr bool is_planted(std::string_view name) {
    constexpr std::string_view kPlanted = ORIEL_PLANT_FAULT;
    return name == kPlanted;
}

}  // namespace oriel
