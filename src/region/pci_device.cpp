// SPDX-License-Identifier: MIT
#include "region/pci_device.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

#include "region/sysfs_file.h"

namespace oriel {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kVendor = 0x1af4;
constexpr std::uint64_t kDevice = 0x1110;
constexpr std::size_t kShortAddress = 7;  ///< "00:04.0"
constexpr unsigned kMsixBar = 1;

/// The lines of `resource` are start, end and flags of a BAR; zeros where there is none.
bool has_bar(const fs::path& folder, unsigned bar) {
    std::ifstream file(folder / "resource");
    std::string line;
    for (unsigned i = 0; i <= bar; ++i) {
        std::getline(file, line);
    }
    std::istringstream words(line);
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    words >> std::hex >> start >> end;
    return file && words && end > start;
}

std::string driver_in(const fs::path& folder) {
    std::error_code ignored;
    return fs::read_symlink(folder / "driver", ignored).filename();
}

PciDevice device_at(const fs::path& folder) {
    return {.address = folder.filename(),
            .folder = folder,
            .driver = driver_in(folder),
            .kind = has_bar(folder, kMsixBar) ? PciDevice::Kind::Doorbell : PciDevice::Kind::Plain};
}

}  // namespace

Result<std::vector<PciDevice>> find_ivshmem_devices(const std::string& sysfs) {
    const fs::path devices = fs::path(sysfs) / "bus/pci/devices";
    std::error_code error;
    std::vector<PciDevice> found;
    for (auto entry = fs::directory_iterator(devices, error);
         !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        if (hex_number_in(entry->path() / "vendor") == kVendor &&
            hex_number_in(entry->path() / "device") == kDevice) {
            found.push_back(device_at(entry->path()));
        }
    }
    if (error) {
        return Failure(Error::system(fmt::format("list the PCI devices in {}", devices.string()),
                                     error.value()));
    }
    std::ranges::sort(found, {}, &PciDevice::address);
    return found;
}

std::string driver_of(const PciDevice& device) {
    return driver_in(device.folder);
}

std::string full_pci_address(std::string address) {
    std::ranges::transform(address, address.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return address.size() == kShortAddress ? "0000:" + address : address;
}

}  // namespace oriel
