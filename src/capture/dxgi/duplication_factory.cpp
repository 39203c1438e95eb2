// SPDX-License-Identifier: MIT
#include "capture/dxgi/duplication_factory.h"

#include <array>

#include "capture/dxgi/com_error.h"

namespace oriel::dxgi_capture {
namespace {

using Outlook = DuplicationFault::Outlook;

/// All that a region can carry. The desktop's own format is handed out if it is among them.
constexpr std::array kFormats{DXGI_FORMAT_R16G16B16A16_FLOAT,
                              DXGI_FORMAT_R10G10B10A2_UNORM,
                              DXGI_FORMAT_B8G8R8A8_UNORM,
                              DXGI_FORMAT_R8G8B8A8_UNORM};

/// A process that is not per-monitor DPI aware is told that the newer call is not supported.
bool is_older_call_worth_it(HRESULT result) {
    return result == E_NOTIMPL || result == E_INVALIDARG || result == DXGI_ERROR_UNSUPPORTED;
}

HRESULT duplicate_as_is(IDXGIOutput& output, ID3D11Device& device, Duplicated& duplicated) {
    ComPtr<IDXGIOutput5> newer;
    if (FAILED(output.QueryInterface(IID_PPV_ARGS(&newer)))) {
        return E_NOTIMPL;
    }
    return newer->DuplicateOutput1(
        &device, 0, kFormats.size(), kFormats.data(), &duplicated.duplication);
}

HRESULT duplicate_converted(IDXGIOutput& output, ID3D11Device& device, Duplicated& duplicated) {
    ComPtr<IDXGIOutput1> older;
    const HRESULT result = output.QueryInterface(IID_PPV_ARGS(&older));
    return FAILED(result) ? result : older->DuplicateOutput(&device, &duplicated.duplication);
}

}  // namespace

Outlook outlook_of(HRESULT result) {
    switch (result) {
    case E_ACCESSDENIED:
    case DXGI_ERROR_ACCESS_DENIED:
    case DXGI_ERROR_ACCESS_LOST:
    case DXGI_ERROR_MODE_CHANGE_IN_PROGRESS:
    case DXGI_ERROR_SESSION_DISCONNECTED:
        return Outlook::Passes;
    case DXGI_ERROR_UNSUPPORTED:
    case DXGI_ERROR_NOT_CURRENTLY_AVAILABLE:
    case DXGI_ERROR_INVALID_CALL:
    case DXGI_ERROR_NOT_FOUND:
    case E_INVALIDARG:
        return Outlook::MayPass;
    default:
        return Outlook::Stays;
    }
}

Result<Duplicated, DuplicationFault> duplicate(IDXGIOutput& output, ID3D11Device& device) {
    Duplicated duplicated;
    HRESULT result = duplicate_as_is(output, device, duplicated);
    if (is_older_call_worth_it(result)) {
        result = duplicate_converted(output, device, duplicated);
    }
    if (FAILED(result)) {
        return Failure(
            DuplicationFault{outlook_of(result), com_error("duplicate the screen", result)});
    }
    duplicated.colour = colour_of_output(output);
    return duplicated;
}

}  // namespace oriel::dxgi_capture
