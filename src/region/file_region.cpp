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
#include "relay/session_view.h"

namespace oriel {
namespace {

/// Of half a second: then whoever wrote it is gone.
constexpr unsigned kQuietTicks = 2;

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

bool has_our_root(const MappedMemory& memory) {
    return check_region_size(memory.bytes().size()) &&
           SessionView::peek(SharedBytes(memory.bytes())) != SessionView::Identity{};
}

/// Whose mark the memory carries. With both, whose writer is at work: one of the two is what a
/// guest left that runs the other now.
RegionProtocol find_protocol(const MappedMemory& memory) {
    const looking_glass::SharedWords words(memory.bytes());
    if (!looking_glass::has_mark(words)) {
        return RegionProtocol::Oriel;
    }
    if (!has_our_root(memory)) {
        return RegionProtocol::LookingGlass;
    }
    return looking_glass::Heartbeat::is_moving(words) ? RegionProtocol::LookingGlass
                                                      : RegionProtocol::Oriel;
}

/// Our root and frames would go over another publisher's memory, in use.
Result<void> refuse_if_others_publish(const MappedMemory& memory, const std::string& description) {
    if (!looking_glass::Heartbeat::is_moving(looking_glass::SharedWords(memory.bytes()))) {
        return {};
    }
    return Failure(Error::busy(
        fmt::format("cannot publish in {}: a Looking Glass host application publishes there; end "
                    "it in its guest, or name another file",
                    description)));
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
    if (role == Role::Publish) {
        ORIEL_TRY(region->take_place());
    }
    ORIEL_TRY_ASSIGN(std::uint64_t size, size_of(region->fd_, target.value));
    ORIEL_TRY_ASSIGN(size, region->fit_size(size, target.size));
    ORIEL_TRY(region->settle_in(size));
    return region;
}

Result<std::unique_ptr<Region>> FileRegion::open_kvmfr(const std::string& path,
                                                       Role role,
                                                       const KvmfrDriver& driver) {
    if (role == Role::Publish) {
        return Failure(Error::unsupported(
            fmt::format("cannot publish into {}: it is a guest's; name it to `oriel view`", path)));
    }
    const int access = role == Role::Watch ? O_RDONLY : O_RDWR;
    UniqueFd device(::open(path.c_str(), access | O_CLOEXEC | O_NONBLOCK));
    if (!device) {
        return Failure(Error::system("open " + path, errno));
    }
    std::unique_ptr<FileRegion> region(new FileRegion(path, role, std::move(device)));
    ORIEL_TRY_ASSIGN(const std::uint64_t size, driver.size(region->fd_, path));
    region->driver_ = driver;
    ORIEL_TRY(region->settle_in(size));
    return region;
}

/// Maps it, looks whose content it has, and takes a viewer's place where that is ours to take.
Result<void> FileRegion::settle_in(std::uint64_t size) {
    const Access access = role_ == Role::Watch ? Access::ReadOnly : Access::ReadWrite;
    ORIEL_TRY_ASSIGN(
        memory_, MappedMemory::map(fd_, access, {0, static_cast<std::size_t>(size)}, description_));
    if (role_ == Role::Publish) {
        ORIEL_TRY(refuse_if_others_publish(memory_, description_));
    } else {
        protocol_ = find_protocol(memory_);
    }
    if (protocol_ == RegionProtocol::Oriel) {
        ORIEL_TRY(check_size(size));
        if (role_ == Role::Show) {
            ORIEL_TRY(take_viewer_index());
            clear_viewer_page(memory_, viewer_index_);
        }
    }
    if (role_ == Role::Watch) {
        fd_.reset();
    }
    return {};
}

void FileRegion::serve_connection() {
    const looking_glass::SharedWords words(memory_.bytes());
    const bool is_beating = heartbeat_.has_moved(words);
    quiet_ticks_ = is_beating ? 0 : quiet_ticks_ + 1;
    const bool is_other = protocol_ == RegionProtocol::Oriel
                              ? is_beating
                              : quiet_ticks_ > kQuietTicks && has_our_root(memory_);
    if (role_ != Role::Publish && is_other) {
        link_ = Link::Replaced;
    }
}

Result<UniqueFd> FileRegion::export_dma_buf(std::uint64_t offset, std::uint64_t size) const {
    if (!driver_) {
        return Region::export_dma_buf(offset, size);
    }
    return driver_->export_dma_buf(fd_, offset, size);
}

std::string FileRegion::how_to_enlarge(std::uint64_t bytes) const {
    return fmt::format(
        "remove the file, and start again with file:{},size={}", description_, bytes >> 20U);
}

/// The publisher's.
Result<void> FileRegion::take_place() {
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

/// The publisher sizes a file that is still empty; nobody changes one that is not. The size it has
/// then.
Result<std::uint64_t> FileRegion::fit_size(std::uint64_t size, std::uint64_t wanted) {
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
    return size;
}

/// For our own protocol.
Result<void> FileRegion::check_size(std::uint64_t size) const {
    if (auto fits = check_region_size(size); !fits) {
        fits.error().message = fmt::format("{}: {}", description_, fits.error().message);
        return Failure(std::move(fits).error());
    }
    return {};
}

}  // namespace oriel
