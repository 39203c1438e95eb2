// SPDX-License-Identifier: MIT
#include "capture/kms/framebuffer.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>

#include "abi/region.h"
#include "capture/kms/drm_handles.h"

namespace oriel::kms_capture {
namespace {

Error not_told(const DrmCard& card, int code) {
    if (code == EACCES || code == EPERM) {
        return may_not_read(card.name());
    }
    return code == ENOENT ? Error::not_found("the framebuffer of " + card.name() + " vanished")
                          : Error::system("read the framebuffer of " + card.name(), code);
}

}  // namespace

Framebuffer::Handles::~Handles() {
    for (const std::uint32_t handle : handles_) {
        static_cast<void>(drmCloseBufferHandle(card_->fd().get(), handle));
    }
}

void Framebuffer::Handles::add(std::uint32_t handle) {
    if (std::ranges::find(handles_, handle) == handles_.end()) {
        handles_.push_back(handle);
    }
}

Result<Framebuffer> Framebuffer::open(const DrmCard& card, std::uint32_t id) {
    const DrmOwned<drmModeFB2> told(drmModeGetFB2(card.fd().get(), id));
    if (!told) {
        return Failure(not_told(card, errno));
    }
    Framebuffer framebuffer(card);
    for (std::size_t i = 0; i < std::size(told->handles); ++i) {
        if (told->handles[i] != 0) {
            framebuffer.handles_.add(told->handles[i]);
            framebuffer.planes_.push_back({told->handles[i], told->offsets[i], told->pitches[i]});
        }
    }
    if (framebuffer.planes_.empty()) {
        // The kernel's way to say it.
        return Failure(may_not_read(card.name()));
    }
    framebuffer.size_ = {told->width, told->height};
    const bool has_modifier = (told->flags & DRM_MODE_FB_MODIFIERS) != 0;
    framebuffer.format_ = FramebufferFormat::of(
        told->pixel_format, has_modifier ? std::optional(told->modifier) : std::nullopt);
    if (framebuffer.size_.is_empty() || told->width > abi::kMaxSide ||
        told->height > abi::kMaxSide) {
        return Failure(Error::protocol(
            fmt::format("{} has a framebuffer of {}x{}", card.name(), told->width, told->height)));
    }
    return framebuffer;
}

Result<UniqueFd> Framebuffer::export_memory(const Plane& plane) const {
    const DrmCard& card = handles_.card();
    int raw = -1;
    if (drmPrimeHandleToFD(card.fd().get(), plane.handle, DRM_CLOEXEC, &raw) != 0) {
        return Failure(Error::system("map the framebuffer of " + card.name(), errno));
    }
    return UniqueFd(raw);
}

}  // namespace oriel::kms_capture
