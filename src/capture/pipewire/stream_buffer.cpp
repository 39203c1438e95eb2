// SPDX-License-Identifier: MIT
#include "capture/pipewire/stream_buffer.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/dma-buf.h>
#include <sys/ioctl.h>

namespace oriel::pipewire_capture {
namespace {

int ioctl_again(int fd, std::uint64_t flags) {
    dma_buf_sync sync{flags};
    int done = 0;
    do {
        done = ::ioctl(fd, DMA_BUF_IOCTL_SYNC, &sync);
    } while (done != 0 && (errno == EINTR || errno == EAGAIN));
    return done;
}

}  // namespace

Result<std::unique_ptr<StreamBuffer>> StreamBuffer::map(const spa_data& data) {
    std::unique_ptr<StreamBuffer> buffer(new StreamBuffer);
    if (data.type == SPA_DATA_MemPtr && data.data != nullptr) {
        buffer->bytes_ = {static_cast<const std::byte*>(data.data), data.maxsize};
        return buffer;
    }
    if (data.type != SPA_DATA_MemFd && data.type != SPA_DATA_DmaBuf) {
        return Failure(Error::unsupported(fmt::format(
            "the desktop lends its picture in memory of an unknown kind ({})", data.type)));
    }
    UniqueFd file(::fcntl(static_cast<int>(data.fd), F_DUPFD_CLOEXEC, 0));
    if (!file) {
        return Failure(Error::system("take a picture's memory from the desktop", errno));
    }
    ORIEL_TRY_ASSIGN(buffer->memory_,
                     MappedMemory::map(file, Access::ReadOnly, "a picture of the desktop's"));
    const std::span<const std::byte> all = buffer->memory_.bytes();
    if (data.mapoffset > all.size()) {
        return Failure(Error::protocol("the desktop lends memory that is not there"));
    }
    buffer->bytes_ = all.subspan(data.mapoffset);
    if (data.type == SPA_DATA_DmaBuf) {
        buffer->gpu_memory_ = std::move(file);
    } else if (data.maxsize < buffer->bytes_.size()) {
        buffer->bytes_ = buffer->bytes_.first(data.maxsize);
    }
    return buffer;
}

std::optional<StreamBuffer::Rows> StreamBuffer::find_rows(const spa_data& data,
                                                          Size size,
                                                          std::uint32_t bytes_per_pixel) const {
    const spa_chunk chunk = *data.chunk;
    const std::uint64_t row = std::uint64_t{size.width} * bytes_per_pixel;
    const bool is_corrupted =
        (static_cast<std::uint32_t>(chunk.flags) & SPA_CHUNK_FLAG_CORRUPTED) != 0;
    if (chunk.size == 0 || is_corrupted || chunk.stride < 0) {
        return std::nullopt;
    }
    const std::uint64_t stride = chunk.stride == 0 ? row : static_cast<std::uint64_t>(chunk.stride);
    const std::uint64_t length = stride * (size.height - 1) + row;
    if (stride < row || chunk.offset > bytes_.size() || length > bytes_.size() - chunk.offset) {
        return std::nullopt;
    }
    return Rows{chunk.offset, static_cast<std::uint32_t>(stride)};
}

Result<void> StreamBuffer::read(const std::function<void(std::span<const std::byte>)>& take) const {
    if (gpu_memory_ &&
        ioctl_again(gpu_memory_.get(), DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ) != 0) {
        return Failure(Error::system("read a picture from the desktop's GPU", errno));
    }
    take(bytes_);
    if (gpu_memory_) {
        static_cast<void>(ioctl_again(gpu_memory_.get(), DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ));
    }
    if (!memory_.bytes().empty() && memory_.was_truncated()) {
        return Failure(Error::protocol("the desktop took a picture away while it was read"));
    }
    return {};
}

}  // namespace oriel::pipewire_capture
