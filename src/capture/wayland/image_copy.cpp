// SPDX-License-Identifier: MIT
#include "capture/wayland/image_copy.h"

#include <algorithm>
#include <utility>

#include "abi/frame.h"

namespace oriel::wayland_capture {
namespace {

using Session = ext_image_copy_capture_session_v1;
using Frame = ext_image_copy_capture_frame_v1;

ImageCopy& from(void* self) {
    return *static_cast<ImageCopy*>(self);
}

/// What the compositor claims to have changed, cut to the picture.
Rect cut(
    const Size& size, std::int32_t x, std::int32_t y, std::int32_t width, std::int32_t height) {
    const auto edge = [](std::int64_t at, std::uint32_t end) {
        return static_cast<std::uint32_t>(std::clamp<std::int64_t>(at, 0, end));
    };
    const std::uint32_t left = edge(x, size.width);
    const std::uint32_t top = edge(y, size.height);
    const std::uint32_t right = edge(std::int64_t{x} + width, size.width);
    const std::uint32_t bottom = edge(std::int64_t{y} + height, size.height);
    return {left, top, right > left ? right - left : 0, bottom > top ? bottom - top : 0};
}

}  // namespace

const ext_image_copy_capture_session_v1_listener ImageCopy::kSessionListener = {
    .buffer_size =
        [](void* self, Session* /*session*/, std::uint32_t width, std::uint32_t height) {
            from(self).coming_.size = {width, height};
        },
    .shm_format =
        [](void* self, Session* /*session*/, std::uint32_t shm_format) {
            BufferOffer& coming = from(self).coming_;
            const auto format = region_format(shm_format);
            // Any that a region can carry, and of those what needs no conversion to be shown.
            if (!coming.format || format == PixelFormat::Bgra8) {
                coming.shm_format = shm_format;
                coming.format = format;
            }
        },
    .dmabuf_device = [](void* /*self*/, Session* /*session*/, wl_array* /*device*/) {},
    .dmabuf_format = [](void* /*self*/,
                        Session* /*session*/,
                        std::uint32_t /*format*/,
                        wl_array* /*modifiers*/) {},
    .done = [](void* self, Session* /*session*/) { from(self).note_offered(); },
    .stopped = [](void* self, Session* /*session*/) { from(self).stage_ = Stage::Failed; },
};

const ext_image_copy_capture_frame_v1_listener ImageCopy::kFrameListener = {
    // The output tells it, too, and before the slot is lent.
    .transform = [](void* /*self*/, Frame* /*frame*/, std::uint32_t /*transform*/) {},
    .damage =
        [](void* self,
           Frame* /*frame*/,
           std::int32_t x,
           std::int32_t y,
           std::int32_t width,
           std::int32_t height) {
            ImageCopy& copier = from(self);
            copier.copied_.damage.add(cut(copier.offer_.size, x, y, width, height));
        },
    .presentation_time =
        [](void* self,
           Frame* /*frame*/,
           std::uint32_t high,
           std::uint32_t low,
           std::uint32_t nanoseconds) {
            from(self).copied_.shown = time_of(high, low, nanoseconds);
        },
    .ready = [](void* self, Frame* /*frame*/) { from(self).stage_ = Stage::Copied; },
    .failed = [](void* self,
                 Frame* /*frame*/,
                 std::uint32_t /*reason*/) { from(self).stage_ = Stage::Failed; },
};

/// Comes first of all, and again whenever the output becomes another: what is armed then fails.
void ImageCopy::note_offered() {
    offer_ = std::exchange(coming_, {});
    const bool is_possible = !offer_.size.is_empty() && offer_.size.width <= abi::kMaxSide &&
                             offer_.size.height <= abi::kMaxSide;
    if (!is_possible) {
        stage_ = Stage::Failed;
    } else if (stage_ == Stage::Asked) {
        stage_ = Stage::Offered;
    }
}

void ImageCopy::ask(wl_output* output) {
    const Proxy<ext_image_capture_source_v1> source(
        ext_output_image_capture_source_manager_v1_create_source(sources_, output));
    offer_ = {};
    coming_ = {};
    session_.reset(ext_image_copy_capture_manager_v1_create_session(
        manager_, source.get(), EXT_IMAGE_COPY_CAPTURE_MANAGER_V1_OPTIONS_PAINT_CURSORS));
    ext_image_copy_capture_session_v1_add_listener(session_.get(), &kSessionListener, this);
    stage_ = Stage::Asked;
}

/// A session's first frame comes at once and whole by itself.
void ImageCopy::arm(wl_buffer* buffer, const Damage& stale, When /*when*/) {
    copied_ = {};
    frame_.reset(ext_image_copy_capture_session_v1_create_frame(session_.get()));
    ext_image_copy_capture_frame_v1_add_listener(frame_.get(), &kFrameListener, this);
    ext_image_copy_capture_frame_v1_attach_buffer(frame_.get(), buffer);
    for (const Rect& rect : stale.rects()) {
        ext_image_copy_capture_frame_v1_damage_buffer(frame_.get(),
                                                      static_cast<std::int32_t>(rect.x),
                                                      static_cast<std::int32_t>(rect.y),
                                                      static_cast<std::int32_t>(rect.width),
                                                      static_cast<std::int32_t>(rect.height));
    }
    ext_image_copy_capture_frame_v1_capture(frame_.get());
    stage_ = Stage::Armed;
}

void ImageCopy::finish() {
    frame_.reset();
    stage_ = Stage::Offered;
}

void ImageCopy::drop() {
    frame_.reset();
    session_.reset();
    stage_ = Stage::Idle;
}

}  // namespace oriel::wayland_capture
