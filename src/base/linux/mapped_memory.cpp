// SPDX-License-Identifier: MIT
#include "base/mapped_memory.h"

#include <cerrno>

#include <sys/mman.h>
#include <sys/stat.h>

#include "base/linux/sigbus_guard.h"

namespace oriel {
namespace {

void unmap(std::span<std::byte> bytes) noexcept {
    stop_guarding(bytes);
    static_cast<void>(::munmap(bytes.data(), bytes.size()));
}

}  // namespace

Result<MappedMemory> MappedMemory::map(const OwnedHandle& file,
                                       Access access,
                                       const std::string& name) {
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) {
        return Failure(Error::system("read the size of " + name, errno));
    }
    if (info.st_size <= 0) {
        return Failure(Error::protocol("cannot map " + name + ": it is empty"));
    }
    return map(file, access, {0, static_cast<std::size_t>(info.st_size)}, name);
}

Result<MappedMemory> MappedMemory::map(const OwnedHandle& file,
                                       Access access,
                                       const Part& part,
                                       const std::string& name) {
    const int protection = access == Access::ReadOnly ? PROT_READ : PROT_READ | PROT_WRITE;
    const auto offset = static_cast<off_t>(part.offset);
    void* const data = ::mmap(nullptr, part.size, protection, MAP_SHARED, file.get(), offset);
    if (data == MAP_FAILED) {
        return Failure(Error::system("map " + name, errno));
    }
    MappedMemory memory({static_cast<std::byte*>(data), part.size}, unmap);
    ORIEL_TRY(guard_against_truncation(memory.bytes_));
    return memory;
}

bool MappedMemory::was_truncated() const {
    return is_stand_in(bytes_);
}

}  // namespace oriel
