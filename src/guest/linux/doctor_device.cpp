// SPDX-License-Identifier: MIT
#include <charconv>
#include <optional>
#include <sstream>
#include <string>

#include <fmt/format.h>

#include "guest/doctor_memory.h"
#include "guest/linux/doctor_checks.h"
#include "guest/linux/doctor_screens.h"

namespace oriel {
namespace {

constexpr const char* kDevices = "/sys/bus/pci/devices";
constexpr const char* kVendor = "0x1af4";
constexpr const char* kDevice = "0x1110";
constexpr std::size_t kMemoryBar = 2;
constexpr std::uint32_t kAdministration = 21;  // CAP_SYS_ADMIN

std::vector<std::string> find_devices(const SystemFiles& files) {
    std::vector<std::string> found;
    for (const std::string& name : files.names(kDevices)) {
        const std::string folder = fmt::format("{}/{}", kDevices, name);
        if (files.read(folder + "/vendor") == kVendor &&
            files.read(folder + "/device") == kDevice) {
            found.push_back(name);
        }
    }
    return found;
}

/// Bytes of the memory BAR: line 2 of `resource` is its first and last address. 0: none.
std::uint64_t memory_of(const SystemFiles& files, const std::string& name) {
    std::istringstream lines(
        files.read(fmt::format("{}/{}/resource", kDevices, name)).value_or(""));
    std::string line;
    for (std::size_t i = 0; i <= kMemoryBar; ++i) {
        if (!std::getline(lines, line)) {
            return 0;
        }
    }
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::istringstream numbers(line);
    numbers >> std::hex >> first >> last;
    return numbers && last > first ? last - first + 1 : 0;
}

/// Whether this process may do what only an administrator may.
bool is_administrator(const SystemFiles& files) {
    constexpr std::string_view kWord = "CapEff:";
    const std::string status = files.read("/proc/self/status").value_or("");
    const std::size_t at = status.find(kWord);
    if (at == std::string::npos) {
        return false;
    }
    std::uint64_t bits = 0;
    std::istringstream number(status.substr(at + kWord.size(), 64));
    number >> std::hex >> bits;
    return (bits >> kAdministration & 1U) != 0;
}

/// The chosen word of "[none] integrity confidentiality".
std::string lockdown_of(const SystemFiles& files) {
    const std::string text = files.read("/sys/kernel/security/lockdown").value_or("[none]");
    const std::size_t open = text.find('[');
    const std::size_t close = text.find(']');
    if (open == std::string::npos || close == std::string::npos || close < open) {
        return "none";
    }
    return text.substr(open + 1, close - open - 1);
}

Check rights_check(const SystemFiles& files, bool has_device) {
    if (is_administrator(files)) {
        return Check::ok("rights", "this process has CAP_SYS_ADMIN");
    }
    const std::string found = "this process lacks CAP_SYS_ADMIN";
    const std::string cure = "run it with sudo, or as a service";
    return has_device ? Check::fail("rights", found, cure) : Check::warn("rights", found, cure);
}

Check lockdown_check(const SystemFiles& files) {
    const std::string lockdown = lockdown_of(files);
    if (lockdown == "none") {
        return Check::ok("lockdown", "none");
    }
    constexpr const char* kCure = "switch Secure Boot off in the VM's firmware";
    if (can_be_taken_with_vfio(files)) {
        return Check::warn("lockdown",
                           fmt::format("'{}': the kernel lets vfio-pci alone map the device, which "
                                       "it does uncached: frames may be slow",
                                       lockdown),
                           kCure);
    }
    return Check::fail("lockdown",
                       fmt::format("'{}': the kernel lets nobody map the device", lockdown),
                       std::string(kCure) + ", or give the VM an IOMMU");
}

}  // namespace

std::vector<Check> device_checks(const SystemFiles& files) {
    const std::vector<std::string> devices = find_devices(files);
    std::vector<Check> checks;
    if (devices.empty()) {
        checks.push_back(
            Check::fail("device",
                        "this machine has no ivshmem device (PCI 1af4:1110)",
                        "add one on the host with `oriel vm setup DOMAIN`, or with the arguments "
                        "that `oriel broker` prints"));
    } else {
        checks.push_back(
            Check::ok("device", fmt::format("ivshmem at {}", fmt::join(devices, ", "))));
        for (const std::string& name : devices) {
            checks.push_back(memory_check(name, memory_of(files, name), largest_screen(files)));
        }
    }
    const std::vector<Check> wake = wake_checks(files);
    checks.insert(checks.end(), wake.begin(), wake.end());
    checks.push_back(rights_check(files, !devices.empty()));
    checks.push_back(lockdown_check(files));
    return checks;
}

}  // namespace oriel
