// SPDX-License-Identifier: MIT
#include "region/file_region.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/viewer.h"
#include "region/byte_lock.h"
#include "region/region_size.h"
#include "region/viewer_page.h"

namespace oriel {
namespace {

Result<UniqueFd> open_file(const Target& target, Role role) {
    const bool may_create = role == Role::Publish && target.size != 0;
    const int access = role == Role::Watch ? O_RDONLY : O_RDWR;
    UniqueFd file(::open(
        target.value.c_str(), access | (may_create ? O_CREAT : 0) | O_CLOEXEC | O_NONBLOCK, 0600));
    if (!file && errno == ENOENT && !may_create) {
        return Failure(
            Error::not_found(fmt::format("the file {0} is not there: its publisher makes it, with "
                                         "`oriel-guest --region file:{0},size=128`",
                                         target.value)));
    }
    if (!file) {
        return Failure(Error::system("open " + target.value, errno));
    }
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) {
        return Failure(Error::system("examine " + target.value, errno));
    }
    if (!S_ISREG(info.st_mode)) {
        return Failure(Error::usage(fmt::format("{} is no plain file", target.value)));
    }
    return file;
}

Result<std::uint64_t> size_of(const UniqueFd& file, const std::string& path) {
    struct stat info{};
    if (::fstat(file.get(), &info) != 0 || info.st_size < 0) {
        return Failure(Error::system("read the size of " + path, errno));
    }
    return static_cast<std::uint64_t>(info.st_size);
}

}  // namespace

FileRegion::FileRegion(std::string description, Role role, UniqueFd file)
    : description_(std::move(description)) {
    role_ = role;
    fd_ = std::move(file);
}

Result<std::unique_ptr<Region>> FileRegion::open(const Target& target, Role role) {
    ORIEL_TRY_ASSIGN(UniqueFd file, open_file(target, role));
    std::unique_ptr<FileRegion> region(new FileRegion(target.value, role, std::move(file)));
    ORIEL_TRY(region->take_place());
    ORIEL_TRY(region->fit_size(target.size));
    const Access access = role == Role::Watch ? Access::ReadOnly : Access::ReadWrite;
    ORIEL_TRY_ASSIGN(region->memory_, MappedMemory::map(region->fd_, access, target.value));
    if (role == Role::Watch) {
        region->fd_.reset();
    }
    if (role == Role::Show) {
        clear_viewer_page(region->memory_, region->viewer_index_);
    }
    return region;
}

std::string FileRegion::how_to_enlarge(std::uint64_t bytes) const {
    return fmt::format(
        "remove the file, and start again with file:{},size={}", description_, bytes >> 20U);
}

Result<void> FileRegion::take_place() {
    switch (role_) {
    case Role::Watch:
        return {};
    case Role::Show:
        return take_viewer_index();
    case Role::Publish:
        break;
    }
    ORIEL_TRY_ASSIGN(const bool ours, try_lock_byte(fd_, abi::kMaxViewers, ByteLock::Exclusive));
    if (!ours) {
        return Failure(Error::busy(
            fmt::format("another process publishes in {} already: end it", description_)));
    }
    return {};
}

Result<void> FileRegion::take_viewer_index() {
    for (unsigned index = 0; index < abi::kMaxViewers; ++index) {
        ORIEL_TRY_ASSIGN(const bool ours, try_lock_byte(fd_, index, ByteLock::Exclusive));
        if (ours) {
            viewer_index_ = index;
            return {};
        }
    }
    return Failure(Error::busy(
        fmt::format("{} has {} viewers already: close one", description_, abi::kMaxViewers)));
}

/// The publisher sizes a file that is still empty; nobody changes one that is not.
Result<void> FileRegion::fit_size(std::uint64_t wanted) {
    ORIEL_TRY_ASSIGN(std::uint64_t size, size_of(fd_, description_));
    if (size == 0 && wanted != 0 && role_ == Role::Publish) {
        // Reserved now, so that a full file system is an error here and not a SIGBUS later.
        const int error = ::posix_fallocate(fd_.get(), 0, static_cast<off_t>(wanted));
        if (error != 0) {
            static_cast<void>(::unlink(description_.c_str()));
            return Failure(Error::system(
                fmt::format("reserve {} MiB for {}", wanted >> 20U, description_), error));
        }
        size = wanted;
    }
    if (size == 0) {
        return Failure(Error::not_found(
            fmt::format("{} is empty: its publisher has not started yet", description_)));
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
        return Failure(std::move(fits).error());
    }
    return {};
}

}  // namespace oriel
