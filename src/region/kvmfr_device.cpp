// SPDX-License-Identifier: MIT
#include "region/kvmfr_device.h"

#include <cerrno>
#include <cstddef>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace oriel {
namespace {

constexpr std::uint8_t kCloseOnExec = 1;

/// As the module has it.
struct DmaBufRequest {
    std::uint8_t flags;
    std::uint64_t offset;
    std::uint64_t size;
};

static_assert(sizeof(DmaBufRequest) == 24 && offsetof(DmaBufRequest, offset) == 8);

constexpr unsigned long kGetSize = _IO('u', 0x44);
constexpr unsigned long kCreateDmaBuf = _IOW('u', 0x42, DmaBufRequest);

int ask_kernel(int fd, unsigned long request, void* argument) {
    return ::ioctl(fd, request, argument);
}

}  // namespace

KvmfrDriver::KvmfrDriver() : ioctl_(ask_kernel) {}

Result<std::uint64_t> KvmfrDriver::size(const UniqueFd& device, const std::string& path) const {
    const int size = ioctl_(device.get(), kGetSize, nullptr);
    if (size < 0 && errno != ENOTTY) {
        return Failure(Error::system("ask for the size of " + path, errno));
    }
    if (size <= 0) {
        return Failure(Error::unsupported(
            fmt::format("{} is no kvmfr device, or has more than 2047 MiB", path)));
    }
    return static_cast<std::uint64_t>(size);
}

Result<UniqueFd> KvmfrDriver::export_dma_buf(const UniqueFd& device,
                                             std::uint64_t offset,
                                             std::uint64_t size) const {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    if (offset % page != 0 || size % page != 0 || size == 0) {
        return Failure(Error::usage("a dma-buf is made of whole pages"));
    }
    DmaBufRequest request{.flags = kCloseOnExec, .offset = offset, .size = size};
    UniqueFd buffer(ioctl_(device.get(), kCreateDmaBuf, &request));
    if (!buffer) {
        return Failure(Error::system("export a dma-buf of the kvmfr device", errno));
    }
    return buffer;
}

}  // namespace oriel
