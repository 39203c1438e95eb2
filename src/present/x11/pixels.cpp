// SPDX-License-Identifier: MIT
#include "present/x11/pixels.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <vector>

#include <fcntl.h>

#include "base/assert.h"
#include "base/linux/sealed_memory.h"

namespace oriel {
namespace {

constexpr std::uint32_t kPixelBytes = 4;
constexpr std::uint32_t kUnit = 4;  // Request lengths are counted in four bytes.

std::int16_t coordinate(std::uint32_t value) {
    return static_cast<std::int16_t>(value);
}

std::uint16_t side(std::uint32_t value) {
    return static_cast<std::uint16_t>(value);
}

void put_attached(const X11Connection& connection,
                  const X11Place& place,
                  const X11Pixels& pixels,
                  const X11Pixels::Attached& attached,
                  const Rect& part) {
    xcb_shm_put_image(connection.get(),
                      place.drawable,
                      place.gc,
                      side(pixels.stride / kPixelBytes),
                      side(pixels.size.height),
                      side(part.x),
                      side(part.y),
                      side(part.width),
                      side(part.height),
                      place.x,
                      place.y,
                      place.depth,
                      XCB_IMAGE_FORMAT_Z_PIXMAP,
                      0,
                      attached.segment,
                      attached.offset);
}

/// In bands that fit a request, rows packed.
void put_along(const X11Connection& connection,
               const X11Place& place,
               const X11Pixels& pixels,
               const Rect& part) {
    const std::size_t row = std::size_t{part.width} * kPixelBytes;
    const std::size_t request =
        std::size_t{xcb_get_maximum_request_length(connection.get())} * kUnit -
        sizeof(xcb_put_image_request_t) - kUnit;
    const auto most_rows =
        static_cast<std::uint32_t>(std::clamp<std::size_t>(request / row, 1, part.height));
    std::vector<std::byte> band(row * most_rows);
    for (std::uint32_t done = 0; done < part.height; done += most_rows) {
        const std::uint32_t rows = std::min(most_rows, part.height - done);
        for (std::uint32_t y = 0; y < rows; ++y) {
            const std::size_t from =
                std::size_t{part.y + done + y} * pixels.stride + std::size_t{part.x} * kPixelBytes;
            std::memcpy(&band[y * row], &pixels.bytes[from], row);
        }
        xcb_put_image(connection.get(),
                      XCB_IMAGE_FORMAT_Z_PIXMAP,
                      place.drawable,
                      place.gc,
                      side(part.width),
                      side(rows),
                      place.x,
                      static_cast<std::int16_t>(place.y + coordinate(done)),
                      0,
                      place.depth,
                      static_cast<std::uint32_t>(row * rows),
                      reinterpret_cast<const std::uint8_t*>(band.data()));
    }
}

}  // namespace

Result<X11Segment> X11Segment::attach(const X11Connection& connection,
                                      const UniqueFd& fd,
                                      std::uint64_t size) {
    if (!connection.abilities().attaches_fds) {
        return Failure(
            Error::unsupported("this connection to the X server carries no descriptors"));
    }
    UniqueFd lent(fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
    if (!lent) {
        return Failure(Error::system("duplicate the region's descriptor", errno));
    }
    const xcb_shm_seg_t id = xcb_generate_id(connection.get());
    constexpr std::uint8_t kReadOnly = 1;
    // xcb closes the duplicate once it is sent.
    const auto cookie = xcb_shm_attach_fd_checked(connection.get(), id, lent.release(), kReadOnly);
    const XcbReply<xcb_generic_error_t> refused(xcb_request_check(connection.get(), cookie));
    ORIEL_TRY(connection.check());
    if (refused) {
        return Failure(Error::unsupported("the X server refuses to map the region"));
    }
    return X11Segment({connection.get(), id}, size);
}

std::optional<X11Pixels::Attached> locate_pixels(const X11Segment& segment,
                                                 std::uint64_t offset,
                                                 std::uint32_t stride,
                                                 Size size) {
    constexpr std::uint64_t kWidest = std::numeric_limits<std::uint16_t>::max();
    const std::uint64_t length = std::uint64_t{stride} * size.height;
    if (stride % kPixelBytes != 0 || stride / kPixelBytes > kWidest ||
        offset > std::numeric_limits<std::uint32_t>::max() || offset > segment.size() ||
        length > segment.size() - offset) {
        return std::nullopt;
    }
    return X11Pixels::Attached{segment.id(), static_cast<std::uint32_t>(offset)};
}

void put_pixels(const X11Connection& connection,
                const X11Place& place,
                const X11Pixels& pixels,
                const Rect& part) {
    if (part.is_empty()) {
        return;
    }
    ORIEL_ASSERT(Rect::of(pixels.size).contains(part));
    if (pixels.attached) {
        put_attached(connection, place, pixels, *pixels.attached, part);
    } else {
        put_along(connection, place, pixels, part);
    }
}

Result<X11Image> X11Image::create(const X11Connection& connection,
                                  Size size,
                                  std::uint32_t stride) {
    const std::uint64_t bytes = std::uint64_t{stride} * size.height;
    ORIEL_TRY_ASSIGN(const UniqueFd fd,
                     create_sealed_memory("oriel-picture", bytes, PageSize::Normal));
    X11Image image;
    ORIEL_TRY_ASSIGN(image.memory_, MappedMemory::map(fd, Access::ReadWrite, "a picture's memory"));
    if (auto segment = X11Segment::attach(connection, fd, bytes)) {
        image.segment_ = std::move(*segment);
    }
    image.stride_ = stride;
    image.size_ = size;
    return image;
}

X11Pixels X11Image::pixels() const {
    X11Pixels result{memory_.bytes(), stride_, size_, std::nullopt};
    if (segment_) {
        result.attached = locate_pixels(*segment_, 0, stride_, size_);
    }
    return result;
}

}  // namespace oriel
