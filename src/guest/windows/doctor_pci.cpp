// SPDX-License-Identifier: MIT
#include <array>
#include <string>

#include <fmt/format.h>
#include <windows.h>

// After windows.h, which they need.
#include <cfgmgr32.h>
#include <setupapi.h>

#include "base/unique_handle.h"
#include "base/windows/wide_text.h"
#include "guest/windows/doctor_facts.h"

namespace oriel {
namespace {

struct DeviceListTraits {
    using Raw = HDEVINFO;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr && raw != INVALID_HANDLE_VALUE; }

    static void close(Raw raw) noexcept { static_cast<void>(::SetupDiDestroyDeviceInfoList(raw)); }
};

std::wstring property(HDEVINFO list, SP_DEVINFO_DATA& device, DWORD which) {
    std::array<wchar_t, 1024> text{};
    const BOOL is_told = ::SetupDiGetDeviceRegistryPropertyW(list,
                                                             &device,
                                                             which,
                                                             nullptr,
                                                             reinterpret_cast<BYTE*>(text.data()),
                                                             sizeof(text) - sizeof(wchar_t),
                                                             nullptr);
    return is_told != 0 ? std::wstring(text.data()) : std::wstring();
}

/// Why the device manager does not run it; 0: it does.
std::uint32_t problem_of(const SP_DEVINFO_DATA& device) {
    ULONG status = 0;
    ULONG problem = 0;
    const CONFIGRET told = ::CM_Get_DevNode_Status(&status, &problem, device.DevInst, 0);
    return told == CR_SUCCESS && (status & DN_HAS_PROBLEM) != 0 ? problem : 0;
}

}  // namespace

std::vector<DoctorFacts::PciDevice> find_pci_devices() {
    std::vector<DoctorFacts::PciDevice> found;
    const UniqueHandle<DeviceListTraits> list(
        ::SetupDiGetClassDevsW(nullptr, L"PCI", nullptr, DIGCF_PRESENT | DIGCF_ALLCLASSES));
    if (!list) {
        return found;
    }
    SP_DEVINFO_DATA device{};
    device.cbSize = sizeof(device);
    for (DWORD i = 0; ::SetupDiEnumDeviceInfo(list.get(), i, &device) != 0; ++i) {
        const std::wstring id = property(list.get(), device, SPDRP_HARDWAREID);
        if (!id.starts_with(L"PCI\\VEN_1AF4&DEV_1110")) {
            continue;
        }
        found.push_back({.place = to_utf8(property(list.get(), device, SPDRP_LOCATION_INFORMATION)),
                         .problem = problem_of(device)});
    }
    return found;
}

}  // namespace oriel
