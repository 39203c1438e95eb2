// SPDX-License-Identifier: MIT
#include "region/windows/ivshmem_list.h"

#include <cstddef>
#include <cstring>
#include <string_view>

// clang-format off: the others stand on it
#include <windows.h>
// clang-format on
#include <devpropdef.h>
#include <setupapi.h>

#include "base/unique_handle.h"
#include "base/windows/last_error.h"
#include "region/windows/ivshmem_interface.h"

namespace oriel {
namespace {

/// Of a device's hardware names, the one that QEMU's ivshmem devices have.
constexpr std::wstring_view kHardware = L"PCI\\VEN_1AF4&DEV_1110";

// From Windows' devpkey.h: where the bus's driver says that a device is.
constexpr GUID kDevicePlace{
    0xa45c254e, 0xdf1c, 0x4efd, {0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0}};
constexpr DEVPROPKEY kBusNumber{kDevicePlace, 23};
constexpr DEVPROPKEY kAddress{kDevicePlace, 30};

struct DeviceListTraits {
    using Raw = HDEVINFO;

    static Raw closed() { return INVALID_HANDLE_VALUE; }

    static bool is_open(Raw raw) { return raw != INVALID_HANDLE_VALUE; }

    static void close(Raw raw) noexcept { ::SetupDiDestroyDeviceInfoList(raw); }
};

using DeviceList = UniqueHandle<DeviceListTraits>;

template <class T>
T sized() {
    T data{};
    data.cbSize = sizeof data;
    return data;
}

std::optional<std::uint32_t> number_of(const DeviceList& list,
                                       SP_DEVINFO_DATA& device,
                                       const DEVPROPKEY& key) {
    std::uint32_t value = 0;
    DEVPROPTYPE type = 0;
    const bool is_told = ::SetupDiGetDevicePropertyW(list.get(),
                                                     &device,
                                                     &key,
                                                     &type,
                                                     reinterpret_cast<BYTE*>(&value),
                                                     sizeof value,
                                                     nullptr,
                                                     0) != 0;
    return is_told && type == DEVPROP_TYPE_UINT32 ? std::optional(value) : std::nullopt;
}

std::optional<PciPlace> place_of(const DeviceList& list, SP_DEVINFO_DATA& device) {
    const auto bus = number_of(list, device, kBusNumber);
    const auto address = number_of(list, device, kAddress);
    return bus && address ? std::optional(PciPlace::of(*bus, *address)) : std::nullopt;
}

/// Nothing where it went away meanwhile.
std::optional<IvshmemDevice> device_behind(const DeviceList& list,
                                           SP_DEVICE_INTERFACE_DATA& interface_data) {
    DWORD size = 0;
    ::SetupDiGetDeviceInterfaceDetailW(list.get(), &interface_data, nullptr, 0, &size, nullptr);
    if (size < sizeof(SP_DEVICE_INTERFACE_DETAIL_DATA_W)) {
        return std::nullopt;
    }
    std::vector<std::max_align_t> room(size / sizeof(std::max_align_t) + 1);
    auto* const detail = reinterpret_cast<SP_DEVICE_INTERFACE_DETAIL_DATA_W*>(room.data());
    detail->cbSize = sizeof *detail;
    auto device = sized<SP_DEVINFO_DATA>();
    if (::SetupDiGetDeviceInterfaceDetailW(
            list.get(), &interface_data, detail, size, nullptr, &device) == 0) {
        return std::nullopt;
    }
    return IvshmemDevice{detail->DevicePath, place_of(list, device)};
}

/// A list of names, each with its zero, and one more zero.
bool is_ivshmem(const DeviceList& list, SP_DEVINFO_DATA& device) {
    std::wstring names(4096, L'\0');
    if (::SetupDiGetDeviceRegistryPropertyW(list.get(),
                                            &device,
                                            SPDRP_HARDWAREID,
                                            nullptr,
                                            reinterpret_cast<BYTE*>(names.data()),
                                            static_cast<DWORD>(names.size() * sizeof(wchar_t)),
                                            nullptr) == 0) {
        return false;
    }
    return names.starts_with(kHardware);
}

bool is_there_without_driver() {
    const DeviceList list(
        ::SetupDiGetClassDevsW(nullptr, L"PCI", nullptr, DIGCF_PRESENT | DIGCF_ALLCLASSES));
    auto device = sized<SP_DEVINFO_DATA>();
    for (DWORD i = 0; list && ::SetupDiEnumDeviceInfo(list.get(), i, &device) != 0; ++i) {
        if (is_ivshmem(list, device)) {
            return true;
        }
    }
    return false;
}

Error nothing_found() {
    if (is_there_without_driver()) {
        return Error::not_found(
            "this machine has an ivshmem device, but not its driver: take ivshmem.inf, .cat and "
            ".sys from https://fedorapeople.org/groups/virt/virtio-win/direct-downloads/"
            "upstream-virtio/ and run `pnputil /add-driver ivshmem.inf /install` as administrator");
    }
    return Error::not_found(
        "this machine has no ivshmem device: give the virtual machine one with what `oriel broker "
        "NAME` prints on the host");
}

}  // namespace

Result<std::vector<IvshmemDevice>> find_ivshmem_devices() {
    const DeviceList list(::SetupDiGetClassDevsW(
        &kIvshmemInterface, nullptr, nullptr, DIGCF_PRESENT | DIGCF_DEVICEINTERFACE));
    if (!list) {
        return Failure(last_error("list this machine's devices"));
    }
    std::vector<IvshmemDevice> devices;
    auto interface_data = sized<SP_DEVICE_INTERFACE_DATA>();
    for (DWORD i = 0; ::SetupDiEnumDeviceInterfaces(
                          list.get(), nullptr, &kIvshmemInterface, i, &interface_data) != 0;
         ++i) {
        if (auto device = device_behind(list, interface_data)) {
            devices.push_back(std::move(*device));
        }
    }
    if (devices.empty()) {
        return Failure(nothing_found());
    }
    sort_devices(devices);
    return devices;
}

}  // namespace oriel
