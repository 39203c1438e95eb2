// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "guest/linux/doctor_checks.h"
#include "region/iommu_group.h"
#include "region/pci_device.h"
#include "region/vfio_binding.h"

namespace oriel {
namespace {

std::string way_of(const PciDevice& device) {
    if (device.kind == PciDevice::Kind::Plain) {
        return "the agent looks for viewers ten times a second: the device has no interrupt";
    }
    if (device.driver == kVfioDriver) {
        return "viewers wake the agent by an interrupt, which vfio-pci lends it";
    }
    if (!device.driver.empty()) {
        return fmt::format("the driver {} has it, which the agent cannot use", device.driver);
    }
    const auto group = own_iommu_group(device);
    if (!group) {
        return "the agent looks for viewers ten times a second: " + group.error().message;
    }
    return fmt::format(
        "viewers can wake the agent by an interrupt: it is alone in IOMMU group {}, where the "
        "agent takes it with vfio-pci",
        *group);
}

}  // namespace

std::vector<Check> wake_checks(const SystemFiles& files) {
    std::vector<Check> checks;
    for (const PciDevice& device :
         find_ivshmem_devices(files.real("/sys")).value_or(std::vector<PciDevice>())) {
        checks.push_back(Check::ok("wake", fmt::format("{}: {}", device.address, way_of(device))));
    }
    return checks;
}

bool can_be_taken_with_vfio(const SystemFiles& files) {
    const auto devices =
        find_ivshmem_devices(files.real("/sys")).value_or(std::vector<PciDevice>());
    return std::ranges::any_of(
        devices, [](const PciDevice& device) { return own_iommu_group(device).has_value(); });
}

}  // namespace oriel
