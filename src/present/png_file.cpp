// SPDX-License-Identifier: MIT
#include "present/png_file.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <png.h>
#include <sys/stat.h>
#include <unistd.h>

#include "present/pixel_convert.h"

namespace oriel {
namespace {

namespace fs = std::filesystem;

/// As many as Linux follows.
constexpr int kMostLinks = 40;

struct FileClose {
    void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
};

using File = std::unique_ptr<std::FILE, FileClose>;

Error cannot_write(const std::string& name, int os_code) {
    return Error::system(fmt::format("write {}", name), os_code);
}

/// B, G, R: three bytes a pixel.
std::vector<std::byte> to_bgr(const FrameInfo& info, std::span<const std::byte> pixels) {
    const Size size = shown_size(info);
    std::vector<std::byte> bytes(size.area() * 4);
    convert_to_bgrx(info, pixels, Rect::of(size), {bytes, size.width * 4, size});
    std::size_t to = 0;
    for (std::size_t from = 0; from < bytes.size(); from += 4) {
        bytes[to++] = bytes[from];
        bytes[to++] = bytes[from + 1];
        bytes[to++] = bytes[from + 2];
    }
    bytes.resize(to);
    return bytes;
}

/// libpng's one-call interface: it jumps out of its depths by longjmp, but never into our frames.
Result<void> encode(std::FILE* file, const std::string& name, Size size, const void* bgr) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = size.width;
    image.height = size.height;
    image.format = PNG_FORMAT_BGR;
    image.flags = PNG_IMAGE_FLAG_FAST;
    errno = 0;
    if (png_image_write_to_stdio(&image, file, 0, bgr, 0, nullptr) != 0 && std::fflush(file) == 0) {
        return {};
    }
    if (errno != 0) {
        return Failure(cannot_write(name, errno));
    }
    return Failure(Error::unsupported(fmt::format("cannot write {}: {}", name, image.message)));
}

/// Takes a name beside `path`, so that renaming it is atomic; removed again unless keep()t.
class DraftFile {
  public:
    explicit DraftFile(const std::string& path) : path_(path), draft_(path + ".XXXXXX") {
        fd_.reset(mkostemp(draft_.data(), O_CLOEXEC));
    }

    DraftFile(const DraftFile&) = delete;
    DraftFile& operator=(const DraftFile&) = delete;

    ~DraftFile() {
        if (fd_) {
            static_cast<void>(unlink(draft_.c_str()));
        }
    }

    const UniqueFd& fd() const { return fd_; }

    Result<void> keep() {
        // As open() would have made it: mkostemp() lets only the owner read.
        const mode_t mask = umask(0);
        umask(mask);
        if (fchmod(fd_.get(), 0666 & ~mask) != 0 ||
            std::rename(draft_.c_str(), path_.c_str()) != 0) {
            return Failure(cannot_write(path_, errno));
        }
        fd_.reset();
        return {};
    }

  private:
    std::string path_;
    std::string draft_;
    UniqueFd fd_;
};

/// Where a chain of symbolic links ends, which need not exist yet: a rename would replace the first
/// of them.
Result<std::string> end_of_links(const std::string& name) {
    fs::path path = name;
    std::error_code error;
    for (int followed = 0; fs::is_symlink(fs::symlink_status(path, error)); ++followed) {
        if (followed == kMostLinks) {
            return Failure(cannot_write(name, ELOOP));
        }
        const fs::path next = fs::read_symlink(path, error);
        if (error) {
            return Failure(cannot_write(name, error.value()));
        }
        path = path.parent_path() / next;  // A next that starts at the root stands alone.
    }
    return path.native();
}

/// A device or pipe, open to be written into; nothing where `path` is a file, or nothing yet.
/// Errors: also where nobody reads the pipe. A wait for a reader could not be interrupted: the
/// signals that end a program may be blocked.
Result<UniqueFd> open_special(const std::string& path) {
    struct stat info{};
    if (stat(path.c_str(), &info) != 0 || S_ISREG(info.st_mode)) {
        return UniqueFd();
    }
    UniqueFd fd(open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!fd && errno == ENXIO && S_ISFIFO(info.st_mode)) {
        return Failure(Error::not_found(
            fmt::format("cannot write {}: nobody reads this pipe, start its reader first", path)));
    }
    if (!fd || fcntl(fd.get(), F_SETFL, O_WRONLY) != 0) {
        return Failure(cannot_write(path, errno));
    }
    return fd;
}

}  // namespace

Result<void> write_png(const UniqueFd& fd,
                       const std::string& name,
                       const FrameInfo& info,
                       std::span<const std::byte> pixels) {
    if (shown_size(info).is_empty()) {
        return Failure(Error::usage(fmt::format("cannot write {}: the picture is empty", name)));
    }
    UniqueFd own(fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
    if (!own) {
        return Failure(cannot_write(name, errno));
    }
    const File file(fdopen(own.get(), "wb"));
    if (!file) {
        return Failure(cannot_write(name, errno));
    }
    static_cast<void>(own.release());
    return encode(file.get(), name, shown_size(info), to_bgr(info, pixels).data());
}

Result<void> write_png(const std::string& path,
                       const FrameInfo& info,
                       std::span<const std::byte> pixels) {
    // First: /dev/stdout is a link whose text names no file.
    ORIEL_TRY_ASSIGN(const UniqueFd special, open_special(path));
    if (special) {
        return write_png(special, path, info, pixels);
    }
    ORIEL_TRY_ASSIGN(const std::string end, end_of_links(path));
    DraftFile draft(end);
    if (!draft.fd()) {
        return Failure(cannot_write(path, errno));
    }
    ORIEL_TRY(write_png(draft.fd(), path, info, pixels));
    return draft.keep();
}

}  // namespace oriel
