// SPDX-License-Identifier: MIT
#include "present/wayland/dmabuf_region.h"

#include <algorithm>
#include <utility>

#include <drm_fourcc.h>
#include <fmt/format.h>
#include <linux-dmabuf-unstable-v1-client-protocol.h>
#include <wayland-client.h>

#include "base/log.h"
#include "present/wayland/listener.h"

namespace oriel {
namespace {

/// Some GPUs read linear rows only where they begin on this many bytes.
constexpr std::uint64_t kAlignment = 256;

/// And take a picture for so many rows higher as to be whole blocks.
constexpr std::uint64_t kBlockRows = 16;

/// As many as there are buffers at once.
constexpr std::size_t kMostRequests = 32;

}  // namespace

std::optional<std::uint32_t> drm_format(PixelFormat format) {
    switch (format) {
    case PixelFormat::Bgra8:
        return DRM_FORMAT_XRGB8888;
    case PixelFormat::Rgba8:
        return DRM_FORMAT_XBGR8888;
    case PixelFormat::Rgb10a2:
        return DRM_FORMAT_XBGR2101010;
    default:
        return std::nullopt;
    }
}

WaylandDmabufRegion::WaylandDmabufRegion(const WaylandDmabufFeedback& feedback,
                                         const gpu::Udmabuf& udmabuf,
                                         UniqueFd memory,
                                         std::uint64_t size)
    : feedback_(&feedback), udmabuf_(&udmabuf), memory_(std::move(memory)), size_(size) {}

std::optional<WaylandDmabufRegion::Footprint> WaylandDmabufRegion::footprint(
    const SlotPlace& place, std::uint64_t memory_size) {
    const FrameGeometry& geometry = place.geometry;
    if (geometry.stride % kAlignment != 0 || place.offset % kAlignment != 0) {
        return std::nullopt;
    }
    const std::uint64_t rows = (geometry.size.height + kBlockRows - 1) / kBlockRows * kBlockRows;
    const std::uint64_t padded = std::uint64_t{geometry.stride} * rows;
    const std::uint64_t room = std::max(place.room, geometry.bytes());
    const gpu::MemoryPart part = gpu::MemoryPart{place.offset, std::min(padded, room)}.in_pages();
    if (part.size > memory_size || part.offset > memory_size - part.size) {
        return std::nullopt;
    }
    return Footprint{part, static_cast<std::uint32_t>(place.offset - part.offset)};
}

RegionBuffer WaylandDmabufRegion::make_buffer(const SlotPlace& place) {
    const auto found = std::ranges::find_if(
        requests_, [&](const auto& request) { return request->place == place; });
    if (found == requests_.end()) {
        ask(place);
        return {};
    }
    if (!(*found)->made) {
        return {};
    }
    const std::unique_ptr<Request> request = std::move(*found);
    requests_.erase(found);
    return {std::move(request->made), std::move(request->dma_buf)};
}

void WaylandDmabufRegion::ask(const SlotPlace& place) {
    if (requests_.size() >= kMostRequests) {
        requests_.erase(requests_.begin());
    }
    Request& request = *requests_.emplace_back(std::make_unique<Request>());
    request.place = place;
    const auto format = drm_format(place.geometry.format);
    const auto modifier = format ? feedback_->linear_modifier(*format) : std::nullopt;
    const auto memory = footprint(place, size_);
    if (!modifier || !memory) {
        return;
    }
    auto dma_buf = udmabuf_->wrap(memory_, memory->part);
    if (!dma_buf) {
        log(LogLevel::Debug, dma_buf.error().message);
        return;
    }
    request.dma_buf = std::make_shared<const UniqueFd>(std::move(*dma_buf));
    request.question.reset(zwp_linux_dmabuf_v1_create_params(feedback_->dmabuf()));
    static constexpr zwp_linux_buffer_params_v1_listener kListener = {
        .created = [](void* data,
                      auto* /*params*/,
                      wl_buffer* buffer) { static_cast<Request*>(data)->take_created(buffer); },
        .failed = WaylandEvent<&Request::take_failed>::call};
    zwp_linux_buffer_params_v1_add_listener(request.question.get(), &kListener, &request);
    zwp_linux_buffer_params_v1_add(request.question.get(),
                                   request.dma_buf->get(),
                                   0,
                                   memory->picture,
                                   place.geometry.stride,
                                   static_cast<std::uint32_t>(*modifier >> 32U),
                                   static_cast<std::uint32_t>(*modifier & 0xFFFFFFFFU));
    zwp_linux_buffer_params_v1_create(request.question.get(),
                                      static_cast<std::int32_t>(place.geometry.size.width),
                                      static_cast<std::int32_t>(place.geometry.size.height),
                                      *format,
                                      0);
}

void WaylandDmabufRegion::Request::take_created(wl_buffer* buffer) {
    made.reset(buffer);
    question.reset();
}

void WaylandDmabufRegion::Request::take_failed() {
    question.reset();
    log(LogLevel::Debug,
        fmt::format("the compositor refuses a dma-buf of {}x{} pixels: it is shown by wl_shm",
                    place.geometry.size.width,
                    place.geometry.size.height));
}

}  // namespace oriel
