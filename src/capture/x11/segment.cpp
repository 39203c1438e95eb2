// SPDX-License-Identifier: MIT
#include "capture/x11/segment.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>

#include "base/linux/sealed_memory.h"

namespace oriel::x11_capture {

Result<Segment> Segment::attach(const Connection& connection, const UniqueFd& fd) {
    // xcb closes what it has sent.
    UniqueFd sent(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
    if (!sent) {
        return Failure(Error::system("duplicate a descriptor", errno));
    }
    xcb_connection_t* const raw = connection.get();
    const xcb_shm_seg_t id = xcb_generate_id(raw);
    constexpr std::uint8_t kWritable = 0;
    const Reply<xcb_generic_error_t> error(
        xcb_request_check(raw, xcb_shm_attach_fd_checked(raw, id, sent.release(), kWritable)));
    if (connection.is_gone()) {
        return Failure(connection.gone());
    }
    if (error) {
        return Failure(Error::unsupported(
            fmt::format("the X server of {} cannot map the shared memory (X error {})",
                        connection.display(),
                        int{error->error_code})));
    }
    return Segment(raw, id);
}

Segment::Segment(Segment&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)),
      id_(std::exchange(other.id_, xcb_shm_seg_t{XCB_NONE})) {}

Segment& Segment::operator=(Segment&& other) noexcept {
    if (this != &other) {
        detach();
        connection_ = std::exchange(other.connection_, nullptr);
        id_ = std::exchange(other.id_, xcb_shm_seg_t{XCB_NONE});
    }
    return *this;
}

Segment::~Segment() {
    detach();
}

void Segment::detach() noexcept {
    if (id_ != XCB_NONE) {
        xcb_shm_detach(connection_, id_);
        id_ = XCB_NONE;
    }
}

Result<void> Scratch::reserve(const Connection& connection, std::uint64_t size) {
    if (size <= memory_.bytes().size()) {
        return {};
    }
    ORIEL_TRY_ASSIGN(const UniqueFd fd,
                     create_sealed_memory("oriel-x11-scratch", size, PageSize::Normal));
    ORIEL_TRY_ASSIGN(MappedMemory memory,
                     MappedMemory::map(fd, Access::ReadWrite, "scratch memory"));
    ORIEL_TRY_ASSIGN(Segment segment, Segment::attach(connection, fd));
    memory_ = std::move(memory);
    segment_ = std::move(segment);
    return {};
}

}  // namespace oriel::x11_capture
