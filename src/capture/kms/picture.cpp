// SPDX-License-Identifier: MIT
#include "capture/kms/picture.h"

#include <algorithm>
#include <utility>

#include "capture/kms/blend.h"
#include "capture/kms/plane_choice.h"
#include "relay/copy_kernel.h"

namespace oriel::kms_capture {
namespace {

constexpr std::uint32_t kStrideUnit = 256;

FrameGeometry geometry_of(Size size, PixelFormat format) {
    const std::uint32_t row = size.width * oriel::bytes_per_pixel(format);
    return {size, (row + kStrideUnit - 1) / kStrideUnit * kStrideUnit, format, 0};
}

}  // namespace

Result<Damage> Picture::look(KmsDevice& device, Size size, std::span<const KmsPlane> layers) {
    ORIEL_TRY_ASSIGN(const std::vector<Shown> shown, map_all(device, size, layers));
    reshape(size, shown);
    match_layers(shown);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        ORIEL_TRY_ASSIGN(const Damage changed, layers_[i].look(shown[i].plane, *shown[i].pixels));
        found_.add(changed);
    }
    return std::exchange(found_, Damage());
}

Result<bool> Picture::glance(KmsDevice& device, Size size, std::span<const KmsPlane> layers) {
    ORIEL_TRY_ASSIGN(const std::vector<Shown> shown, map_all(device, size, layers));
    if (!is_as_shown(size, shown)) {
        return true;
    }
    ++glances_;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (layers_[i].glance(shown[i].plane, *shown[i].pixels, glances_)) {
            return true;
        }
    }
    return false;
}

/// Whether all is where the last look() saw it.
bool Picture::is_as_shown(Size size, std::span<const Shown> shown) const {
    return found_.is_empty() && size == geometry_.size &&
           std::ranges::equal(layers_, shown, [](const Layer& layer, const Shown& each) {
               return layer.is_same(each.plane, each.place, each.pixels->layout);
           });
}

/// Before anything is changed: one that cannot be read refuses all.
Result<std::vector<Picture::Shown>> Picture::map_all(KmsDevice& device,
                                                     Size size,
                                                     std::span<const KmsPlane> layers) {
    std::vector<Shown> shown;
    for (const KmsPlane& plane : layers) {
        const Rect place = visible_part(plane, size);
        if (!place.is_empty()) {
            ORIEL_TRY_ASSIGN(auto pixels, device.pixels(plane.framebuffer));
            shown.push_back({plane, place, std::move(pixels)});
        }
    }
    return shown;
}

void Picture::reshape(Size size, std::span<const Shown> shown) {
    const PixelFormat format =
        shown.empty() ? PixelFormat::Bgra8 : relay_format(shown.front().pixels->layout);
    const FrameGeometry wanted = geometry_of(size, format);
    if (wanted != geometry_) {
        geometry_ = wanted;
        layers_.clear();
        found_ = Damage::whole(size);
    }
}

/// Keeps the layers that are still there, and makes those that are new.
void Picture::match_layers(std::span<const Shown> shown) {
    std::vector<Layer> before = std::exchange(layers_, {});
    for (const Shown& each : shown) {
        const auto same = std::ranges::find_if(before, [&](const Layer& layer) {
            return layer.is_same(each.plane, each.place, each.pixels->layout);
        });
        if (same == before.end()) {
            layers_.emplace_back(each.plane, each.place, each.pixels->layout);
            continue;
        }
        layers_.push_back(std::move(*same));
        before.erase(same);
    }
    for (const Layer& gone : before) {
        found_.add(gone.place());
    }
}

void Picture::write(const Rect& rect, std::span<std::byte> slot) const {
    const Layer* const sole = sole_layer(rect);
    if (sole == nullptr) {
        write_composed(rect, slot);
        return;
    }
    std::byte* to = slot.data() + std::size_t{rect.y} * geometry_.stride +
                    std::size_t{rect.x} * oriel::bytes_per_pixel(geometry_.format);
    if (is_plain_copy(sole->layout(), geometry_.format)) {
        copy_rows(to,
                  sole->pixel(rect.x, rect.y),
                  {std::size_t{rect.width} * oriel::bytes_per_pixel(geometry_.format),
                   rect.height,
                   geometry_.stride,
                   sole->stride()});
        return;
    }
    for (std::uint32_t y = rect.y; y < rect.bottom(); ++y, to += geometry_.stride) {
        convert_row(sole->layout(), sole->pixel(rect.x, y), geometry_.format, to, rect.width);
    }
}

void Picture::clear() {
    layers_.clear();
    found_ = Damage::whole(geometry_.size);
}

/// The one layer that makes up all of `rect`, if there is one.
const Layer* Picture::sole_layer(const Rect& rect) const {
    for (std::size_t i = layers_.size(); i > 0; --i) {
        const Layer& layer = layers_[i - 1];
        if (layer.place().intersected(rect).is_empty()) {
            continue;
        }
        const bool hides_all = layer.place().contains(rect) && (i == 1 || layer.is_opaque());
        return hides_all ? &layer : nullptr;
    }
    return nullptr;
}

void Picture::write_composed(const Rect& rect, std::span<std::byte> slot) const {
    std::vector<DeepPixel> row(rect.width);
    std::vector<DeepPixel> above(rect.width);
    for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
        // Where no plane is, a screen is black.
        std::ranges::fill(row, DeepPixel());
        for (const Layer& layer : layers_) {
            const Rect piece = layer.place().intersected({rect.x, y, rect.width, 1});
            if (piece.is_empty()) {
                continue;
            }
            DeepPixel* const to = row.data() + (piece.x - rect.x);
            const bool covers = &layer == layers_.data() || layer.is_opaque();
            unpack_row(
                layer.layout(), layer.pixel(piece.x, y), covers ? to : above.data(), piece.width);
            if (!covers) {
                blend_row(above.data(), to, piece.width, {layer.alpha(), layer.blend()});
            }
        }
        pack_row(geometry_.format,
                 row.data(),
                 slot.data() + std::size_t{y} * geometry_.stride +
                     std::size_t{rect.x} * oriel::bytes_per_pixel(geometry_.format),
                 rect.width);
    }
}

}  // namespace oriel::kms_capture
