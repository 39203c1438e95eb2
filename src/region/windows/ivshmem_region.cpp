// SPDX-License-Identifier: MIT
#include "region/windows/ivshmem_region.h"

#include <utility>

#include <fmt/format.h>
#include <windows.h>

#include "abi/region.h"
#include "base/windows/last_error.h"
#include "region/ivshmem_peers.h"
#include "region/pci_enlarging.h"
#include "region/region_size.h"
#include "region/windows/device_claim.h"
#include "region/windows/ivshmem_list.h"
#include "relay/fence.h"

namespace oriel {
namespace {

/// What is named to whom has a device that can be no region at all.
constexpr std::uint64_t kUsualSize = 128ULL << 20U;

}  // namespace

Result<std::unique_ptr<Region>> IvshmemRegion::open(const std::string& wanted, Role role) {
    if (role == Role::Show) {
        return Failure(Error::unsupported(
            "a PCI device is the virtual machine's end of a region: view it on the host"));
    }
    ORIEL_TRY_ASSIGN(const auto devices, find_ivshmem_devices());
    ORIEL_TRY_ASSIGN(const std::size_t index, choose_device(devices, wanted));
    const std::string name = "ivshmem device " + device_name(devices, index);
    ORIEL_TRY_ASSIGN(OwnedHandle only_one, claim_device(devices[index].path, name));
    ORIEL_TRY_ASSIGN(IvshmemDriver driver, IvshmemDriver::map(devices[index].path, name));
    std::unique_ptr<IvshmemRegion> region(new IvshmemRegion(
        std::move(driver), std::move(only_one), "pci:" + device_name(devices, index), role));
    ORIEL_TRY(region->check_size());
    if (role == Role::Publish && region->driver_.has_doorbells()) {
        ORIEL_TRY(region->listen());
    }
    return region;
}

IvshmemRegion::IvshmemRegion(IvshmemDriver driver,
                             OwnedHandle only_one,
                             std::string description,
                             Role role)
    : description_(std::move(description)),
      only_one_(std::move(only_one)),
      driver_(std::move(driver)) {
    role_ = role;
    memory_ = MappedMemory::lent(driver_.memory());
}

Result<void> IvshmemRegion::check_size() const {
    if (const auto fits = check_region_size(memory_.bytes().size()); !fits) {
        return Failure(Error::unsupported(fmt::format(
            "{}: {}; {}", description_, fits.error().message, how_to_enlarge(kUsualSize))));
    }
    return {};
}

Result<void> IvshmemRegion::listen() {
    // Manual-reset: the loop sees it until it is drained.
    OwnedHandle event(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
    if (!event) {
        return Failure(last_error("make an event"));
    }
    ORIEL_TRY(driver_.set_at_interrupt(event));
    doorbell_ = std::move(event);
    return {};
}

/// An event does not count.
std::uint64_t IvshmemRegion::drain_doorbell() noexcept {
    if (!doorbell_ || ::WaitForSingleObject(doorbell_.get(), 0) != WAIT_OBJECT_0) {
        return 0;
    }
    ::ResetEvent(doorbell_.get());
    return 1;
}

void IvshmemRegion::ring_viewers(std::uint32_t bits) noexcept {
    if (!driver_.has_doorbells() || bits == 0) {
        return;
    }
    // What was written to the memory is there before who is rung looks.
    store_fence();
    for (unsigned viewer = 0; viewer < abi::kMaxViewers; ++viewer) {
        if ((bits >> viewer & 1U) != 0) {
            driver_.ring(static_cast<std::uint16_t>(ivshmem_peer(viewer)));
        }
    }
}

std::string IvshmemRegion::how_to_enlarge(std::uint64_t bytes) const {
    return how_to_enlarge_pci(memory_, bytes);
}

}  // namespace oriel
