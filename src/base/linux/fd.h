// SPDX-License-Identifier: MIT
#pragma once

#include "base/unique_handle.h"

namespace oriel {

struct FdTraits {
    using Raw = int;

    static Raw closed() { return -1; }

    static bool is_open(Raw raw) { return raw >= 0; }

    static void close(Raw raw) noexcept;
};

using UniqueFd = UniqueHandle<FdTraits>;

}  // namespace oriel
