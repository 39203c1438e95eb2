// SPDX-License-Identifier: MIT
#include "base/linux/sealed_memory.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace oriel {
namespace {

/// Huge pages are set aside when they are first mapped, and stay so with the file.
Result<void> set_aside_huge_pages(const UniqueFd& fd, std::uint64_t size) {
    void* const data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    if (data == MAP_FAILED) {
        return Failure(Error::system("set aside huge pages", errno));
    }
    static_cast<void>(::munmap(data, size));
    return {};
}

}  // namespace

Result<UniqueFd> create_sealed_memory(const char* name, std::uint64_t size, PageSize pages) {
    const unsigned page_flags = pages == PageSize::Huge ? MFD_HUGETLB : 0U;
    UniqueFd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | page_flags));
    if (!fd) {
        return Failure(Error::system("create shared memory", errno));
    }
    if (::ftruncate(fd.get(), static_cast<off_t>(size)) != 0) {
        return Failure(Error::system("size shared memory", errno));
    }
    if (pages == PageSize::Huge) {
        ORIEL_TRY(set_aside_huge_pages(fd, size));
    }
    // As made it is 0777: whoever is handed a read-only descriptor could reopen it for writing.
    if (::fchmod(fd.get(), S_IRUSR | S_IWUSR) != 0) {
        return Failure(Error::system("protect shared memory", errno));
    }
    // Not sealed against writing: /dev/udmabuf refuses memory that is.
    if (::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return Failure(Error::system("seal shared memory", errno));
    }
    return fd;
}

}  // namespace oriel
