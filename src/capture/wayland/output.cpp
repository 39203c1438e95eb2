// SPDX-License-Identifier: MIT
#include "capture/wayland/output.h"

#include <utility>

#include "abi/frame.h"

namespace oriel::wayland_capture {
namespace {

std::uint32_t count_of(std::int32_t claimed) {
    return claimed > 0 ? static_cast<std::uint32_t>(claimed) : 0;
}

/// A mirror between the turn and its undoing makes it one the other way.
std::uint32_t region_transform(std::int32_t claimed) {
    const std::uint32_t known = count_of(claimed);
    if (known > abi::kMaxTransform) {
        return abi::kTransformNone;
    }
    return known == WL_OUTPUT_TRANSFORM_FLIPPED_90 || known == WL_OUTPUT_TRANSFORM_FLIPPED_270
               ? known ^ 2U
               : known;
}

}  // namespace

Output::Output(Proxy<wl_output> output, std::uint32_t global)
    : output_(std::move(output)), global_(global) {
    listen();
}

void Output::listen() {
    static constexpr wl_output_listener kListener = {
        .geometry =
            [](void* self,
               wl_output* /*object*/,
               std::int32_t /*x*/,
               std::int32_t /*y*/,
               std::int32_t /*width_mm*/,
               std::int32_t /*height_mm*/,
               std::int32_t /*subpixel*/,
               const char* /*make*/,
               const char* /*model*/,
               std::int32_t transform) {
                auto& output = *static_cast<Output*>(self);
                output.transform_ = region_transform(transform);
                ++output.version_;
            },
        .mode =
            [](void* self,
               wl_output* /*object*/,
               std::uint32_t flags,
               std::int32_t width,
               std::int32_t height,
               std::int32_t refresh_mhz) {
                auto& output = *static_cast<Output*>(self);
                if ((flags & WL_OUTPUT_MODE_CURRENT) != 0) {
                    output.mode_ = {count_of(width), count_of(height)};
                    output.refresh_mhz_ = count_of(refresh_mhz);
                    ++output.version_;
                }
            },
        .done = [](void* /*self*/, wl_output* /*object*/) {},
        .scale = [](void* /*self*/, wl_output* /*object*/, std::int32_t /*factor*/) {},
        .name = [](void* self,
                   wl_output* /*object*/,
                   const char* name) { static_cast<Output*>(self)->name_ = name; },
        .description = [](void* /*self*/, wl_output* /*object*/, const char* /*text*/) {},
    };
    wl_output_add_listener(output_.get(), &kListener, this);
}

}  // namespace oriel::wayland_capture
