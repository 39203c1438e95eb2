// SPDX-License-Identifier: MIT
// usage: ivshmem_stand_in_setup install FILE[@BUS:DEV.FN]...
//        ivshmem_stand_in_setup hardware
//        ivshmem_stand_in_setup remove
// Installs the stand-in for the ivshmem driver under Wine, with one device for each FILE, a path of
// Linux as /dev/shm/NAME; at 00:05.0 and on where it is not said. Or one device that has no driver.
// Removes all of them.

#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

// clang-format off: this one first
#include <windows.h>
// clang-format on
#include <devguid.h>
#include <devpropdef.h>
#include <fmt/format.h>
#include <initguid.h>
#include <setupapi.h>

#include "base/unique_handle.h"

// Missing in mingw-w64's header, not in its library.
extern "C" WINSETUPAPI BOOL WINAPI SetupDiSetDevicePropertyW(HDEVINFO list,
                                                             PSP_DEVINFO_DATA device,
                                                             const DEVPROPKEY* key,
                                                             DEVPROPTYPE type,
                                                             const BYTE* value,
                                                             DWORD size,
                                                             DWORD flags);

namespace oriel {
namespace {

DEFINE_GUID(
    kIvshmemInterface, 0xdf576976, 0x569d, 0x4672, 0x95, 0xa0, 0xf5, 0x7e, 0x4e, 0xa0, 0xb2, 0x10);
// DEVPKEY_Device_BusNumber and DEVPKEY_Device_Address.
constexpr DEVPROPKEY kBusNumber{
    {0xa45c254e, 0xdf1c, 0x4efd, {0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0}}, 23};
constexpr DEVPROPKEY kAddress{
    {0xa45c254e, 0xdf1c, 0x4efd, {0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0}}, 30};

constexpr const wchar_t* kService = L"OrielIvshmemStandIn";
constexpr const wchar_t* kParameters =
    L"SYSTEM\\CurrentControlSet\\Services\\OrielIvshmemStandIn\\Parameters";
constexpr const wchar_t* kInterfaceText = L"{df576976-569d-4672-95a0-f57e4ea0b210}";
constexpr const wchar_t* kInterfaces =
    L"SYSTEM\\CurrentControlSet\\Control\\DeviceClasses\\{df576976-569d-4672-95a0-f57e4ea0b210}";

struct ServiceTraits {
    using Raw = SC_HANDLE;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept { ::CloseServiceHandle(raw); }
};

struct DeviceListTraits {
    using Raw = HDEVINFO;

    static Raw closed() { return INVALID_HANDLE_VALUE; }

    static bool is_open(Raw raw) { return raw != INVALID_HANDLE_VALUE; }

    static void close(Raw raw) noexcept { ::SetupDiDestroyDeviceInfoList(raw); }
};

using UniqueService = UniqueHandle<ServiceTraits>;
using UniqueDeviceList = UniqueHandle<DeviceListTraits>;

struct Device {
    std::wstring file;  ///< As the driver opens it.
    DWORD bus = 0;
    DWORD address = 0;  ///< Device and function, as Windows has them for PCI.
};

/// False, with a line for who runs it.
bool refuse(const std::string& what, DWORD code) {
    fmt::print(stderr, "ivshmem_stand_in_setup: cannot {}: error {}\n", what, code);
    return false;
}

std::optional<Device> device_of(const std::string& text, unsigned number) {
    Device device{L"\\??\\Z:", 0, (5 + number) << 16U};
    std::string path = text;
    if (const auto at = text.rfind('@'); at != std::string::npos) {
        unsigned bus = 0;
        unsigned slot = 0;
        unsigned function = 0;
        // NOLINTNEXTLINE(cert-err34-c): what is no number is refused by the count
        if (std::sscanf(text.c_str() + at, "@%x:%x.%x", &bus, &slot, &function) != 3) {
            return std::nullopt;
        }
        device.bus = bus;
        device.address = slot << 16U | function;
        path.resize(at);
    }
    for (const char c : path) {
        device.file += c == '/' ? L'\\' : static_cast<wchar_t>(static_cast<unsigned char>(c));
    }
    return device;
}

std::wstring four_digits(unsigned number) {
    const std::string digits = fmt::format("{:04}", number);
    return {digits.begin(), digits.end()};
}

bool write_value(const std::wstring& key,
                 const std::wstring& name,
                 DWORD type,
                 const void* data,
                 std::size_t size) {
    const LSTATUS status = ::RegSetKeyValueW(
        HKEY_LOCAL_MACHINE, key.c_str(), name.c_str(), type, data, static_cast<DWORD>(size));
    return status == ERROR_SUCCESS || refuse("write to the registry", static_cast<DWORD>(status));
}

bool write_parameters(const std::vector<Device>& devices) {
    ::RegDeleteTreeW(HKEY_LOCAL_MACHINE, kParameters);
    for (unsigned i = 0; i < devices.size(); ++i) {
        const std::wstring& file = devices[i].file;
        if (!write_value(kParameters,
                         std::to_wstring(i),
                         REG_SZ,
                         file.c_str(),
                         (file.size() + 1) * sizeof(wchar_t))) {
            return false;
        }
    }
    return true;
}

/// A device with an interface that programs find.
bool register_device(const Device& device, unsigned number) {
    const std::wstring instance = L"ROOT\\IVSHMEM\\" + four_digits(number);
    const UniqueDeviceList list(::SetupDiCreateDeviceInfoList(&GUID_DEVCLASS_SYSTEM, nullptr));
    SP_DEVINFO_DATA data{};
    data.cbSize = sizeof data;
    if (!::SetupDiCreateDeviceInfoW(list.get(),
                                    instance.c_str(),
                                    &GUID_DEVCLASS_SYSTEM,
                                    L"stand-in for an ivshmem device",
                                    nullptr,
                                    0,
                                    &data) ||
        !::SetupDiRegisterDeviceInfo(list.get(), &data, 0, nullptr, nullptr, nullptr)) {
        return refuse("register a device", ::GetLastError());
    }
    const auto set = [&](const DEVPROPKEY& key, DWORD value) {
        return ::SetupDiSetDevicePropertyW(list.get(),
                                           &data,
                                           &key,
                                           DEVPROP_TYPE_UINT32,
                                           reinterpret_cast<const BYTE*>(&value),
                                           sizeof value,
                                           0) != 0;
    };
    if (!set(kBusNumber, device.bus) || !set(kAddress, device.address)) {
        return refuse("say where a device is", ::GetLastError());
    }
    SP_DEVICE_INTERFACE_DATA interface_data{};
    interface_data.cbSize = sizeof interface_data;
    if (!::SetupDiCreateDeviceInterfaceW(
            list.get(), &data, &kIvshmemInterface, nullptr, 0, &interface_data)) {
        return refuse("register an interface", ::GetLastError());
    }
    // What a real driver's interface gets when its device starts.
    const DWORD is_linked = 1;
    return write_value(std::wstring(kInterfaces) + L"\\##?#ROOT#IVSHMEM#" + four_digits(number) +
                           L"#" + kInterfaceText + L"\\#\\Control",
                       L"Linked",
                       REG_DWORD,
                       &is_linked,
                       sizeof is_linked);
}

std::wstring driver_file() {
    std::wstring path(MAX_PATH, L'\0');
    path.resize(::GetModuleFileNameW(nullptr, path.data(), MAX_PATH));
    return path.substr(0, path.rfind(L'\\') + 1) + L"ivshmem_stand_in.sys";
}

bool start_service() {
    const UniqueService manager(::OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ALL_ACCESS));
    UniqueService service(::CreateServiceW(manager.get(),
                                           kService,
                                           kService,
                                           SERVICE_ALL_ACCESS,
                                           SERVICE_KERNEL_DRIVER,
                                           SERVICE_DEMAND_START,
                                           SERVICE_ERROR_NORMAL,
                                           driver_file().c_str(),
                                           nullptr,
                                           nullptr,
                                           nullptr,
                                           nullptr,
                                           nullptr));
    if (!service) {
        return refuse("create the service", ::GetLastError());
    }
    return ::StartServiceW(service.get(), 0, nullptr) != 0 ||
           refuse("start the driver", ::GetLastError());
}

void remove_service() {
    const UniqueService manager(::OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ALL_ACCESS));
    const UniqueService service(::OpenServiceW(manager.get(), kService, SERVICE_ALL_ACCESS));
    if (!service) {
        return;
    }
    SERVICE_STATUS status{};
    if (::ControlService(service.get(), SERVICE_CONTROL_STOP, &status) != 0) {
        while (::QueryServiceStatus(service.get(), &status) != 0 &&
               status.dwCurrentState != SERVICE_STOPPED) {
            ::Sleep(10);
        }
    }
    ::DeleteService(service.get());
}

/// A device as the PCI bus shows it before anybody has a driver for it.
bool show_hardware() {
    static constexpr wchar_t kNames[] =
        L"PCI\\VEN_1AF4&DEV_1110&SUBSYS_11001AF4&REV_01\0PCI\\VEN_1AF4&DEV_1110\0";
    const UniqueDeviceList list(::SetupDiCreateDeviceInfoList(&GUID_DEVCLASS_SYSTEM, nullptr));
    SP_DEVINFO_DATA data{};
    data.cbSize = sizeof data;
    if (!::SetupDiCreateDeviceInfoW(list.get(),
                                    L"PCI\\VEN_1AF4&DEV_1110\\0000",
                                    &GUID_DEVCLASS_SYSTEM,
                                    L"PCI standard RAM Controller",
                                    nullptr,
                                    0,
                                    &data) ||
        !::SetupDiSetDeviceRegistryPropertyW(list.get(),
                                             &data,
                                             SPDRP_HARDWAREID,
                                             reinterpret_cast<const BYTE*>(kNames),
                                             sizeof kNames) ||
        !::SetupDiRegisterDeviceInfo(list.get(), &data, 0, nullptr, nullptr, nullptr)) {
        return refuse("register a device", ::GetLastError());
    }
    return true;
}

void remove_devices(const wchar_t* bus) {
    const UniqueDeviceList list(
        ::SetupDiGetClassDevsW(&GUID_DEVCLASS_SYSTEM, bus, nullptr, DIGCF_ALLCLASSES));
    SP_DEVINFO_DATA data{};
    data.cbSize = sizeof data;
    for (DWORD i = 0; ::SetupDiEnumDeviceInfo(list.get(), i, &data) != 0; ++i) {
        ::SetupDiRemoveDevice(list.get(), &data);
    }
    ::RegDeleteTreeW(HKEY_LOCAL_MACHINE, kInterfaces);
}

bool remove_all() {
    remove_service();
    remove_devices(L"ROOT\\IVSHMEM");
    remove_devices(L"PCI\\VEN_1AF4&DEV_1110");
    return true;
}

bool install(const std::vector<std::string>& files) {
    std::vector<Device> devices;
    for (const std::string& file : files) {
        const auto device = device_of(file, static_cast<unsigned>(devices.size()));
        if (!device) {
            fmt::print(stderr, "ivshmem_stand_in_setup: '{}' is no FILE[@BUS:DEV.FN]\n", file);
            return false;
        }
        devices.push_back(*device);
    }
    remove_all();
    if (!write_parameters(devices)) {
        return false;
    }
    for (unsigned i = 0; i < devices.size(); ++i) {
        if (!register_device(devices[i], i)) {
            return false;
        }
    }
    return start_service();
}

}  // namespace
}  // namespace oriel

int main(int count, char** arguments) {
    const std::vector<std::string> words(arguments + 1, arguments + count);
    if (words.size() == 1 && words[0] == "remove") {
        return oriel::remove_all() ? 0 : 1;
    }
    if (words.size() == 1 && words[0] == "hardware") {
        return oriel::show_hardware() ? 0 : 1;
    }
    if (words.size() >= 2 && words[0] == "install") {
        return oriel::install({words.begin() + 1, words.end()}) ? 0 : 1;
    }
    fmt::print(stderr,
               "usage: ivshmem_stand_in_setup install FILE[@BUS:DEV.FN]... | hardware | remove\n");
    return 2;
}
