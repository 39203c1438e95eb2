// SPDX-License-Identifier: MIT
#include "present/wayland/slot_buffers.h"

#include <algorithm>
#include <utility>

#include <wayland-client.h>

#include "present/wayland/listener.h"

namespace oriel {

void WaylandSlotBuffers::Buffer::release() {
    if (token) {
        released->push_back(*token);
        token.reset();
    }
}

void WaylandSlotBuffers::bind(std::unique_ptr<RegionMemory> memory) {
    memory_ = std::move(memory);
    for (const auto& buffer : buffers_) {
        buffer->is_of_old_region = true;
    }
    prune();
}

void WaylandSlotBuffers::prune() {
    std::erase_if(buffers_,
                  [](const auto& buffer) { return buffer->is_of_old_region && !buffer->token; });
    while (buffers_.size() >= kMostBuffers) {
        const auto unused =
            std::ranges::find_if(buffers_, [](const auto& buffer) { return !buffer->token; });
        if (unused == buffers_.end()) {
            return;
        }
        buffers_.erase(unused);
    }
}

wl_buffer* WaylandSlotBuffers::lend(const SlotPlace& place, std::uint64_t token) {
    if (!memory_) {
        return nullptr;
    }
    auto found = std::ranges::find_if(buffers_, [&](const auto& buffer) {
        return !buffer->token && !buffer->is_of_old_region && buffer->place == place;
    });
    if (found == buffers_.end()) {
        prune();
        WaylandOwned<wl_buffer> handle = memory_->make_buffer(place);
        if (!handle || buffers_.size() >= kMostBuffers) {
            return nullptr;
        }
        buffers_.push_back(std::make_unique<Buffer>());
        found = buffers_.end() - 1;
        Buffer& buffer = **found;
        buffer.place = place;
        buffer.handle = std::move(handle);
        buffer.released = &released_;
        static constexpr wl_buffer_listener kListener = {.release =
                                                             WaylandEvent<&Buffer::release>::call};
        wl_buffer_add_listener(buffer.handle.get(), &kListener, &buffer);
    }
    // The longest unused is first, for prune().
    std::rotate(found, found + 1, buffers_.end());
    Buffer& buffer = *buffers_.back();
    buffer.token = token;
    return buffer.handle.get();
}

std::vector<std::uint64_t> WaylandSlotBuffers::take_released() {
    if (!released_.empty()) {
        prune();
    }
    return std::exchange(released_, {});
}

}  // namespace oriel
