// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/unique_handle.h"

namespace oriel {

/// How far Windows lets the agent go ahead of others, so that a game which takes the whole machine
/// does not hold up its capture: the thread is put among those that capture (MMCSS), the process's
/// work on the GPU before others'. What is refused is left as it is.
///
/// Lifetime: the thread's part ends with this; the process keeps its place on the GPU.
/// Threads: made and ended on the thread that captures.
class Haste {
  public:
    static Haste take();

    /// What came of it, for a debug line.
    const std::string& description() const { return description_; }

  private:
    struct ThreadTraits {
        using Raw = void*;

        static Raw closed() { return nullptr; }

        static bool is_open(Raw raw) { return raw != nullptr; }

        static void close(Raw raw) noexcept;
    };

    UniqueHandle<ThreadTraits> thread_;
    std::string description_;
};

}  // namespace oriel
