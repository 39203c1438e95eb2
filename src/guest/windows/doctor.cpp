// SPDX-License-Identifier: MIT
#include "guest/doctor.h"

#include "guest/windows/doctor_checks.h"

namespace oriel {

DoctorFacts find_doctor_facts() {
    return {.system = find_system(),
            .pci_devices = find_pci_devices(),
            .memories = find_memories(),
            .adapters = find_adapters(),
            .screens = find_screens(),
            .captures = try_captures(),
            .sessions = find_sessions(),
            .service = find_service()};
}

int run_guest_doctor(const std::string& /*display*/, CheckOutput output) {
    return report_checks(windows_checks(find_doctor_facts()), output);
}

}  // namespace oriel
