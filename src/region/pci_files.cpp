// SPDX-License-Identifier: MIT
#include "region/pci_files.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"

namespace oriel {

Error pci_refusal(const std::string& action, const PciDevice& device, int error) {
    if (error == EACCES) {
        return Error::system(
            fmt::format("{} PCI device {} (only root may: run oriel-guest as root)",
                        action,
                        device.address),
            error);
    }
    if (error == EPERM) {
        return Error::unsupported(
            fmt::format("cannot {} PCI device {}: the kernel is locked down, as under Secure Boot, "
                        "and lets no program map a device: turn Secure Boot off in this virtual "
                        "machine",
                        action,
                        device.address));
    }
    return Error::system(fmt::format("{} PCI device {}", action, device.address), error);
}

Result<void> enable_pci_device(const PciDevice& device) {
    const std::string path = device.folder + "/enable";
    const UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!file) {
        return Failure(pci_refusal("enable", device, errno));
    }
    char state = '0';
    if (::pread(file.get(), &state, 1, 0) == 1 && state == '0' &&
        ::pwrite(file.get(), "1", 1, 0) != 1 && errno != EBUSY) {
        return Failure(pci_refusal("enable", device, errno == EPERM ? EACCES : errno));
    }
    return {};
}

Result<UniqueFd> open_pci_memory(const PciDevice& device, Access wanted) {
    const int access = (wanted == Access::ReadOnly ? O_RDONLY : O_RDWR) | O_CLOEXEC;
    UniqueFd file(::open((device.folder + "/resource2_wc").c_str(), access));
    if (!file && errno == ENOENT) {
        file = UniqueFd(::open((device.folder + "/resource2").c_str(), access));
        if (file) {
            log(LogLevel::Warning,
                fmt::format("PCI device {} cannot be mapped write-combined: frames will be slow",
                            device.address));
        }
    }
    if (!file) {
        return Failure(pci_refusal("open", device, errno));
    }
    return file;
}

Result<MappedMemory> map_pci_registers(const PciDevice& device) {
    const UniqueFd file(::open((device.folder + "/resource0").c_str(), O_RDWR | O_CLOEXEC));
    if (!file) {
        return Failure(pci_refusal("open", device, errno));
    }
    return MappedMemory::map(
        file, Access::ReadWrite, "the registers of PCI device " + device.address);
}

}  // namespace oriel
