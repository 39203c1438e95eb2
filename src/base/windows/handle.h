// SPDX-License-Identifier: MIT
#pragma once

#include "base/unique_handle.h"

namespace oriel {

/// A kernel object's HANDLE. Windows has two values for "none", and says which in each function's
/// page: both count as closed.
struct HandleTraits {
    using Raw = void*;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw);

    static void close(Raw raw) noexcept;
};

using UniqueWindowsHandle = UniqueHandle<HandleTraits>;

}  // namespace oriel
