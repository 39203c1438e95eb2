// SPDX-License-Identifier: MIT
#include "region/windows/file_region.h"

#include <utility>

#include <fmt/format.h>
#include <windows.h>

#include "abi/region.h"
#include "base/windows/last_error.h"
#include "base/windows/wide_text.h"
#include "region/region_size.h"

namespace oriel {
namespace {

Result<OwnedHandle> open_file(const Target& target, Role role) {
    const bool may_create = role == Role::Publish && target.size != 0;
    const DWORD access = role == Role::Watch ? GENERIC_READ : GENERIC_READ | GENERIC_WRITE;
    OwnedHandle file(::CreateFileW(to_wide(target.value).c_str(),
                                   access,
                                   FILE_SHARE_READ | FILE_SHARE_WRITE,
                                   nullptr,
                                   may_create ? OPEN_ALWAYS : OPEN_EXISTING,
                                   FILE_ATTRIBUTE_NORMAL,
                                   nullptr));
    if (file) {
        return file;
    }
    if (!may_create && ::GetLastError() == ERROR_FILE_NOT_FOUND) {
        return Failure(Error::not_found(fmt::format(
            "the file {0} is not there: write file:{0},size=128 to make it", target.value)));
    }
    return Failure(last_error("open " + target.value));
}

Result<std::uint64_t> size_of(const OwnedHandle& file, const std::string& path) {
    LARGE_INTEGER size{};
    if (::GetFileSizeEx(file.get(), &size) == 0) {
        return Failure(last_error("read the size of " + path));
    }
    return static_cast<std::uint64_t>(size.QuadPart);
}

Result<void> set_size(const OwnedHandle& file, std::uint64_t size, const std::string& path) {
    LARGE_INTEGER end{};
    end.QuadPart = static_cast<LONGLONG>(size);
    if (::SetFilePointerEx(file.get(), end, nullptr, FILE_BEGIN) == 0 ||
        ::SetEndOfFile(file.get()) == 0) {
        return Failure(last_error(fmt::format("reserve {} MiB for {}", size >> 20U, path)));
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Region>> WindowsFileRegion::open(const Target& target, Role role) {
    if (role == Role::Show) {
        return Failure(Error::unsupported("a viewer is on the Linux host: there is none here"));
    }
    ORIEL_TRY_ASSIGN(OwnedHandle file, open_file(target, role));
    std::unique_ptr<WindowsFileRegion> region(
        new WindowsFileRegion(target.value, role, std::move(file)));
    if (role == Role::Publish) {
        ORIEL_TRY(region->take_place());
    }
    ORIEL_TRY(region->fit_size(target.size));
    const Access access = role == Role::Watch ? Access::ReadOnly : Access::ReadWrite;
    ORIEL_TRY_ASSIGN(region->memory_, MappedMemory::map(region->fd_, access, target.value));
    return region;
}

WindowsFileRegion::WindowsFileRegion(std::string description, Role role, OwnedHandle file)
    : description_(std::move(description)) {
    role_ = role;
    fd_ = std::move(file);
}

Result<void> WindowsFileRegion::take_place() {
    OVERLAPPED place{};
    place.Offset = abi::kMaxViewers;
    if (::LockFileEx(
            fd_.get(), LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &place) != 0) {
        return {};
    }
    if (::GetLastError() != ERROR_LOCK_VIOLATION && ::GetLastError() != ERROR_IO_PENDING) {
        return Failure(last_error("lock " + description_));
    }
    return Failure(
        Error::busy(fmt::format("another process publishes in {} already: end it", description_)));
}

/// The publisher sizes a file that is still empty; nobody changes one that is not.
Result<void> WindowsFileRegion::fit_size(std::uint64_t wanted) {
    ORIEL_TRY_ASSIGN(std::uint64_t size, size_of(fd_, description_));
    if (size == 0 && wanted != 0 && role_ == Role::Publish) {
        ORIEL_TRY(set_size(fd_, wanted, description_));
        size = wanted;
    }
    if (wanted != 0 && wanted != size) {
        return Failure(
            Error::usage(fmt::format("{} has {} MiB, not {}: leave ,size= out, or remove the file",
                                     description_,
                                     size >> 20U,
                                     wanted >> 20U)));
    }
    if (auto fits = check_region_size(size); !fits) {
        fits.error().message = fmt::format("{}: {}", description_, fits.error().message);
        return fits;
    }
    return {};
}

std::string WindowsFileRegion::how_to_enlarge(std::uint64_t bytes) const {
    return fmt::format(
        "remove the file, and start again with file:{},size={}", description_, bytes >> 20U);
}

}  // namespace oriel
