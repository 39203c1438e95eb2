// SPDX-License-Identifier: MIT
#include "gpu/egl/egl_importer.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/clock.h"
#include "gpu/egl/canvas.h"
#include "gpu/egl/egl_gpu.h"
#include "gpu/egl/gl.h"
#include "gpu/egl/gles_objects.h"

namespace oriel::gpu {
namespace {

constexpr Nanoseconds kLongestCopy = std::chrono::seconds(1);
constexpr std::size_t kPixelBytes = 4;

/// What EGL calls the parts of a plane.
struct PlaneNames {
    EGLint fd;
    EGLint offset;
    EGLint pitch;
    EGLint modifier_low;
    EGLint modifier_high;
};

constexpr std::array<PlaneNames, 4> kPlaneNames{{{EGL_DMA_BUF_PLANE0_FD_EXT,
                                                  EGL_DMA_BUF_PLANE0_OFFSET_EXT,
                                                  EGL_DMA_BUF_PLANE0_PITCH_EXT,
                                                  EGL_DMA_BUF_PLANE0_MODIFIER_LO_EXT,
                                                  EGL_DMA_BUF_PLANE0_MODIFIER_HI_EXT},
                                                 {EGL_DMA_BUF_PLANE1_FD_EXT,
                                                  EGL_DMA_BUF_PLANE1_OFFSET_EXT,
                                                  EGL_DMA_BUF_PLANE1_PITCH_EXT,
                                                  EGL_DMA_BUF_PLANE1_MODIFIER_LO_EXT,
                                                  EGL_DMA_BUF_PLANE1_MODIFIER_HI_EXT},
                                                 {EGL_DMA_BUF_PLANE2_FD_EXT,
                                                  EGL_DMA_BUF_PLANE2_OFFSET_EXT,
                                                  EGL_DMA_BUF_PLANE2_PITCH_EXT,
                                                  EGL_DMA_BUF_PLANE2_MODIFIER_LO_EXT,
                                                  EGL_DMA_BUF_PLANE2_MODIFIER_HI_EXT},
                                                 {EGL_DMA_BUF_PLANE3_FD_EXT,
                                                  EGL_DMA_BUF_PLANE3_OFFSET_EXT,
                                                  EGL_DMA_BUF_PLANE3_PITCH_EXT,
                                                  EGL_DMA_BUF_PLANE3_MODIFIER_LO_EXT,
                                                  EGL_DMA_BUF_PLANE3_MODIFIER_HI_EXT}}};

/// EGL's numbers are signed, and mean bits.
constexpr EGLint bits_of(std::uint64_t number) {
    return static_cast<EGLint>(static_cast<std::uint32_t>(number & 0xFFFFFFFFU));
}

std::vector<EGLint> attributes_of(const FramebufferMemory& memory) {
    std::vector<EGLint> attributes{EGL_WIDTH,
                                   bits_of(memory.size.width),
                                   EGL_HEIGHT,
                                   bits_of(memory.size.height),
                                   EGL_LINUX_DRM_FOURCC_EXT,
                                   bits_of(memory.format.fourcc)};
    for (std::size_t i = 0; i < memory.planes.size(); ++i) {
        const FramebufferMemory::Plane& plane = memory.planes[i];
        const PlaneNames& names = kPlaneNames[i];
        attributes.insert(attributes.end(),
                          {names.fd,
                           plane.dma_buf.get(),
                           names.offset,
                           bits_of(plane.offset),
                           names.pitch,
                           bits_of(plane.pitch)});
        if (const auto modifier = memory.format.modifier) {
            attributes.insert(attributes.end(),
                              {names.modifier_low,
                               bits_of(*modifier),
                               names.modifier_high,
                               bits_of(*modifier >> 32U)});
        }
    }
    attributes.push_back(EGL_NONE);
    return attributes;
}

struct FenceTraits {
    using Raw = GLsync;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept { ::glDeleteSync(raw); }
};

/// A GPU and what it draws with, made when it is first needed. Kept by all that is imported.
struct Workshop {
    explicit Workshop(std::shared_ptr<EglGpu> opened) : gpu(std::move(opened)) {}

    ~Workshop() { static_cast<void>(gpu->make_current()); }

    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;

    /// The context is current afterwards.
    Result<Canvas*> canvas(Depth depth) {
        ORIEL_TRY(gpu->make_current());
        std::optional<Canvas>& canvas = canvases[static_cast<std::size_t>(depth)];
        if (!canvas) {
            ORIEL_TRY_ASSIGN(canvas, Canvas::make(depth));
        }
        return &*canvas;
    }

    std::shared_ptr<EglGpu> gpu;
    std::array<std::optional<Canvas>, 2> canvases;
};

class EglFramebuffer final : public ImportedFramebuffer {
  public:
    EglFramebuffer(std::shared_ptr<Workshop> workshop,
                   EglImage image,
                   const FramebufferMemory& memory);

    ~EglFramebuffer() override { static_cast<void>(workshop_->gpu->make_current()); }

    EglFramebuffer(const EglFramebuffer&) = delete;
    EglFramebuffer& operator=(const EglFramebuffer&) = delete;

    Result<MappedPixels> read() override;

  private:
    std::size_t bytes() const { return std::size_t{size_.width} * size_.height * kPixelBytes; }

    Depth depth() const {
        return relay_format(layout_) == PixelFormat::Rgb10a2 ? Depth::Ten : Depth::Eight;
    }

    Result<void> wait() const;

    std::shared_ptr<Workshop> workshop_;
    Size size_;
    PixelLayout layout_;  ///< Of what is read.
    EglImage image_;
    UniqueHandle<TextureTraits> texture_;
    UniqueHandle<BufferTraits> buffer_;
    bool is_mapped_ = false;  ///< The buffer, as it is while what was read is handed out.
};

EglFramebuffer::EglFramebuffer(std::shared_ptr<Workshop> workshop,
                               EglImage image,
                               const FramebufferMemory& memory)
    : workshop_(std::move(workshop)),
      size_(memory.size),
      layout_(layout_as_imported(*layout_of(memory.format.fourcc))),
      image_(std::move(image)),
      texture_(TextureTraits::make()),
      buffer_(BufferTraits::make()) {
    ::glBindTexture(GL_TEXTURE_EXTERNAL_OES, texture_.get());
    ::glTexParameteri(GL_TEXTURE_EXTERNAL_OES, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    ::glTexParameteri(GL_TEXTURE_EXTERNAL_OES, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    workshop_->gpu->show(image_);
    ::glBindBuffer(GL_PIXEL_PACK_BUFFER, buffer_.get());
    ::glBufferData(GL_PIXEL_PACK_BUFFER, static_cast<GLsizeiptr>(bytes()), nullptr, GL_STREAM_READ);
}

Result<MappedPixels> EglFramebuffer::read() {
    ORIEL_TRY_ASSIGN(Canvas* const canvas, workshop_->canvas(depth()));
    ::glBindBuffer(GL_PIXEL_PACK_BUFFER, buffer_.get());
    if (std::exchange(is_mapped_, false)) {
        ::glUnmapBuffer(GL_PIXEL_PACK_BUFFER);
    }
    canvas->copy(texture_.get(), size_);
    ORIEL_TRY(workshop_->gpu->check("read the screen"));
    ORIEL_TRY(wait());
    void* const mapped = ::glMapBufferRange(
        GL_PIXEL_PACK_BUFFER, 0, static_cast<GLsizeiptr>(bytes()), GL_MAP_READ_BIT);
    ORIEL_TRY(workshop_->gpu->check("map what it read of the screen"));
    if (mapped == nullptr) {
        return Failure(Error{
            ErrorKind::System,
            0,
            fmt::format("cannot map what the GPU {} read of the screen", workshop_->gpu->name())});
    }
    is_mapped_ = true;
    return MappedPixels{size_,
                        size_.width * kPixelBytes,
                        layout_,
                        {static_cast<const std::byte*>(mapped), bytes()}};
}

Result<void> EglFramebuffer::wait() const {
    const UniqueHandle<FenceTraits> fence(::glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0));
    const GLenum end = ::glClientWaitSync(
        fence.get(), GL_SYNC_FLUSH_COMMANDS_BIT, static_cast<GLuint64>(kLongestCopy.count()));
    if (end != GL_ALREADY_SIGNALED && end != GL_CONDITION_SATISFIED) {
        return Failure(Error{ErrorKind::System,
                             0,
                             fmt::format("cannot read the screen: the GPU {} took longer than a "
                                         "second",
                                         workshop_->gpu->name())});
    }
    return {};
}

class EglImporter final : public FramebufferImporter {
  public:
    explicit EglImporter(std::shared_ptr<EglGpu> gpu)
        : workshop_(std::make_shared<Workshop>(std::move(gpu))) {}

    std::string name() const override { return workshop_->gpu->name(); }

    Result<std::unique_ptr<ImportedFramebuffer>> import(const FramebufferMemory& memory) override;

  private:
    std::shared_ptr<Workshop> workshop_;
};

Result<std::unique_ptr<ImportedFramebuffer>> EglImporter::import(const FramebufferMemory& memory) {
    ORIEL_ASSERT(!memory.planes.empty() && memory.planes.size() <= kPlaneNames.size());
    const EglGpu& gpu = *workshop_->gpu;
    ORIEL_TRY(gpu.make_current());
    if (memory.format.modifier && !gpu.has_modifiers()) {
        return Failure(Error::unsupported(
            gpu.name() + " does not import by layout (EGL_EXT_image_dma_buf_import_modifiers)"));
    }
    EglImage image = gpu.make_image(attributes_of(memory));
    if (!image) {
        return Failure(Error::unsupported(
            fmt::format("{} refuses to import it (0x{:x})", gpu.name(), ::eglGetError())));
    }
    auto framebuffer = std::make_unique<EglFramebuffer>(workshop_, std::move(image), memory);
    ORIEL_TRY(gpu.check("import the screen"));
    return framebuffer;
}

}  // namespace

Result<std::unique_ptr<FramebufferImporter>> open_egl_importer(UniqueFd node, Renderer renderer) {
    ORIEL_TRY_ASSIGN(auto gpu, EglGpu::open(std::move(node), renderer));
    return std::make_unique<EglImporter>(std::move(gpu));
}

}  // namespace oriel::gpu
