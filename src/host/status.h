// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "region/target.h"

namespace oriel {

/// What a person asked of `oriel status`.
struct StatusOptions {
    std::optional<Target> target;  ///< None: every region that is running.
    enum class Output : std::uint8_t { Text, Json } output = Output::Text;
};

/// Says what regions carry, as a watcher sees it: nobody is disturbed. Returns the exit code.
///
/// Blocks: half a second, to count frames.
int run_status(const StatusOptions& options);

}  // namespace oriel
