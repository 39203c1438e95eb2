// SPDX-License-Identifier: MIT
#include "base/mapped_memory.h"

#include <windows.h>

#include "base/windows/last_error.h"

namespace oriel {
namespace {

void unmap(std::span<std::byte> bytes) noexcept {
    static_cast<void>(::UnmapViewOfFile(bytes.data()));
}

}  // namespace

Result<MappedMemory> MappedMemory::map(const OwnedHandle& file,
                                       Access access,
                                       const std::string& name) {
    LARGE_INTEGER size{};
    if (::GetFileSizeEx(file.get(), &size) == 0) {
        return Failure(last_error("read the size of " + name));
    }
    if (size.QuadPart <= 0) {
        return Failure(Error::protocol("cannot map " + name + ": it is empty"));
    }
    return map(file, access, {0, static_cast<std::size_t>(size.QuadPart)}, name);
}

Result<MappedMemory> MappedMemory::map(const OwnedHandle& file,
                                       Access access,
                                       const Part& part,
                                       const std::string& name) {
    constexpr unsigned kHalf = 32;
    const bool is_writable = access == Access::ReadWrite;
    const OwnedHandle mapping(::CreateFileMappingW(
        file.get(), nullptr, is_writable ? PAGE_READWRITE : PAGE_READONLY, 0, 0, nullptr));
    if (!mapping) {
        return Failure(last_error("map " + name));
    }
    void* const data = ::MapViewOfFile(mapping.get(),
                                       is_writable ? FILE_MAP_READ | FILE_MAP_WRITE : FILE_MAP_READ,
                                       static_cast<DWORD>(part.offset >> kHalf),
                                       static_cast<DWORD>(part.offset),
                                       part.size);
    if (data == nullptr) {
        return Failure(last_error("map " + name));
    }
    return MappedMemory({static_cast<std::byte*>(data), part.size}, unmap);
}

/// Windows lets nobody cut a file shorter while it is mapped.
bool MappedMemory::was_truncated() const {
    return false;
}

}  // namespace oriel
