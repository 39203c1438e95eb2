// SPDX-License-Identifier: MIT
#include "present/x11/frame_source.h"

#include <utility>

#include "present/pixel_convert.h"

namespace oriel {
namespace {

constexpr std::uint32_t kPixelBytes = 4;

}  // namespace

Result<void> X11FrameSource::bind_region(const UniqueFd& fd, const MappedMemory& memory) {
    region_.reset();
    ORIEL_TRY_ASSIGN(region_, X11Segment::attach(*connection_, fd, memory.bytes().size()));
    return {};
}

std::span<std::byte> X11FrameSource::copy_target(const FrameGeometry& geometry) {
    const bool is_plain_picture = geometry.format == PixelFormat::Bgra8 && geometry.transform == 0;
    if (geometry != copy_geometry_) {
        copy_geometry_ = geometry;
        copy_.reset();
        raw_copy_.clear();
        if (is_plain_picture) {
            if (auto image = X11Image::create(*connection_, geometry.size, geometry.stride)) {
                copy_ = std::move(*image);
            }
        }
        if (!copy_) {
            raw_copy_.assign(geometry.bytes(), std::byte{0});
        }
    }
    return copy_ ? copy_->bytes().first(geometry.bytes()) : std::span(raw_copy_);
}

std::optional<X11Pixels> X11FrameSource::as_it_is(const PresentFrame& frame) const {
    const FrameGeometry& geometry = frame.info.geometry;
    if (!is_plain(frame.info)) {
        return std::nullopt;
    }
    if (copy_ && copy_->bytes().data() == frame.pixels.data()) {
        return copy_->pixels();
    }
    if (region_ && frame.region_offset) {
        const auto attached =
            locate_pixels(*region_, *frame.region_offset, geometry.stride, geometry.size);
        if (attached) {
            return X11Pixels{frame.pixels, geometry.stride, geometry.size, attached};
        }
    }
    return std::nullopt;
}

Result<X11FrameSource::Drawable> X11FrameSource::drawable(const PresentFrame& frame,
                                                          std::span<const Rect> parts) {
    if (const auto pixels = as_it_is(frame)) {
        is_converted_current_ = false;
        return Drawable{*pixels, visible_part(frame.info)};
    }
    return convert(frame, parts);
}

Result<X11FrameSource::Drawable> X11FrameSource::convert(const PresentFrame& frame,
                                                         std::span<const Rect> parts) {
    const Size size = shown_size(frame.info);
    if (!converted_ || converted_->size() != size) {
        converted_.reset();
        is_converted_current_ = false;
        ORIEL_TRY_ASSIGN(converted_,
                         X11Image::create(*connection_, size, size.width * kPixelBytes));
    }
    const BgrxImage target{converted_->bytes(), converted_->stride(), size};
    const Rect whole = Rect::of(size);
    for (const Rect& part : is_converted_current_ ? parts : std::span(&whole, 1)) {
        convert_to_bgrx(frame.info, frame.pixels, part, target);
    }
    is_converted_current_ = true;
    return Drawable{converted_->pixels(), whole};
}

}  // namespace oriel
