// SPDX-License-Identifier: MIT
#include "region/iommu_group.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "base/parse_number.h"
#include "region/sysfs_file.h"

namespace oriel {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kInterfaceBits = 8;
constexpr std::uint64_t kBridge = 0x0604;

/// The kernel counts a bridge as nobody's, whichever driver it has.
bool is_bridge(const fs::path& device) {
    return hex_number_in(device / "class") >> kInterfaceBits == kBridge;
}

}  // namespace

Result<unsigned> own_iommu_group(const PciDevice& device) {
    const fs::path folder = fs::path(device.folder) / "iommu_group";
    std::error_code error;
    const auto number = parse_number<unsigned>(fs::read_symlink(folder, error).filename().string());
    if (error || !number || first_line_in(folder / "name") == "vfio-noiommu") {
        return Failure(
            Error::unsupported("this virtual machine has no IOMMU that its kernel uses (QEMU: -M "
                               "q35 -device intel-iommu,intremap=on; Linux: intel_iommu=on)"));
    }
    for (auto member = fs::directory_iterator(folder / "devices", error);
         !error && member != fs::directory_iterator();
         member.increment(error)) {
        const std::string name = member->path().filename();
        if (name != device.address && !is_bridge(member->path())) {
            return Failure(Error::unsupported(
                fmt::format("it shares IOMMU group {} with PCI device {}", *number, name)));
        }
    }
    if (error) {
        return Failure(Error::system(fmt::format("list IOMMU group {}", *number), error.value()));
    }
    return *number;
}

}  // namespace oriel
