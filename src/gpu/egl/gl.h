// SPDX-License-Identifier: MIT
#pragma once

// EGL and OpenGL ES with their extensions: in this order, as each needs those before it. Without
// what X11 would define.
// NOLINTNEXTLINE(readability-identifier-naming): the name is EGL's
#define EGL_NO_X11
// clang-format off
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GLES3/gl3.h>
#include <GLES2/gl2ext.h>
// clang-format on
