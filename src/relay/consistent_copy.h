// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "relay/fence.h"
#include "relay/shared_bytes.h"

namespace oriel {

/// Copies what stands behind a generation word at `offset`, by calling `copy`: nothing while its
/// writer is at work (odd), before it was ever written (0), or where it changed meanwhile.
///
/// Pairs with the writer's order: odd, fence, words, fence, even. `copy` returns a struct with a
/// member `generation`.
template <class Copy>
auto copy_consistently(const SharedBytes& region, std::uint64_t offset, Copy copy)
    -> std::optional<decltype(copy())> {
    const auto before = region.load(offset);
    if (!before || *before == 0 || *before % 2 != 0) {
        return std::nullopt;
    }
    load_fence();
    const auto value = copy();
    load_fence();
    if (value.generation != *before || region.load(offset) != before) {
        return std::nullopt;
    }
    return value;
}

}  // namespace oriel
