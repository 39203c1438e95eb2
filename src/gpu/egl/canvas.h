// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/unique_handle.h"
#include "gpu/egl/gl.h"
#include "gpu/egl/gles_objects.h"
#include "relay/geometry.h"

namespace oriel::gpu {

/// How many bits a colour has, and the order of colours in what is read from a canvas.
enum class Depth : std::uint8_t {
    Eight,  ///< Blue in the lowest byte.
    Ten,    ///< Red in the lowest bits.
};

/// A picture of ours on the GPU, into which textures are drawn one to one to be read from there.
///
/// The context has to be current for each call, and at its end.
class Canvas {
  public:
    /// Errors: Unsupported, in the driver's words.
    static Result<Canvas> make(Depth depth);

    /// Draws the upper left part of a texture (GL_TEXTURE_EXTERNAL_OES), and has it written into
    /// the bound GL_PIXEL_PACK_BUFFER, row by row, four bytes a pixel. Begun when it returns, not
    /// done.
    void copy(GLuint texture, Size size);

  private:
    Canvas() = default;

    void grow(Size size);

    Depth depth_ = Depth::Eight;
    Size size_;
    UniqueHandle<ProgramTraits> program_;
    UniqueHandle<RenderbufferTraits> colours_;
    UniqueHandle<FramebufferTraits> framebuffer_;
};

}  // namespace oriel::gpu
