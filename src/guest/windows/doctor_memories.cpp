// SPDX-License-Identifier: MIT
#include "guest/windows/doctor_facts.h"
#include "region/windows/device_claim.h"
#include "region/windows/ivshmem_driver.h"
#include "region/windows/ivshmem_list.h"

namespace oriel {
namespace {

Result<std::uint64_t> size_of(const IvshmemDevice& device, const std::string& name) {
    ORIEL_TRY_ASSIGN(const auto claim, claim_device(device.path, name));
    ORIEL_TRY_ASSIGN(const auto mapped, IvshmemDriver::map(device.path, name));
    return mapped.memory().size();
}

}  // namespace

std::vector<DoctorFacts::Memory> find_memories() {
    // What is missing where there is none is seen in the PCI devices.
    const auto devices = find_ivshmem_devices().value_or(std::vector<IvshmemDevice>());
    std::vector<DoctorFacts::Memory> memories;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        const std::string name = device_name(devices, i);
        memories.push_back({.place = name, .size = size_of(devices[i], "pci:" + name)});
    }
    return memories;
}

}  // namespace oriel
