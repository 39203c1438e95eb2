// SPDX-License-Identifier: MIT
#include "region/pci_region.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <sys/file.h>

#include "base/linux/event_fd.h"
#include "base/log.h"
#include "region/file_lock_holder.h"
#include "region/ivshmem_peers.h"
#include "region/pci_choice.h"
#include "region/pci_enlarging.h"
#include "region/pci_files.h"
#include "region/region_size.h"
#include "relay/fence.h"

namespace oriel {
namespace {

/// What is named to whom has a device that can be no region at all.
constexpr std::uint64_t kUsualSize = 128ULL << 20U;

constexpr std::uint32_t kRegisterBar = 0;
constexpr std::uint32_t kMemoryBar = 2;

}  // namespace

Result<std::unique_ptr<Region>> PciRegion::open(const std::string& address,
                                                Role role,
                                                const std::string& sysfs) {
    if (role == Role::Show) {
        return Failure(Error::unsupported(
            "a PCI device is the virtual machine's end of a region: view it on the host"));
    }
    ORIEL_TRY_ASSIGN(PciDevice device, choose_pci_device(address, sysfs));
    ORIEL_TRY(check_pci_driver(device));
    ORIEL_TRY(enable_pci_device(device));
    std::unique_ptr<PciRegion> region(new PciRegion(std::move(device), role));
    if (role == Role::Publish) {
        ORIEL_TRY(region->lock());
        ORIEL_TRY(region->take_interrupt());
    }
    ORIEL_TRY(region->map());
    if (role == Role::Publish && region->device_.kind == PciDevice::Kind::Doorbell) {
        ORIEL_TRY(region->map_registers());
    }
    return region;
}

PciRegion::~PciRegion() {
    // What vfio lent it waits for.
    memory_ = MappedMemory();
}

Result<void> PciRegion::lock() {
    ORIEL_TRY_ASSIGN(lock_, open_pci_memory(device_, access()));
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) {
        return {};
    }
    if (errno != EWOULDBLOCK) {
        return Failure(Error::system("lock PCI device " + device_.address, errno));
    }
    return Failure(Error::busy(fmt::format("PCI device {} is published into already, by {}: end it",
                                           device_.address,
                                           file_lock_holder(lock_))));
}

/// Errors: Busy alone; whatever else is in the way, it goes without.
Result<void> PciRegion::take_interrupt() {
    if (device_.kind == PciDevice::Kind::Plain && driver_of(device_) != kVfioDriver) {
        return {};
    }
    const auto taken = take_with_vfio();
    return taken ? taken : go_without(taken.error());
}

Result<void> PciRegion::take_with_vfio() {
    ORIEL_TRY_ASSIGN(auto taken, VfioDevice::take(device_));
    if (device_.kind == PciDevice::Kind::Doorbell) {
        ORIEL_TRY_ASSIGN(doorbell_, taken->route_interrupt());
        log(LogLevel::Debug,
            fmt::format("viewers wake this agent by the interrupt of PCI device {}",
                        device_.address));
    }
    vfio_ = std::move(taken);
    return {};
}

Result<void> PciRegion::go_without(const Error& why) {
    if (why.kind == ErrorKind::Busy || driver_of(device_) == kVfioDriver) {
        return Failure(Error::busy(fmt::format(
            "cannot take PCI device {}, which vfio-pci has: {}", device_.address, why.message)));
    }
    log(LogLevel::Debug,
        fmt::format("viewers cannot wake this agent, so it looks for them: {}", why.message));
    return {};
}

Result<void> PciRegion::map() {
    ORIEL_TRY_ASSIGN(memory_, map_memory());
    if (const auto fits = check_region_size(memory_.bytes().size()); !fits) {
        return Failure(Error::unsupported(fmt::format(
            "{}: {}; {}", description(), fits.error().message, how_to_enlarge(kUsualSize))));
    }
    return {};
}

/// Also where vfio has the device: it claims the memory only once it is mapped through it.
Result<MappedMemory> PciRegion::map_memory() {
    ORIEL_TRY_ASSIGN(UniqueFd file, open_pci_memory(device_, access()));
    auto memory = MappedMemory::map(file, access(), description());
    if (!memory && memory.error().os_code == EINVAL && vfio_) {
        doorbell_.reset();
        vfio_.reset();
        ORIEL_TRY(go_without(Error::unsupported(
            "this kernel's vfio-pci lets no other map the memory, and maps it uncached")));
        memory = MappedMemory::map(file, access(), description());
    }
    if (!memory && memory.error().os_code == EPERM) {
        return map_locked_down();
    }
    if (memory && role_ == Role::Publish) {
        fd_ = std::move(file);
    }
    return memory;
}

/// Under Secure Boot vfio alone may map a device. Nobody else can be handed its file: to map one of
/// its BARs takes an offset that only who asked vfio knows.
Result<MappedMemory> PciRegion::map_locked_down() {
    const Error refused = pci_refusal("map", device_, EPERM);
    if (role_ != Role::Publish) {
        return Failure(refused);
    }
    if (const auto taken = vfio_ ? Result<void>() : take_with_vfio(); !taken) {
        return Failure(Error::unsupported(
            fmt::format("{}, or give it an IOMMU: {}", refused.message, taken.error().message)));
    }
    ORIEL_TRY_ASSIGN(MappedMemory memory, vfio_->map_bar(kMemoryBar));
    log(LogLevel::Info,
        fmt::format("the kernel is locked down: PCI device {} is mapped through vfio-pci, "
                    "uncached, which may make frames slow",
                    device_.address));
    return memory;
}

Result<void> PciRegion::map_registers() {
    ORIEL_TRY_ASSIGN(MappedMemory memory,
                     fd_ ? map_pci_registers(device_) : vfio_->map_bar(kRegisterBar));
    ORIEL_TRY_ASSIGN(PciRegisters registers, PciRegisters::in(std::move(memory), description()));
    if (registers.position() < 0) {
        log(LogLevel::Warning,
            fmt::format("nobody serves {} on the host: viewers cannot be rung", description()));
        return {};
    }
    registers_.emplace(std::move(registers));
    return {};
}

std::uint64_t PciRegion::drain_doorbell() noexcept {
    return drain_event_fd(doorbell_);
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
    return how_to_enlarge_pci(memory_, bytes);
}

}  // namespace oriel
