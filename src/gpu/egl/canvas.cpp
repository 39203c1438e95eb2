// SPDX-License-Identifier: MIT
#include "gpu/egl/canvas.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

namespace oriel::gpu {
namespace {

/// One triangle that covers everything.
constexpr const char* kVertices = R"(#version 300 es
void main() {
    gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
)";

/// Each texel to the pixel of the same place; no filter, no rounding. In medium precision ten bits
/// would not fit.
constexpr const char* kColours = R"(#version 300 es
#extension GL_OES_EGL_image_external_essl3 : require
precision highp float;
precision highp int;
uniform highp samplerExternalOES source;
out vec4 colour;
void main() {
    colour = texelFetch(source, ivec2(gl_FragCoord.xy), 0).ORDER;
}
)";

std::string colours_in(Depth depth) {
    constexpr std::string_view kOrder = "ORDER";
    std::string text = kColours;
    return text.replace(text.find(kOrder), kOrder.size(), depth == Depth::Eight ? "bgra" : "rgba");
}

using Log = std::array<char, 256>;

/// Whether the driver took what we gave it, as `Ask` and `Tell` say of the object.
template <auto Ask, auto Tell>
Result<void> check_taken(GLuint object, GLenum status) {
    GLint is_fine = GL_FALSE;
    Ask(object, status, &is_fine);
    if (is_fine == GL_TRUE) {
        return {};
    }
    Log log{};
    Tell(object, log.size(), nullptr, log.data());
    std::string text = log.data();
    std::ranges::replace(text, '\n', ' ');
    return Failure(Error::unsupported("its driver refuses a shader: " + text));
}

Result<UniqueHandle<ShaderTraits>> compile(GLenum kind, const char* text) {
    UniqueHandle<ShaderTraits> shader(::glCreateShader(kind));
    ::glShaderSource(shader.get(), 1, &text, nullptr);
    ::glCompileShader(shader.get());
    ORIEL_TRY(
        (check_taken<&::glGetShaderiv, &::glGetShaderInfoLog>(shader.get(), GL_COMPILE_STATUS)));
    return shader;
}

Result<UniqueHandle<ProgramTraits>> link(Depth depth) {
    ORIEL_TRY_ASSIGN(const auto vertices, compile(GL_VERTEX_SHADER, kVertices));
    ORIEL_TRY_ASSIGN(const auto colours, compile(GL_FRAGMENT_SHADER, colours_in(depth).c_str()));
    UniqueHandle<ProgramTraits> program(::glCreateProgram());
    ::glAttachShader(program.get(), vertices.get());
    ::glAttachShader(program.get(), colours.get());
    ::glLinkProgram(program.get());
    ORIEL_TRY(
        (check_taken<&::glGetProgramiv, &::glGetProgramInfoLog>(program.get(), GL_LINK_STATUS)));
    return program;
}

GLsizei signed_side(std::uint32_t side) {
    return static_cast<GLsizei>(side);
}

}  // namespace

Result<Canvas> Canvas::make(Depth depth) {
    Canvas canvas;
    canvas.depth_ = depth;
    ORIEL_TRY_ASSIGN(canvas.program_, link(depth));
    canvas.colours_ = RenderbufferTraits::make();
    canvas.framebuffer_ = FramebufferTraits::make();
    return canvas;
}

/// As large as the largest so far: planes of several sizes take turns.
void Canvas::grow(Size size) {
    if (size.width <= size_.width && size.height <= size_.height) {
        return;
    }
    size_ = {std::max(size.width, size_.width), std::max(size.height, size_.height)};
    ::glBindRenderbuffer(GL_RENDERBUFFER, colours_.get());
    ::glRenderbufferStorage(GL_RENDERBUFFER,
                            depth_ == Depth::Eight ? GL_RGBA8 : GL_RGB10_A2,
                            signed_side(size_.width),
                            signed_side(size_.height));
    ::glFramebufferRenderbuffer(
        GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, colours_.get());
}

void Canvas::copy(GLuint texture, Size size) {
    ::glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_.get());
    grow(size);
    // On unless it is switched off.
    ::glDisable(GL_DITHER);
    ::glViewport(0, 0, signed_side(size.width), signed_side(size.height));
    ::glUseProgram(program_.get());
    ::glBindTexture(GL_TEXTURE_EXTERNAL_OES, texture);
    ::glDrawArrays(GL_TRIANGLES, 0, 3);
    // The row that is drawn first in memory is read first: neither is upside down.
    ::glReadPixels(0,
                   0,
                   signed_side(size.width),
                   signed_side(size.height),
                   GL_RGBA,
                   depth_ == Depth::Eight ? GL_UNSIGNED_BYTE : GL_UNSIGNED_INT_2_10_10_10_REV,
                   nullptr);
}

}  // namespace oriel::gpu
