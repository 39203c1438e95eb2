// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace oriel {

/// Where a PCI device is, as Windows numbers buses.
struct PciPlace {
    std::uint32_t bus = 0;
    std::uint32_t device = 0;
    std::uint32_t function = 0;

    auto operator<=>(const PciPlace&) const = default;

    /// Windows' number for device and function: the one in the upper half, the other in the lower.
    static PciPlace of(std::uint32_t bus, std::uint32_t address) {
        return {bus, address >> 16U, address & 0xffffU};
    }

    /// "00:05.0", as lspci writes it.
    std::string text() const;
};

/// An ivshmem device whose driver runs.
struct IvshmemDevice {
    std::wstring path;              ///< To open it.
    std::optional<PciPlace> place;  ///< Nothing where Windows does not tell.
};

/// By bus, device and function, those without a place last: the order that `pci:INDEX` counts in.
void sort_devices(std::vector<IvshmemDevice>& devices);

/// Which one `wanted` means: "" the only one, "00:05.0" (a domain before it is passed over), or its
/// index. `devices` are sorted, and there is one at least.
/// Errors: NotFound, with a list of what there is.
Result<std::size_t> choose_device(const std::vector<IvshmemDevice>& devices,
                                  const std::string& wanted);

/// What to type after "pci:" for that one.
std::string device_name(const std::vector<IvshmemDevice>& devices, std::size_t index);

}  // namespace oriel
