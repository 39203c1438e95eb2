// SPDX-License-Identifier: MIT
#include "region/vfio_device.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/linux/event_fd.h"
#include "region/iommu_group.h"

namespace oriel {
namespace {

constexpr const char* kContainer = "/dev/vfio/vfio";

Result<UniqueFd> open_node(const std::string& path) {
    UniqueFd node(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!node && errno == EBUSY) {
        return Failure(Error::busy(fmt::format("another program has {} open", path)));
    }
    if (!node) {
        return Failure(Error::system("open " + path, errno));
    }
    return node;
}

Result<vfio_region_info> region_of(const UniqueFd& device, std::uint32_t index) {
    vfio_region_info info{};
    info.argsz = sizeof(info);
    info.index = index;
    if (::ioctl(device.get(), VFIO_DEVICE_GET_REGION_INFO, &info) != 0) {
        return Failure(Error::system(fmt::format("ask vfio for region {}", index), errno));
    }
    return info;
}

/// All devices of the group are vfio's or nobody's.
Result<void> check_viable(const UniqueFd& group) {
    vfio_group_status status{};
    status.argsz = sizeof(status);
    if (::ioctl(group.get(), VFIO_GROUP_GET_STATUS, &status) != 0) {
        return Failure(Error::system("ask for the state of the IOMMU group", errno));
    }
    if ((status.flags & VFIO_GROUP_FLAGS_VIABLE) == 0) {
        return Failure(Error::unsupported("a driver has another device of the IOMMU group"));
    }
    return {};
}

Result<void> set_iommu(const UniqueFd& container) {
    for (const int type : {VFIO_TYPE1v2_IOMMU, VFIO_TYPE1_IOMMU}) {
        if (::ioctl(container.get(), VFIO_CHECK_EXTENSION, type) <= 0) {
            continue;
        }
        if (::ioctl(container.get(), VFIO_SET_IOMMU, type) == 0) {
            return {};
        }
        if (errno == EPERM) {
            return Failure(Error::unsupported(
                "the IOMMU does not remap interrupts (QEMU: -device intel-iommu,intremap=on)"));
        }
        return Failure(Error::system("set the IOMMU of vfio's container", errno));
    }
    return Failure(Error::unsupported("vfio knows no way to drive this IOMMU"));
}

}  // namespace

Result<std::unique_ptr<VfioDevice>> VfioDevice::take(const PciDevice& device) {
    ORIEL_TRY_ASSIGN(const unsigned group, own_iommu_group(device));
    ORIEL_TRY_ASSIGN(auto binding, VfioBinding::take(device));
    std::unique_ptr<VfioDevice> taken(new VfioDevice(std::move(binding)));
    ORIEL_TRY(taken->open(group, device.address));
    return taken;
}

Result<void> VfioDevice::open(unsigned group, const std::string& address) {
    ORIEL_TRY_ASSIGN(container_, open_node(kContainer));
    auto opened = open_node(fmt::format("/dev/vfio/{}", group));
    if (!opened) {
        if (opened.error().kind == ErrorKind::Busy) {
            binding_->leave();
        }
        return Failure(std::move(opened).error());
    }
    group_ = std::move(*opened);
    ORIEL_TRY(check_viable(group_));
    const int container = container_.get();
    if (::ioctl(group_.get(), VFIO_GROUP_SET_CONTAINER, &container) != 0) {
        return Failure(Error::system("put the IOMMU group into a container", errno));
    }
    ORIEL_TRY(set_iommu(container_));
    device_ = UniqueFd(::ioctl(group_.get(), VFIO_GROUP_GET_DEVICE_FD, address.c_str()));
    if (!device_) {
        return Failure(Error::system("open the device of the IOMMU group", errno));
    }
    return {};
}

Result<UniqueFd> VfioDevice::route_interrupt() const {
    vfio_irq_info info{};
    info.argsz = sizeof(info);
    info.index = VFIO_PCI_MSIX_IRQ_INDEX;
    if (::ioctl(device_.get(), VFIO_DEVICE_GET_IRQ_INFO, &info) != 0 || info.count == 0) {
        return Failure(Error::unsupported("the device has no interrupt (QEMU: vectors=1)"));
    }
    ORIEL_TRY(switch_on());
    ORIEL_TRY_ASSIGN(UniqueFd doorbell, create_event_fd());
    const std::int32_t number = doorbell.get();
    vfio_irq_set set{};
    alignas(vfio_irq_set) std::array<std::byte, sizeof(set) + sizeof(number)> request{};
    set.argsz = request.size();
    set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
    set.index = VFIO_PCI_MSIX_IRQ_INDEX;
    set.count = 1;
    std::memcpy(request.data(), &set, sizeof(set));
    std::memcpy(request.data() + sizeof(set), &number, sizeof(number));
    if (::ioctl(device_.get(), VFIO_DEVICE_SET_IRQS, request.data()) != 0) {
        return Failure(Error::system("route the device's interrupt", errno));
    }
    return doorbell;
}

/// It answers to reads and writes of its memory; and, MSI-X being such a write, makes them itself.
Result<void> VfioDevice::switch_on() const {
    ORIEL_TRY_ASSIGN(const vfio_region_info config,
                     region_of(device_, VFIO_PCI_CONFIG_REGION_INDEX));
    const auto place = static_cast<off_t>(config.offset + PCI_COMMAND);
    std::uint16_t command = 0;
    bool done = ::pread(device_.get(), &command, sizeof(command), place) == sizeof(command);
    command |= PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
    done = done && ::pwrite(device_.get(), &command, sizeof(command), place) == sizeof(command);
    return done ? Result<void>()
                : Failure(Error::system("switch the device on through vfio", errno));
}

Result<MappedMemory> VfioDevice::map_bar(std::uint32_t bar) const {
    ORIEL_TRY(switch_on());
    ORIEL_TRY_ASSIGN(const vfio_region_info info,
                     region_of(device_, VFIO_PCI_BAR0_REGION_INDEX + bar));
    if ((info.flags & VFIO_REGION_INFO_FLAG_MMAP) == 0 || info.size == 0) {
        return Failure(Error::unsupported(fmt::format("vfio does not let BAR {} be mapped", bar)));
    }
    return MappedMemory::map(device_,
                             Access::ReadWrite,
                             {.offset = info.offset, .size = info.size},
                             fmt::format("BAR {} through vfio", bar));
}

}  // namespace oriel
