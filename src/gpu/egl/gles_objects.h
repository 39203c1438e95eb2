// SPDX-License-Identifier: MIT
#pragma once

#include "base/unique_handle.h"
#include "gpu/egl/gl.h"

namespace oriel::gpu {

/// An object of GLES by its number, made and deleted by functions that take a list of one.
template <auto Make, auto Delete>
struct GlesTraits {
    using Raw = GLuint;

    static Raw closed() { return 0; }

    static bool is_open(Raw raw) { return raw != 0; }

    /// In the current context.
    static void close(Raw raw) noexcept { Delete(1, &raw); }

    static UniqueHandle<GlesTraits> make() {
        GLuint raw = 0;
        Make(1, &raw);
        return UniqueHandle<GlesTraits>(raw);
    }
};

using TextureTraits = GlesTraits<&::glGenTextures, &::glDeleteTextures>;
using BufferTraits = GlesTraits<&::glGenBuffers, &::glDeleteBuffers>;
using RenderbufferTraits = GlesTraits<&::glGenRenderbuffers, &::glDeleteRenderbuffers>;
using FramebufferTraits = GlesTraits<&::glGenFramebuffers, &::glDeleteFramebuffers>;

struct ShaderTraits {
    using Raw = GLuint;

    static Raw closed() { return 0; }

    static bool is_open(Raw raw) { return raw != 0; }

    static void close(Raw raw) noexcept { ::glDeleteShader(raw); }
};

struct ProgramTraits {
    using Raw = GLuint;

    static Raw closed() { return 0; }

    static bool is_open(Raw raw) { return raw != 0; }

    static void close(Raw raw) noexcept { ::glDeleteProgram(raw); }
};

}  // namespace oriel::gpu
