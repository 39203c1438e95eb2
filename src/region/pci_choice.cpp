// SPDX-License-Identifier: MIT
#include "region/pci_choice.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "base/parse_number.h"
#include "region/pci_files.h"
#include "region/vfio_binding.h"
#include "relay/broker_page.h"

namespace oriel {
namespace {

/// What a broker wrote into it; an empty name where none did, or nobody may read it.
Result<std::string> region_name(const PciDevice& device) {
    ORIEL_TRY(enable_pci_device(device));
    ORIEL_TRY_ASSIGN(const UniqueFd file, open_pci_memory(device, Access::ReadOnly));
    const auto memory = MappedMemory::map(file, Access::ReadOnly, "PCI device " + device.address);
    if (!memory) {
        const bool is_locked_down = memory.error().os_code == EPERM;
        return is_locked_down ? Result<std::string>("") : Failure(memory.error());
    }
    return read_broker_page(SharedBytes(memory->bytes())).name;
}

/// Of several the one that is a broker's.
Result<PciDevice> choose(const std::vector<PciDevice>& devices) {
    std::vector<PciDevice> marked;
    std::string list;
    for (const PciDevice& device : devices) {
        const auto name = check_pci_driver(device) ? region_name(device) : Result<std::string>("");
        if (!name) {
            return Failure(name.error());
        }
        if (!name->empty()) {
            marked.push_back(device);
        }
        list += fmt::format("{}pci:{}{}",
                            list.empty() ? "" : ", ",
                            device.address,
                            name->empty() ? "" : fmt::format(" (region {})", *name));
    }
    if (marked.size() == 1) {
        return marked.front();
    }
    return Failure(Error::not_found(
        fmt::format("this machine has several ivshmem devices: name one with --region: {}", list)));
}

}  // namespace

Result<void> check_pci_driver(const PciDevice& device) {
    if (device.driver.empty() || device.driver == kVfioDriver) {
        return {};
    }
    return Failure(Error::busy(
        fmt::format("the kernel's driver {0} has PCI device {1}: take it away with `echo {1} "
                    ">/sys/bus/pci/drivers/{0}/unbind`",
                    device.driver,
                    device.address)));
}

Result<PciDevice> choose_pci_device(const std::string& address, const std::string& sysfs) {
    ORIEL_TRY_ASSIGN(const auto devices, find_ivshmem_devices(sysfs));
    if (devices.empty()) {
        return Failure(Error::not_found(
            "this machine has no ivshmem device: give the virtual machine one with what `oriel "
            "broker NAME` prints on the host"));
    }
    if (const auto index = parse_number<std::size_t>(address); index && *index < devices.size()) {
        return devices[*index];
    }
    if (!address.empty()) {
        const auto found =
            std::ranges::find(devices, full_pci_address(address), &PciDevice::address);
        if (found == devices.end()) {
            return Failure(
                Error::not_found(fmt::format("there is no ivshmem device at PCI address {}; one is "
                                             "at {}",
                                             address,
                                             devices.front().address)));
        }
        return *found;
    }
    return devices.size() == 1 ? devices.front() : choose(devices);
}

}  // namespace oriel
