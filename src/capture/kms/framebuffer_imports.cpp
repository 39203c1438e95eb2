// SPDX-License-Identifier: MIT
#include "capture/kms/framebuffer_imports.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/stat.h>

#include "capture/kms/framebuffer.h"

namespace oriel::kms_capture {
namespace {

constexpr Nanoseconds kDrawing = std::chrono::milliseconds(100);

/// What a framebuffer's memory is, whatever its descriptors are.
struct Identity {
    struct Plane {
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
        std::uint32_t offset = 0;
        std::uint32_t pitch = 0;

        friend bool operator==(const Plane&, const Plane&) = default;
    };

    Size size;
    FramebufferFormat format;
    std::vector<Plane> planes;

    friend bool operator==(const Identity&, const Identity&) = default;
};

Result<Identity> identity_of(const FramebufferMemory& memory) {
    Identity identity{memory.size, memory.format, {}};
    for (const FramebufferMemory::Plane& plane : memory.planes) {
        struct stat info{};
        if (::fstat(plane.dma_buf.get(), &info) != 0) {
            return Failure(Error::system("tell a framebuffer from others", errno));
        }
        identity.planes.push_back({info.st_dev, info.st_ino, plane.offset, plane.pitch});
    }
    return identity;
}

/// The kernel tells by a poll where writing is done. A GPU that never ends is not waited for: what
/// it has drawn so far is shown.
void wait_for_drawing(const FramebufferMemory& memory) {
    const Nanoseconds give_up = monotonic_now() + kDrawing;
    for (const FramebufferMemory::Plane& plane : memory.planes) {
        const Nanoseconds left = std::max(give_up - monotonic_now(), Nanoseconds(0));
        const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left);
        pollfd written{plane.dma_buf.get(), POLLIN, 0};
        static_cast<void>(::poll(&written, 1, static_cast<int>(milliseconds.count())));
    }
}

}  // namespace

struct FramebufferImports::Import {
    Identity identity;
    FramebufferMemory memory;
    std::unique_ptr<ImportedFramebuffer> framebuffer;
    MappedPixels pixels;
    Nanoseconds used{0};
};

Result<std::shared_ptr<const MappedPixels>> FramebufferImports::find(FramebufferMemory memory,
                                                                     Nanoseconds now) {
    wait_for_drawing(memory);
    const auto read = [&]() -> Result<std::shared_ptr<const MappedPixels>> {
        ORIEL_TRY_ASSIGN(const auto import, known_or_added(std::move(memory), now));
        // Another plane may hold them, and an error must leave it nothing that is gone.
        import->pixels = {};
        ORIEL_TRY_ASSIGN(import->pixels, import->framebuffer->read());
        return std::shared_ptr<const MappedPixels>(import, &import->pixels);
    };
    auto pixels = read();
    if (!pixels && pixels.error().kind == ErrorKind::System) {
        clear();
    }
    return pixels;
}

Result<std::shared_ptr<FramebufferImports::Import>> FramebufferImports::known_or_added(
    FramebufferMemory memory, Nanoseconds now) {
    ORIEL_TRY_ASSIGN(Identity identity, identity_of(memory));
    const auto known = std::ranges::find_if(
        imports_, [&](const auto& import) { return import->identity == identity; });
    if (known != imports_.end()) {
        (*known)->used = now;
        return *known;
    }
    ORIEL_TRY_ASSIGN(FramebufferImporter* const gpu, importer());
    ORIEL_TRY_ASSIGN(auto framebuffer, gpu->import(memory));
    return imports_.emplace_back(std::make_shared<Import>(
        std::move(identity), std::move(memory), std::move(framebuffer), MappedPixels(), now));
}

Result<FramebufferImporter*> FramebufferImports::importer() {
    if (!importer_ && !refusal_) {
        auto opened = open_();
        if (opened) {
            importer_ = std::move(*opened);
        } else {
            refusal_ = std::move(opened).error();
        }
    }
    return importer_ ? Result<FramebufferImporter*>(importer_.get()) : Failure(*refusal_);
}

void FramebufferImports::drop_unused(Nanoseconds now) {
    std::erase_if(imports_,
                  [now](const auto& import) { return now - import->used > kFramebufferUnused; });
}

void FramebufferImports::clear() {
    imports_.clear();
    importer_.reset();
    refusal_.reset();
}

}  // namespace oriel::kms_capture
