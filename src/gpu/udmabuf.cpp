// SPDX-License-Identifier: MIT
#include "gpu/udmabuf.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/udmabuf.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace oriel::gpu {
namespace {

std::uint64_t page_size() {
    return static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

const char* cure_of(int code) {
    switch (code) {
    case ENOENT:
        return "; this kernel has no udmabuf (CONFIG_UDMABUF)";
    case EACCES:
    case EPERM:
        return "; become a member of its group: usermod -aG kvm USER";
    default:
        return "";
    }
}

}  // namespace

MemoryPart MemoryPart::in_pages() const {
    const std::uint64_t page = page_size();
    const std::uint64_t begin = offset / page * page;
    const std::uint64_t end = (offset + size + page - 1) / page * page;
    return {begin, end - begin};
}

Result<Udmabuf> Udmabuf::open(const std::string& path) {
    UniqueFd device(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!device) {
        const int code = errno;
        return Failure(
            Error::unsupported(Error::system("open " + path, code).message + cure_of(code)));
    }
    return Udmabuf(std::move(device));
}

Result<void> Udmabuf::check_memory(const UniqueFd& memory) {
    const int seals = ::fcntl(memory.get(), F_GET_SEALS);
    if (seals < 0) {
        return Failure(Error::unsupported("the region is no memory file (memfd)"));
    }
    const auto bits = static_cast<unsigned>(seals);
    if ((bits & static_cast<unsigned>(F_SEAL_SHRINK)) == 0) {
        return Failure(
            Error::unsupported("the region's memory file is not sealed against shrinking"));
    }
    if ((bits & static_cast<unsigned>(F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0) {
        return Failure(Error::unsupported("the region's memory file is sealed against writing"));
    }
    return {};
}

Result<UniqueFd> Udmabuf::wrap(const UniqueFd& memory, const MemoryPart& part) const {
    if (part.size == 0 || part.in_pages() != part) {
        return Failure(Error::usage("a dma-buf is made of whole pages"));
    }
    udmabuf_create request{.memfd = static_cast<std::uint32_t>(memory.get()),
                           .flags = UDMABUF_FLAGS_CLOEXEC,
                           .offset = part.offset,
                           .size = part.size};
    UniqueFd buffer(::ioctl(device_.get(), UDMABUF_CREATE, &request));
    if (!buffer) {
        return Failure(Error::unsupported(fmt::format(
            "{}; {} KiB may be over /sys/module/udmabuf/parameters/size_limit_mb",
            Error::system(fmt::format("make a dma-buf of memory by {}", kDevice), errno).message,
            part.size / 1024)));
    }
    return buffer;
}

}  // namespace oriel::gpu
