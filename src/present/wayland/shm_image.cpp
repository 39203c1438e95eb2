// SPDX-License-Identifier: MIT
#include "present/wayland/shm_image.h"

#include <limits>
#include <utility>

#include <fmt/format.h>
#include <wayland-client.h>

#include "base/linux/sealed_memory.h"
#include "present/wayland/listener.h"

namespace oriel {

Result<std::unique_ptr<WaylandImage>> WaylandImage::create(const WaylandConnection& connection,
                                                           Size size,
                                                           std::uint32_t stride,
                                                           std::uint32_t format) {
    const std::uint64_t bytes = std::uint64_t{stride} * size.height;
    if (bytes == 0 || bytes > std::numeric_limits<std::int32_t>::max()) {
        return Failure(Error::unsupported(fmt::format(
            "a picture of {}x{} is too large for the Wayland display", size.width, size.height)));
    }
    ORIEL_TRY_ASSIGN(const UniqueFd fd,
                     create_sealed_memory("oriel-picture", bytes, PageSize::Normal));
    ORIEL_TRY_ASSIGN(MappedMemory memory, MappedMemory::map(fd, Access::ReadWrite, "a picture"));
    const WaylandOwned<wl_shm_pool> pool(wl_shm_create_pool(
        connection.globals().shm.get(), fd.get(), static_cast<std::int32_t>(bytes)));
    WaylandOwned<wl_buffer> buffer(wl_shm_pool_create_buffer(pool.get(),
                                                             0,
                                                             static_cast<std::int32_t>(size.width),
                                                             static_cast<std::int32_t>(size.height),
                                                             static_cast<std::int32_t>(stride),
                                                             format));
    return std::unique_ptr<WaylandImage>(
        new WaylandImage(std::move(memory), std::move(buffer), size, stride));
}

WaylandImage::WaylandImage(MappedMemory memory,
                           WaylandOwned<wl_buffer> buffer,
                           Size size,
                           std::uint32_t stride)
    : memory_(std::move(memory)), buffer_(std::move(buffer)), size_(size), stride_(stride) {
    static constexpr wl_buffer_listener kListener = {
        .release = WaylandEvent<&WaylandImage::release>::call};
    wl_buffer_add_listener(buffer_.get(), &kListener, this);
}

wl_buffer* WaylandImage::lend() {
    is_busy_ = true;
    return buffer_.get();
}

}  // namespace oriel
