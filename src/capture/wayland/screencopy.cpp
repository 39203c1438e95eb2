// SPDX-License-Identifier: MIT
#include "capture/wayland/screencopy.h"

#include <algorithm>

#include "abi/frame.h"

namespace oriel::wayland_capture {
namespace {

using Frame = zwlr_screencopy_frame_v1;

constexpr std::int32_t kPointerInPicture = 1;

Screencopy& from(void* self) {
    return *static_cast<Screencopy*>(self);
}

}  // namespace

const zwlr_screencopy_frame_v1_listener Screencopy::kListener = {
    .buffer =
        [](void* self,
           Frame* frame,
           std::uint32_t format,
           std::uint32_t width,
           std::uint32_t height,
           std::uint32_t stride) {
            from(self).offer_ = {{width, height}, stride, format, region_format(format)};
            if (zwlr_screencopy_frame_v1_get_version(frame) <
                ZWLR_SCREENCOPY_FRAME_V1_BUFFER_DONE_SINCE_VERSION) {
                from(self).note_offered();
            }
        },
    .flags =
        [](void* self, Frame* /*frame*/, std::uint32_t flags) {
            from(self).copied_.is_upside_down =
                (flags & ZWLR_SCREENCOPY_FRAME_V1_FLAGS_Y_INVERT) != 0;
        },
    .ready =
        [](void* self,
           Frame* /*frame*/,
           std::uint32_t high,
           std::uint32_t low,
           std::uint32_t nanoseconds) {
            Screencopy& copier = from(self);
            copier.copied_.shown = time_of(high, low, nanoseconds);
            const Damage whole = Damage::whole(copier.offer_.size);
            if (copier.when_ == When::AtOnce || copier.copied_.damage.is_empty()) {
                copier.copied_.damage = whole;
            }
            copier.stage_ = Stage::Copied;
        },
    .failed = [](void* self, Frame* /*frame*/) { from(self).stage_ = Stage::Failed; },
    .damage =
        [](void* self,
           Frame* /*frame*/,
           std::uint32_t x,
           std::uint32_t y,
           std::uint32_t width,
           std::uint32_t height) {
            Damage& damage = from(self).copied_.damage;
            const Rect bounds = Rect::of(from(self).offer_.size);
            if (x >= bounds.width || y >= bounds.height) {
                return;
            }
            damage.add(
                Rect{x, y, std::min(width, bounds.width - x), std::min(height, bounds.height - y)});
        },
    .linux_dmabuf = [](void* /*self*/,
                       Frame* /*frame*/,
                       std::uint32_t /*format*/,
                       std::uint32_t /*width*/,
                       std::uint32_t /*height*/) {},
    .buffer_done = [](void* self, Frame* /*frame*/) { from(self).note_offered(); },
};

void Screencopy::note_offered() {
    stage_ = offer_.size.is_empty() || offer_.size.width > abi::kMaxSide ||
                     offer_.size.height > abi::kMaxSide
                 ? Stage::Failed
                 : Stage::Offered;
}

void Screencopy::ask(wl_output* output) {
    offer_ = {};
    copied_ = {};
    frame_.reset(zwlr_screencopy_manager_v1_capture_output(manager_, kPointerInPicture, output));
    zwlr_screencopy_frame_v1_add_listener(frame_.get(), &kListener, this);
    stage_ = Stage::Asked;
}

void Screencopy::arm(wl_buffer* buffer, const Damage& /*stale*/, When when) {
    when_ = when;
    if (when == When::AtOnce) {
        zwlr_screencopy_frame_v1_copy(frame_.get(), buffer);
    } else {
        zwlr_screencopy_frame_v1_copy_with_damage(frame_.get(), buffer);
    }
    stage_ = Stage::Armed;
}

void Screencopy::finish() {
    drop();
}

void Screencopy::drop() {
    frame_.reset();
    stage_ = Stage::Idle;
}

}  // namespace oriel::wayland_capture
