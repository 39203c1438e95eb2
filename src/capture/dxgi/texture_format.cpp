// SPDX-License-Identifier: MIT
#include "capture/dxgi/texture_format.h"

#include "abi/frame.h"
#include "relay/layout.h"

namespace oriel::dxgi_capture {

std::optional<PixelFormat> pixel_format(DXGI_FORMAT format) {
    switch (format) {
    case DXGI_FORMAT_B8G8R8A8_UNORM:
    case DXGI_FORMAT_B8G8R8A8_UNORM_SRGB:
    case DXGI_FORMAT_B8G8R8A8_TYPELESS:
    case DXGI_FORMAT_B8G8R8X8_UNORM:
        return PixelFormat::Bgra8;
    case DXGI_FORMAT_R8G8B8A8_UNORM:
    case DXGI_FORMAT_R8G8B8A8_UNORM_SRGB:
    case DXGI_FORMAT_R8G8B8A8_TYPELESS:
        return PixelFormat::Rgba8;
    case DXGI_FORMAT_R10G10B10A2_UNORM:
    case DXGI_FORMAT_R10G10B10A2_TYPELESS:
        return PixelFormat::Rgb10a2;
    case DXGI_FORMAT_R16G16B16A16_FLOAT:
    case DXGI_FORMAT_R16G16B16A16_TYPELESS:
        return PixelFormat::Rgba16f;
    default:
        return std::nullopt;
    }
}

DXGI_FORMAT dxgi_format(PixelFormat format) {
    switch (format) {
    case PixelFormat::Rgba8:
        return DXGI_FORMAT_R8G8B8A8_UNORM;
    case PixelFormat::Rgb10a2:
        return DXGI_FORMAT_R10G10B10A2_UNORM;
    case PixelFormat::Rgba16f:
        return DXGI_FORMAT_R16G16B16A16_FLOAT;
    default:
        return DXGI_FORMAT_B8G8R8A8_UNORM;
    }
}

std::uint32_t transform_of(DXGI_MODE_ROTATION rotation) {
    switch (rotation) {
    case DXGI_MODE_ROTATION_ROTATE90:
        return 1;
    case DXGI_MODE_ROTATION_ROTATE180:
        return 2;
    case DXGI_MODE_ROTATION_ROTATE270:
        return 3;
    default:
        return abi::kTransformNone;
    }
}

FrameGeometry geometry_of(Size stored, PixelFormat format, std::uint32_t transform) {
    return {stored, aligned_stride(stored.width, format), format, transform};
}

}  // namespace oriel::dxgi_capture
