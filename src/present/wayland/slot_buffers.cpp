// SPDX-License-Identifier: MIT
#include "present/wayland/slot_buffers.h"

#include <algorithm>
#include <utility>

#include <poll.h>
#include <wayland-client.h>

#include "present/wayland/listener.h"

namespace oriel {
namespace {

/// Whether all that read it have done so.
bool is_idle(const UniqueFd& dma_buf) {
    pollfd polled{dma_buf.get(), POLLOUT, 0};
    return ::poll(&polled, 1, 0) != 0;
}

}  // namespace

WaylandSlotBuffers::~WaylandSlotBuffers() {
    for (const auto& buffer : buffers_) {
        if (buffer->is_read_by_gpu) {
            wakeups_->remove(buffer->dma_buf->get());
        }
    }
}

/// The kernel keeps a dma-buf from being taken for writable while anybody's commands that read it
/// are under way. One that cannot be waited for counts as read.
void WaylandSlotBuffers::Buffer::release() {
    if (!token) {
        return;
    }
    if (dma_buf && !is_idle(*dma_buf) &&
        owner->wakeups_->add(dma_buf->get(), WaylandWakeups::For::Writing)) {
        is_read_by_gpu = true;
        return;
    }
    owner->released_.push_back(*token);
    token.reset();
}

void WaylandSlotBuffers::bind(std::unique_ptr<RegionMemory> memory) {
    memory_ = std::move(memory);
    better_.reset();
    way_ = memory_ ? memory_->name() : "";
    for (const auto& buffer : buffers_) {
        buffer->way = nullptr;
    }
    prune();
}

void WaylandSlotBuffers::prune() {
    std::erase_if(buffers_,
                  [](const auto& buffer) { return buffer->way == nullptr && !buffer->token; });
    while (buffers_.size() >= kMostBuffers) {
        const auto unused =
            std::ranges::find_if(buffers_, [](const auto& buffer) { return !buffer->token; });
        if (unused == buffers_.end()) {
            return;
        }
        buffers_.erase(unused);
    }
}

WaylandSlotBuffers::Buffer* WaylandSlotBuffers::find(const SlotPlace& place,
                                                     const RegionMemory& way) {
    auto found = std::ranges::find_if(buffers_, [&](const auto& buffer) {
        return !buffer->token && buffer->way == &way && buffer->place == place;
    });
    if (found != buffers_.end()) {
        // The longest unused is first, for prune().
        std::rotate(found, found + 1, buffers_.end());
    }
    return found == buffers_.end() ? nullptr : buffers_.back().get();
}

wl_buffer* WaylandSlotBuffers::lend(const SlotPlace& place, std::uint64_t token) {
    for (RegionMemory* way : {better_.get(), memory_.get()}) {
        Buffer* buffer = way == nullptr ? nullptr : find(place, *way);
        if (buffer == nullptr && way != nullptr) {
            buffer = make(place, *way);
        }
        if (buffer != nullptr) {
            way_ = way->name();
            buffer->token = token;
            return buffer->handle.get();
        }
    }
    return nullptr;
}

/// Null: there is none by that way.
WaylandSlotBuffers::Buffer* WaylandSlotBuffers::make(const SlotPlace& place, RegionMemory& way) {
    prune();
    RegionBuffer made = way.make_buffer(place);
    if (!made.handle || buffers_.size() >= kMostBuffers) {
        return nullptr;
    }
    Buffer& buffer = *buffers_.emplace_back(std::make_unique<Buffer>());
    buffer.place = place;
    buffer.handle = std::move(made.handle);
    buffer.dma_buf = std::move(made.dma_buf);
    buffer.owner = this;
    buffer.way = &way;
    static constexpr wl_buffer_listener kListener = {.release =
                                                         WaylandEvent<&Buffer::release>::call};
    wl_buffer_add_listener(buffer.handle.get(), &kListener, &buffer);
    return &buffer;
}

void WaylandSlotBuffers::take_read() {
    for (const auto& buffer : buffers_) {
        if (buffer->is_read_by_gpu && is_idle(*buffer->dma_buf)) {
            wakeups_->remove(buffer->dma_buf->get());
            buffer->is_read_by_gpu = false;
            released_.push_back(*std::exchange(buffer->token, std::nullopt));
        }
    }
}

std::vector<std::uint64_t> WaylandSlotBuffers::take_released() {
    take_read();
    if (!released_.empty()) {
        prune();
    }
    return std::exchange(released_, {});
}

}  // namespace oriel
