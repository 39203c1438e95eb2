// SPDX-License-Identifier: MIT
#include "region/pci_region.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/log.h"
#include "region/file_lock_holder.h"
#include "region/ivshmem_protocol.h"
#include "region/region_size.h"
#include "relay/broker_page.h"
#include "relay/fence.h"

namespace oriel {
namespace {

/// What is named to whom has a device that can be no region at all.
constexpr std::uint64_t kUsualSize = 128ULL << 20U;

/// What the system's refusal means here.
Error refusal(const std::string& action, const PciDevice& device, int error) {
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

Result<void> check_free(const PciDevice& device) {
    if (device.driver.empty()) {
        return {};
    }
    return Failure(Error::busy(
        fmt::format("the kernel's driver {0} has PCI device {1}: take it away with `echo {1} "
                    ">/sys/bus/pci/drivers/{0}/unbind`",
                    device.driver,
                    device.address)));
}

/// Its memory does not answer until somebody enables it.
Result<void> enable(const PciDevice& device) {
    const std::string path = device.folder + "/enable";
    const UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!file) {
        return Failure(refusal("enable", device, errno));
    }
    char state = '0';
    if (::pread(file.get(), &state, 1, 0) == 1 && state == '0' &&
        ::pwrite(file.get(), "1", 1, 0) != 1) {
        return Failure(refusal("enable", device, errno == EPERM ? EACCES : errno));
    }
    return {};
}

Result<UniqueFd> open_memory(const PciDevice& device, Role role) {
    const int access = (role == Role::Watch ? O_RDONLY : O_RDWR) | O_CLOEXEC;
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
        return Failure(refusal("open", device, errno));
    }
    return file;
}

Result<void> lock(const UniqueFd& file, const PciDevice& device) {
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
        return {};
    }
    if (errno != EWOULDBLOCK) {
        return Failure(Error::system("lock PCI device " + device.address, errno));
    }
    return Failure(Error::busy(fmt::format("PCI device {} is published into already, by {}: end it",
                                           device.address,
                                           file_lock_holder(file))));
}

/// What a broker wrote into it; an empty name where none did.
Result<std::string> region_name(const PciDevice& device) {
    ORIEL_TRY(enable(device));
    ORIEL_TRY_ASSIGN(const UniqueFd file, open_memory(device, Role::Watch));
    ORIEL_TRY_ASSIGN(const MappedMemory memory,
                     MappedMemory::map(file, Access::ReadOnly, "PCI device " + device.address));
    return read_broker_page(SharedBytes(memory.bytes())).name;
}

/// Of several the one that is a broker's.
Result<PciDevice> choose(const std::vector<PciDevice>& devices) {
    std::vector<PciDevice> marked;
    std::string list;
    for (const PciDevice& device : devices) {
        const auto name = check_free(device) ? region_name(device) : Result<std::string>("");
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

Result<PciDevice> find_device(const std::string& address, const std::string& sysfs) {
    ORIEL_TRY_ASSIGN(const auto devices, find_ivshmem_devices(sysfs));
    if (devices.empty()) {
        return Failure(Error::not_found(
            "this machine has no ivshmem device: give the virtual machine one with what `oriel "
            "broker NAME` prints on the host"));
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

}  // namespace

Result<std::unique_ptr<Region>> PciRegion::open(const std::string& address,
                                                Role role,
                                                const std::string& sysfs) {
    if (role == Role::Show) {
        return Failure(Error::unsupported(
            "a PCI device is the virtual machine's end of a region: view it on the host"));
    }
    ORIEL_TRY_ASSIGN(PciDevice device, find_device(address, sysfs));
    ORIEL_TRY(check_free(device));
    ORIEL_TRY(enable(device));
    std::unique_ptr<PciRegion> region(new PciRegion(std::move(device), role));
    ORIEL_TRY(region->map());
    if (role == Role::Publish && region->device_.kind == PciDevice::Kind::Doorbell) {
        ORIEL_TRY(region->map_registers());
    }
    return region;
}

Result<void> PciRegion::map() {
    ORIEL_TRY_ASSIGN(UniqueFd file, open_memory(device_, role_));
    if (role_ == Role::Publish) {
        ORIEL_TRY(lock(file, device_));
    }
    const Access access = role_ == Role::Watch ? Access::ReadOnly : Access::ReadWrite;
    auto memory = MappedMemory::map(file, access, description());
    if (!memory) {
        const Error& error = memory.error();
        return Failure(error.os_code == EPERM ? refusal("map", device_, EPERM) : error);
    }
    memory_ = std::move(*memory);
    if (const auto fits = check_region_size(memory_.bytes().size()); !fits) {
        return Failure(Error::unsupported(fmt::format(
            "{}: {}; {}", description(), fits.error().message, how_to_enlarge(kUsualSize))));
    }
    if (role_ == Role::Publish) {
        fd_ = std::move(file);
    }
    return {};
}

Result<void> PciRegion::map_registers() {
    const UniqueFd file(::open((device_.folder + "/resource0").c_str(), O_RDWR | O_CLOEXEC));
    if (!file) {
        return Failure(refusal("open", device_, errno));
    }
    ORIEL_TRY_ASSIGN(PciRegisters registers, PciRegisters::map(file, description()));
    if (registers.position() < 0) {
        log(LogLevel::Warning,
            fmt::format("nobody serves {} on the host: viewers cannot be rung", description()));
        return {};
    }
    registers_.emplace(std::move(registers));
    return {};
}

void PciRegion::ring_viewers(std::uint32_t bits) noexcept {
    if (!registers_ || bits == 0) {
        return;
    }
    // What was written to the memory is there before who is rung looks.
    store_fence();
    for (unsigned viewer = 0; viewer < abi::kMaxViewers; ++viewer) {
        if ((bits >> viewer & 1U) != 0) {
            registers_->ring(static_cast<std::uint32_t>(ivshmem_peer(viewer)));
        }
    }
}

std::string PciRegion::how_to_enlarge(std::uint64_t bytes) const {
    const std::string name = read_broker_page(SharedBytes(memory_.bytes())).name;
    if (!name.empty()) {
        return fmt::format(
            "on the host, start `oriel broker {} --size {}`, and this virtual "
            "machine again",
            name,
            bytes >> 20U);
    }
    return fmt::format(
        "on the host, write <size unit='M'>{0}</size> into libvirt's <shmem>, or "
        "size={0}M into QEMU's -object memory-backend-file, and start this virtual "
        "machine again",
        bytes >> 20U);
}

}  // namespace oriel
