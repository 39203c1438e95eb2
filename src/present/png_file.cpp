// SPDX-License-Identifier: MIT
#include "present/png_file.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <png.h>
#include <sys/stat.h>
#include <unistd.h>

#include "present/pixel_convert.h"

namespace oriel {
namespace {

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
    DraftFile draft(path);
    if (!draft.fd()) {
        return Failure(cannot_write(path, errno));
    }
    ORIEL_TRY(write_png(draft.fd(), path, info, pixels));
    return draft.keep();
}

}  // namespace oriel
