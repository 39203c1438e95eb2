// SPDX-License-Identifier: MIT
#include "capture/pipewire/stream_params.h"

#include <algorithm>
#include <array>

#include <spa/buffer/buffer.h>
#include <spa/buffer/meta.h>
#include <spa/param/buffers.h>
#include <spa/param/format.h>
#include <spa/param/param.h>
#include <spa/param/video/format-utils.h>

#include "abi/cursor.h"
#include "abi/frame.h"

namespace oriel::pipewire_capture {
namespace {

struct Known {
    std::uint32_t spa;
    PixelFormat ours;
};

/// The best first.
constexpr std::array<Known, 6> kFormats{{{SPA_VIDEO_FORMAT_BGRx, PixelFormat::Bgra8},
                                         {SPA_VIDEO_FORMAT_BGRA, PixelFormat::Bgra8},
                                         {SPA_VIDEO_FORMAT_RGBx, PixelFormat::Rgba8},
                                         {SPA_VIDEO_FORMAT_RGBA, PixelFormat::Rgba8},
                                         {SPA_VIDEO_FORMAT_xBGR_210LE, PixelFormat::Rgb10a2},
                                         {SPA_VIDEO_FORMAT_ABGR_210LE, PixelFormat::Rgb10a2}}};

constexpr std::int64_t kLinear = 0;  ///< DRM_FORMAT_MOD_LINEAR

/// One is held, one is on its way, one is written to.
constexpr std::int32_t kLeastBuffers = 2;
constexpr std::int32_t kWantedBuffers = 4;
constexpr std::int32_t kMostBuffers = 16;

constexpr std::size_t kDamageRects = 16;
constexpr std::size_t kMostDamageRects = 64;

/// Of a cursor with `side` pixels each way.
constexpr std::size_t cursor_bytes(std::size_t side) {
    return sizeof(spa_meta_cursor) + sizeof(spa_meta_bitmap) + side * side * 4;
}

std::uint32_t pod_bits(std::uint32_t type) {
    return std::uint32_t{1} << type;
}

/// A choice of `values`, the first of which is the wish.
template <class Add>
void add_choice(spa_pod_builder& builder, spa_choice_type type, Add add) {
    spa_pod_frame frame{};
    spa_pod_builder_push_choice(&builder, &frame, type, 0);
    add();
    spa_pod_builder_pop(&builder, &frame);
}

void add_ints(spa_pod_builder& builder,
              std::uint32_t key,
              spa_choice_type type,
              const std::array<std::int32_t, 3>& values) {
    spa_pod_builder_prop(&builder, key, 0);
    add_choice(builder, type, [&] {
        for (const std::int32_t value : values) {
            spa_pod_builder_int(&builder, value);
        }
    });
}

}  // namespace

StreamParams::StreamParams() : memory_(std::make_unique<std::byte[]>(kSize)) {  // NOLINT
    spa_pod_builder_init(&builder_, memory_.get(), kSize);
}

void StreamParams::begin(spa_pod_frame& frame, std::uint32_t type, std::uint32_t id) {
    offsets_.push_back(builder_.state.offset);
    spa_pod_builder_push_object(&builder_, &frame, type, id);
}

void StreamParams::end(spa_pod_frame& frame) {
    spa_pod_builder_pop(&builder_, &frame);
}

std::vector<const spa_pod*> StreamParams::pods() const {
    std::vector<const spa_pod*> pods;
    pods.reserve(offsets_.size());
    for (const std::uint32_t offset : offsets_) {
        pods.push_back(reinterpret_cast<const spa_pod*>(memory_.get() + offset));
    }
    return pods;
}

void StreamParams::add_formats() {
    add_format(Modifier::None);
    add_format(Modifier::Linear);
}

void StreamParams::add_format(Modifier modifier) {
    spa_pod_frame frame{};
    begin(frame, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
    spa_pod_builder_prop(&builder_, SPA_FORMAT_mediaType, 0);
    spa_pod_builder_id(&builder_, SPA_MEDIA_TYPE_video);
    spa_pod_builder_prop(&builder_, SPA_FORMAT_mediaSubtype, 0);
    spa_pod_builder_id(&builder_, SPA_MEDIA_SUBTYPE_raw);
    spa_pod_builder_prop(&builder_, SPA_FORMAT_VIDEO_format, 0);
    add_choice(builder_, SPA_CHOICE_Enum, [this] {
        spa_pod_builder_id(&builder_, kFormats.front().spa);
        for (const Known& known : kFormats) {
            spa_pod_builder_id(&builder_, known.spa);
        }
    });
    if (modifier == Modifier::Linear) {
        spa_pod_builder_prop(&builder_, SPA_FORMAT_VIDEO_modifier, SPA_POD_PROP_FLAG_MANDATORY);
        spa_pod_builder_long(&builder_, kLinear);
    }
    spa_pod_builder_prop(&builder_, SPA_FORMAT_VIDEO_size, 0);
    add_choice(builder_, SPA_CHOICE_Range, [this] {
        spa_pod_builder_rectangle(&builder_, 1920, 1080);
        spa_pod_builder_rectangle(&builder_, 1, 1);
        spa_pod_builder_rectangle(&builder_, abi::kMaxSide, abi::kMaxSide);
    });
    spa_pod_builder_prop(&builder_, SPA_FORMAT_VIDEO_framerate, 0);
    add_choice(builder_, SPA_CHOICE_Range, [this] {
        spa_pod_builder_fraction(&builder_, 60, 1);
        spa_pod_builder_fraction(&builder_, 0, 1);
        spa_pod_builder_fraction(&builder_, 1000, 1);
    });
    end(frame);
}

void StreamParams::add_buffers(const StreamFormat& format) {
    spa_pod_frame frame{};
    begin(frame, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers);
    add_ints(builder_,
             SPA_PARAM_BUFFERS_buffers,
             SPA_CHOICE_Range,
             {kWantedBuffers, kLeastBuffers, kMostBuffers});
    std::uint32_t types = pod_bits(SPA_DATA_MemFd) | pod_bits(SPA_DATA_MemPtr);
    if (format.memory == StreamFormat::Memory::FilesOrGpus) {
        types |= pod_bits(SPA_DATA_DmaBuf);
    }
    spa_pod_builder_prop(&builder_, SPA_PARAM_BUFFERS_dataType, 0);
    add_choice(builder_, SPA_CHOICE_Flags, [&] {
        spa_pod_builder_int(&builder_, static_cast<std::int32_t>(types));
    });
    end(frame);
    const std::size_t region = sizeof(spa_meta_region);
    add_meta(SPA_META_Header, sizeof(spa_meta_header), sizeof(spa_meta_header), 0);
    add_meta(SPA_META_VideoCrop, region, region, 0);
    add_meta(SPA_META_VideoTransform,
             sizeof(spa_meta_videotransform),
             sizeof(spa_meta_videotransform),
             0);
    add_meta(SPA_META_VideoDamage, region, region * kDamageRects, region * kMostDamageRects);
    add_meta(SPA_META_Cursor, cursor_bytes(1), cursor_bytes(64), cursor_bytes(abi::kMaxCursorSide));
}

/// `most` 0: of just that size.
void StreamParams::add_meta(std::uint32_t type,
                            std::size_t least,
                            std::size_t wanted,
                            std::size_t most) {
    spa_pod_frame frame{};
    begin(frame, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta);
    spa_pod_builder_prop(&builder_, SPA_PARAM_META_type, 0);
    spa_pod_builder_id(&builder_, type);
    if (most == 0) {
        spa_pod_builder_prop(&builder_, SPA_PARAM_META_size, 0);
        spa_pod_builder_int(&builder_, static_cast<std::int32_t>(wanted));
    } else {
        add_ints(builder_,
                 SPA_PARAM_META_size,
                 SPA_CHOICE_Range,
                 {static_cast<std::int32_t>(wanted),
                  static_cast<std::int32_t>(least),
                  static_cast<std::int32_t>(most)});
    }
    end(frame);
}

std::optional<StreamFormat> read_format(const spa_pod& param) {
    spa_video_info_raw raw{};
    std::uint32_t type = 0;
    std::uint32_t subtype = 0;
    if (spa_format_parse(&param, &type, &subtype) < 0 || type != SPA_MEDIA_TYPE_video ||
        subtype != SPA_MEDIA_SUBTYPE_raw || spa_format_video_raw_parse(&param, &raw) < 0) {
        return std::nullopt;
    }
    const auto* const known = std::ranges::find(kFormats, std::uint32_t{raw.format}, &Known::spa);
    const Size size{raw.size.width, raw.size.height};
    if (known == kFormats.end() || size.is_empty() || size.width > abi::kMaxSide ||
        size.height > abi::kMaxSide) {
        return std::nullopt;
    }
    const bool has_modifier =
        spa_pod_find_prop(&param, nullptr, SPA_FORMAT_VIDEO_modifier) != nullptr;
    return StreamFormat{
        size,
        known->ours,
        has_modifier ? StreamFormat::Memory::FilesOrGpus : StreamFormat::Memory::Files};
}

}  // namespace oriel::pipewire_capture
