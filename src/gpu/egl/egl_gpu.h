// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/linux/fd.h"
#include "base/result.h"
#include "base/unique_handle.h"
#include "gpu/egl/gl.h"
#include "gpu/importer_module.h"

struct gbm_device;

namespace oriel::gpu {

struct GbmTraits {
    using Raw = gbm_device*;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept;
};

struct DisplayTraits {
    using Raw = EGLDisplay;

    static Raw closed() { return EGL_NO_DISPLAY; }

    static bool is_open(Raw raw) { return raw != EGL_NO_DISPLAY; }

    static void close(Raw raw) noexcept { ::eglTerminate(raw); }
};

struct ContextTraits {
    struct Raw {
        EGLDisplay display = EGL_NO_DISPLAY;
        EGLContext context = EGL_NO_CONTEXT;
    };

    static Raw closed() { return {}; }

    static bool is_open(const Raw& raw) { return raw.context != EGL_NO_CONTEXT; }

    static void close(const Raw& raw) noexcept;
};

struct ImageTraits {
    struct Raw {
        PFNEGLDESTROYIMAGEKHRPROC destroy = nullptr;
        EGLDisplay display = EGL_NO_DISPLAY;
        EGLImageKHR image = EGL_NO_IMAGE_KHR;
    };

    static Raw closed() { return {}; }

    static bool is_open(const Raw& raw) { return raw.image != EGL_NO_IMAGE_KHR; }

    static void close(const Raw& raw) noexcept { raw.destroy(raw.display, raw.image); }
};

using EglImage = UniqueHandle<ImageTraits>;

/// A GPU with an OpenGL ES 3 context of ours on it, and no window.
///
/// Threads: the one that opened it.
class EglGpu {
  public:
    /// Without a node: whatever draws here without one, as a rule the CPU.
    /// Errors: Unsupported, saying what the driver lacks.
    static Result<std::shared_ptr<EglGpu>> open(UniqueFd node, Renderer renderer);

    ~EglGpu() = default;
    EglGpu(const EglGpu&) = delete;
    EglGpu& operator=(const EglGpu&) = delete;

    /// Before the functions of GLES that follow. Errors: System.
    Result<void> make_current() const;

    /// What has to have gone well by now. Errors: System, with `what` in front; also where the GPU
    /// was reset.
    Result<void> check(const std::string& what) const;

    /// What it calls itself: "AMD Radeon RX 6600 (radeonsi, navi23, ...)".
    const std::string& name() const { return name_; }

    /// Whether an import may name its layout.
    bool has_modifiers() const { return has_modifiers_; }

    /// An image of somebody's memory, as EGL_EXT_image_dma_buf_import has it described. None where
    /// the driver refuses: see eglGetError().
    EglImage make_image(const std::vector<EGLint>& attributes) const;

    /// Makes the bound GL_TEXTURE_EXTERNAL_OES a view of an image.
    void show(const EglImage& image) const {
        show_image_(GL_TEXTURE_EXTERNAL_OES, image.get().image);
    }

  private:
    EglGpu() = default;

    Result<void> open_display();
    Result<void> open_context();
    Result<void> look_at_context(Renderer renderer);

    // In the order in which each needs those before it.
    UniqueFd node_;
    UniqueHandle<GbmTraits> gbm_;
    UniqueHandle<DisplayTraits> display_;
    UniqueHandle<ContextTraits> context_;
    std::string name_;
    bool has_modifiers_ = false;
    PFNEGLCREATEIMAGEKHRPROC create_image_ = nullptr;
    PFNEGLDESTROYIMAGEKHRPROC destroy_image_ = nullptr;
    PFNGLEGLIMAGETARGETTEXTURE2DOESPROC show_image_ = nullptr;
    PFNGLGETGRAPHICSRESETSTATUSEXTPROC reset_status_ =
        nullptr;  ///< Null: the driver does not tell.
};

}  // namespace oriel::gpu
