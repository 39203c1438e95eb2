// SPDX-License-Identifier: MIT
#include "gpu/egl/egl_gpu.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gbm.h>

namespace oriel::gpu {
namespace {

/// As GL_RENDERER begins where there is no GPU.
constexpr std::array<std::string_view, 3> kOnTheCpu{"llvmpipe", "softpipe", "swrast"};

/// Whether a list of words, with spaces between them, has one.
bool has_word(const char* list, std::string_view word) {
    std::string_view rest = list == nullptr ? "" : list;
    while (!rest.empty()) {
        const std::string_view first = rest.substr(0, rest.find(' '));
        if (first == word) {
            return true;
        }
        rest.remove_prefix(std::min(rest.size(), first.size() + 1));
    }
    return false;
}

const char* text_of(GLenum name) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): GLubyte is a byte of ASCII
    const auto* const text = reinterpret_cast<const char*>(::glGetString(name));
    return text == nullptr ? "" : text;
}

/// The function of an extension that is there; nothing in front of it says its type.
template <class Function>
Function function_of(const char* name) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): EGL's way
    return reinterpret_cast<Function>(::eglGetProcAddress(name));
}

Error lacks(const std::string& what) {
    return Error::unsupported("its driver has no " + what);
}

}  // namespace

void GbmTraits::close(Raw raw) noexcept {
    ::gbm_device_destroy(raw);
}

void ContextTraits::close(const Raw& raw) noexcept {
    ::eglMakeCurrent(raw.display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    ::eglDestroyContext(raw.display, raw.context);
}

Result<std::shared_ptr<EglGpu>> EglGpu::open(UniqueFd node, Renderer renderer) {
    std::shared_ptr<EglGpu> gpu(new EglGpu);  // NOLINT: its constructor is private
    gpu->node_ = std::move(node);
    ORIEL_TRY(gpu->open_display());
    ORIEL_TRY(gpu->open_context());
    ORIEL_TRY(gpu->look_at_context(renderer));
    return gpu;
}

Result<void> EglGpu::open_display() {
    if (node_) {
        gbm_.reset(::gbm_create_device(node_.get()));
        if (!gbm_) {
            return Failure(Error::unsupported("libgbm finds no driver for it"));
        }
        display_.reset(::eglGetPlatformDisplay(EGL_PLATFORM_GBM_KHR, gbm_.get(), nullptr));
    } else {
        // NOLINTNEXTLINE(performance-no-int-to-ptr): EGL's own way to write it
        void* const any = EGL_DEFAULT_DISPLAY;
        display_.reset(::eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, any, nullptr));
    }
    if (!display_ || ::eglInitialize(display_.get(), nullptr, nullptr) != EGL_TRUE) {
        return Failure(Error::unsupported(
            fmt::format("EGL finds no driver for it (0x{:x})", ::eglGetError())));
    }
    const char* const extensions = ::eglQueryString(display_.get(), EGL_EXTENSIONS);
    for (const char* const needed : {"EGL_KHR_surfaceless_context",
                                     "EGL_KHR_no_config_context",
                                     "EGL_KHR_image_base",
                                     "EGL_EXT_image_dma_buf_import"}) {
        if (!has_word(extensions, needed)) {
            return Failure(lacks(needed));
        }
    }
    create_image_ = function_of<PFNEGLCREATEIMAGEKHRPROC>("eglCreateImageKHR");
    destroy_image_ = function_of<PFNEGLDESTROYIMAGEKHRPROC>("eglDestroyImageKHR");
    if (create_image_ == nullptr || destroy_image_ == nullptr) {
        return Failure(lacks("eglCreateImageKHR"));
    }
    has_modifiers_ = has_word(extensions, "EGL_EXT_image_dma_buf_import_modifiers");
    return {};
}

Result<void> EglGpu::open_context() {
    std::vector<EGLint> attributes{EGL_CONTEXT_CLIENT_VERSION, 3};
    // Without it some drivers end the program when the GPU is reset.
    const char* const extensions = ::eglQueryString(display_.get(), EGL_EXTENSIONS);
    if (has_word(extensions, "EGL_EXT_create_context_robustness")) {
        attributes.insert(
            attributes.end(),
            {EGL_CONTEXT_OPENGL_RESET_NOTIFICATION_STRATEGY_EXT, EGL_LOSE_CONTEXT_ON_RESET_EXT});
    }
    attributes.push_back(EGL_NONE);
    ::eglBindAPI(EGL_OPENGL_ES_API);
    context_.reset(
        {display_.get(),
         ::eglCreateContext(display_.get(), EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes.data())});
    return context_ ? Result<void>() : Failure(lacks("OpenGL ES 3"));
}

Result<void> EglGpu::look_at_context(Renderer renderer) {
    ORIEL_TRY(make_current());
    name_ = text_of(GL_RENDERER);
    const bool is_on_the_cpu = std::ranges::any_of(
        kOnTheCpu, [&](std::string_view begin) { return name_.starts_with(begin); });
    if (renderer == Renderer::Gpu && is_on_the_cpu) {
        return Failure(Error::unsupported(
            fmt::format("it draws nothing, and {} knows no such layouts", name_)));
    }
    const char* const extensions = text_of(GL_EXTENSIONS);
    if (!has_word(extensions, "GL_OES_EGL_image_external_essl3")) {
        return Failure(lacks("GL_OES_EGL_image_external_essl3"));
    }
    show_image_ = function_of<PFNGLEGLIMAGETARGETTEXTURE2DOESPROC>("glEGLImageTargetTexture2DOES");
    if (show_image_ == nullptr) {
        return Failure(lacks("glEGLImageTargetTexture2DOES"));
    }
    if (has_word(extensions, "GL_EXT_robustness")) {
        reset_status_ =
            function_of<PFNGLGETGRAPHICSRESETSTATUSEXTPROC>("glGetGraphicsResetStatusEXT");
    }
    return {};
}

EglImage EglGpu::make_image(const std::vector<EGLint>& attributes) const {
    EGLImageKHR image = create_image_(
        display_.get(), EGL_NO_CONTEXT, EGL_LINUX_DMA_BUF_EXT, nullptr, attributes.data());
    return EglImage({destroy_image_, display_.get(), image});
}

Result<void> EglGpu::make_current() const {
    if (::eglMakeCurrent(display_.get(), EGL_NO_SURFACE, EGL_NO_SURFACE, context_.get().context) !=
        EGL_TRUE) {
        return Failure(
            Error{ErrorKind::System,
                  0,
                  fmt::format("cannot use the GPU {}: EGL says 0x{:x}", name_, ::eglGetError())});
    }
    return {};
}

Result<void> EglGpu::check(const std::string& what) const {
    if (reset_status_ != nullptr && reset_status_() != GL_NO_ERROR) {
        return Failure(Error{
            ErrorKind::System, 0, fmt::format("cannot {}: the GPU {} was reset", what, name_)});
    }
    if (const GLenum error = ::glGetError(); error != GL_NO_ERROR) {
        return Failure(
            Error{ErrorKind::System,
                  0,
                  fmt::format("cannot {} by the GPU {}: GLES says 0x{:x}", what, name_, error)});
    }
    return {};
}

}  // namespace oriel::gpu
