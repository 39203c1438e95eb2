// SPDX-License-Identifier: MIT
#pragma once

// Microsoft's headers of Direct3D 12, in the order that mingw wants: the last one has the numbers
// of the interfaces.
// clang-format off
#include <unknwn.h>
#include <directx/d3d12.h>
#include <dxguids/dxguids.h>
// clang-format on
