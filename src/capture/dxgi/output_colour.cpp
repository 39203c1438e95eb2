// SPDX-License-Identifier: MIT
#include "capture/dxgi/output_colour.h"

#include <array>
#include <cmath>
#include <cwchar>
#include <vector>

#include <windows.h>
#include <wrl/client.h>

#include "abi/frame.h"

namespace oriel::dxgi_capture {
namespace {

using Microsoft::WRL::ComPtr;

constexpr float kPrimaryUnits = 50'000.0F;  ///< Of 0.00002, as HDR10 metadata has them.
constexpr std::uint32_t kScRgbWhiteMillinits = 80'000;

std::uint16_t primary(float value) {
    return static_cast<std::uint16_t>(std::lround(value * kPrimaryUnits));
}

std::uint32_t millinits(float nits) {
    return static_cast<std::uint32_t>(std::lround(nits * 1000.0F));
}

std::vector<DISPLAYCONFIG_PATH_INFO> active_paths() {
    UINT32 path_count = 0;
    UINT32 mode_count = 0;
    if (::GetDisplayConfigBufferSizes(QDC_ONLY_ACTIVE_PATHS, &path_count, &mode_count) !=
        ERROR_SUCCESS) {
        return {};
    }
    std::vector<DISPLAYCONFIG_PATH_INFO> paths(path_count);
    std::vector<DISPLAYCONFIG_MODE_INFO> modes(mode_count);
    if (::QueryDisplayConfig(
            QDC_ONLY_ACTIVE_PATHS, &path_count, paths.data(), &mode_count, modes.data(), nullptr) !=
        ERROR_SUCCESS) {
        return {};
    }
    paths.resize(path_count);
    return paths;
}

bool is_of(const DISPLAYCONFIG_PATH_INFO& path, const wchar_t* device) {
    DISPLAYCONFIG_SOURCE_DEVICE_NAME name{};
    name.header = {DISPLAYCONFIG_DEVICE_INFO_GET_SOURCE_NAME,
                   sizeof(name),
                   path.sourceInfo.adapterId,
                   path.sourceInfo.id};
    return ::DisplayConfigGetDeviceInfo(&name.header) == ERROR_SUCCESS &&
           std::wcscmp(name.viewGdiDeviceName, device) == 0;
}

/// Of what is not HDR, on an HDR screen: the slider in Windows' settings.
std::uint32_t sdr_white_millinits(const wchar_t* device) {
    for (const DISPLAYCONFIG_PATH_INFO& path : active_paths()) {
        if (!is_of(path, device)) {
            continue;
        }
        DISPLAYCONFIG_SDR_WHITE_LEVEL white{};
        white.header = {DISPLAYCONFIG_DEVICE_INFO_GET_SDR_WHITE_LEVEL,
                        sizeof(white),
                        path.targetInfo.adapterId,
                        path.targetInfo.id};
        if (::DisplayConfigGetDeviceInfo(&white.header) == ERROR_SUCCESS) {
            // 1000 stands for the 80 nits of scRGB's 1.0.
            return static_cast<std::uint32_t>(std::uint64_t{white.SDRWhiteLevel} *
                                              kScRgbWhiteMillinits / 1000);
        }
    }
    return 0;
}

void add_display(ColourInfo& info, const DXGI_OUTPUT_DESC1& display) {
    info.hdr_primaries = {primary(display.RedPrimary[0]),
                          primary(display.RedPrimary[1]),
                          primary(display.GreenPrimary[0]),
                          primary(display.GreenPrimary[1]),
                          primary(display.BluePrimary[0]),
                          primary(display.BluePrimary[1]),
                          primary(display.WhitePoint[0]),
                          primary(display.WhitePoint[1])};
    info.hdr_max_millinits = millinits(display.MaxLuminance);
    info.hdr_min_millinits = millinits(display.MinLuminance);
    info.hdr_max_fall = static_cast<std::uint32_t>(std::lround(display.MaxFullFrameLuminance));
}

}  // namespace

OutputColour colour_of_output(IDXGIOutput& output) {
    OutputColour colour;
    ComPtr<IDXGIOutput6> newer;
    if (SUCCEEDED(output.QueryInterface(IID_PPV_ARGS(&newer))) &&
        SUCCEEDED(newer->GetDesc1(&colour.display))) {
        colour.is_hdr = colour.display.ColorSpace == DXGI_COLOR_SPACE_RGB_FULL_G2084_NONE_P2020;
        colour.sdr_white_millinits = sdr_white_millinits(colour.display.DeviceName);
    }
    return colour;
}

ColourInfo colour_info(PixelFormat format, const OutputColour& colour) {
    ColourInfo info;
    if (format == PixelFormat::Rgba16f) {
        info.transfer = abi::kTransferLinear;
    } else if (format == PixelFormat::Rgb10a2 && colour.is_hdr) {
        info.primaries = abi::kPrimariesBt2020;
        info.transfer = abi::kTransferPq;
    } else {
        return info;
    }
    info.sdr_white_millinits = colour.sdr_white_millinits;
    if (colour.is_hdr) {
        add_display(info, colour.display);
    }
    return info;
}

}  // namespace oriel::dxgi_capture
