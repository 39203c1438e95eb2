// SPDX-License-Identifier: MIT
#include "capture/dxgi/com_error.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace oriel {
namespace {

struct Meaning {
    HRESULT result;
    const char* text;
};

/// What FormatMessage() has no text for, in words that tell what to do.
constexpr std::array kMeanings{
    Meaning{DXGI_ERROR_ACCESS_LOST, "the desktop or its mode was switched"},
    Meaning{DXGI_ERROR_ACCESS_DENIED, "the screen shows what must not be captured"},
    Meaning{E_ACCESSDENIED,
            "the desktop with the input is not ours to see: the service may see all of them"},
    Meaning{DXGI_ERROR_DEVICE_HUNG, "the GPU hung"},
    Meaning{DXGI_ERROR_DEVICE_REMOVED, "the GPU or its driver is gone"},
    Meaning{DXGI_ERROR_DEVICE_RESET, "the GPU was reset"},
    Meaning{DXGI_ERROR_INVALID_CALL, "the call does not fit the state"},
    Meaning{DXGI_ERROR_NOT_CURRENTLY_AVAILABLE, "too many programs capture the screen: end one"},
    Meaning{DXGI_ERROR_SESSION_DISCONNECTED, "the session is not on the console"},
    Meaning{DXGI_ERROR_UNSUPPORTED, "the system does not offer it for this screen or mode"},
    Meaning{E_INVALIDARG, "refused as invalid"},
    Meaning{E_NOINTERFACE, "the system has no such interface"},
    Meaning{E_NOTIMPL, "the system does not have it"},
    Meaning{E_OUTOFMEMORY, "out of memory"},
};

}  // namespace

Error com_error(const std::string& action, HRESULT result) {
    const auto* const known = std::ranges::find(kMeanings, result, &Meaning::result);
    return {ErrorKind::System,
            static_cast<int>(result),
            fmt::format("cannot {}: {} ({:#010x})",
                        action,
                        known != kMeanings.end() ? known->text : "the system refused",
                        static_cast<unsigned long>(result))};
}

}  // namespace oriel
