// SPDX-License-Identifier: MIT
#include "region/windows/ivshmem_driver.h"

#include <utility>

#include <fmt/format.h>

#include "base/windows/last_error.h"
#include "region/windows/ivshmem_interface.h"

namespace oriel {
namespace {

/// What the driver's STATUS_DEVICE_ALREADY_ATTACHED is to programs.
constexpr DWORD kAlreadyAttached = 548;

bool request(const OwnedHandle& device, DWORD code, const auto& in) {
    auto copy = in;
    DWORD written = 0;
    return ::DeviceIoControl(
               device.get(), code, &copy, sizeof copy, nullptr, 0, &written, nullptr) != 0;
}

Error refusal(const std::string& name, DWORD code) {
    switch (code) {
    case kAlreadyAttached:
        return Error::busy(
            fmt::format("{} is mapped by another program already, and its driver allows one: end "
                        "the other oriel-guest, or the host application of Looking Glass",
                        name));
    case ERROR_NOT_READY:
        return Error::not_found(
            fmt::format("nobody serves {} on the host: start its `oriel broker` there", name));
    default:
        return Error::system("map " + name, static_cast<int>(code));
    }
}

}  // namespace

Result<IvshmemDriver> IvshmemDriver::map(const std::wstring& path, const std::string& name) {
    // All of the driver's requests are for anybody who may open the device.
    OwnedHandle device(::CreateFileW(path.c_str(), 0, 0, nullptr, OPEN_EXISTING, 0, nullptr));
    if (!device) {
        return Failure(last_error("open " + name));
    }
    IvshmemDriver driver(std::move(device), name);
    ORIEL_TRY(driver.map_memory());
    return driver;
}

Result<void> IvshmemDriver::map_memory() {
    std::uint8_t cache_mode = kIvshmemWriteCombined;
    IvshmemMapping mapping{};
    DWORD written = 0;
    if (::DeviceIoControl(device_.get(),
                          kIvshmemMap,
                          &cache_mode,
                          sizeof cache_mode,
                          &mapping,
                          sizeof mapping,
                          &written,
                          nullptr) == 0) {
        return Failure(refusal(name_, ::GetLastError()));
    }
    if (written != sizeof mapping || mapping.address == nullptr) {
        return Failure(
            Error::protocol("the driver of " + name_ + " answers as none that is known"));
    }
    memory_ = {static_cast<std::byte*>(mapping.address), static_cast<std::size_t>(mapping.size)};
    vectors_ = mapping.vectors;
    return {};
}

Result<void> IvshmemDriver::set_at_interrupt(const OwnedHandle& event) const {
    if (!request(device_, kIvshmemRegisterEvent, IvshmemEvent{0, event.get(), FALSE})) {
        return Failure(last_error("wait for interrupts of " + name_));
    }
    return {};
}

void IvshmemDriver::ring(std::uint16_t peer) const noexcept {
    static_cast<void>(request(device_, kIvshmemRing, IvshmemRing{peer, 0}));
}

}  // namespace oriel
