// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "doctor/check.h"
#include "guest/windows/doctor_facts.h"

namespace oriel {

/// What a Windows guest lacks for its screen to be seen, and what to do about it.
std::vector<Check> windows_checks(const DoctorFacts& facts);

// Its parts.

Check windows_check(const DoctorFacts::System& system);
Check device_check(const DoctorFacts& facts);
std::vector<Check> memory_checks(const DoctorFacts& facts);
Check screen_check(const std::vector<Size>& screens);
std::vector<Check> adapter_checks(const std::vector<DoctorFacts::Adapter>& adapters);
std::vector<Check> capture_checks(const DoctorFacts::Captures& captures);
Check session_check(const DoctorFacts::Sessions& sessions);
Check service_check(const Result<DoctorFacts::Service>& service);

}  // namespace oriel
