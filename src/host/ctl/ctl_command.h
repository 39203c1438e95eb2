// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "region/target.h"
#include "viewer/control/control_request.h"

namespace oriel {

/// What a person asked of `oriel ctl`.
struct CtlOptions {
    ControlRequest request{};
    std::optional<Target> target;  ///< Empty: the only viewer there is.
    std::optional<std::uint32_t> process;
    std::string file;  ///< Screenshot. Empty: a name from the region's and the time; "-": stdout.
    enum class Output : std::uint8_t { Text, Json } output = Output::Text;
};

/// Asks a running viewer of this user for something. Returns the exit code.
/// Blocks: until it answers; where keys are typed, until they are.
int run_ctl(const CtlOptions& options);

}  // namespace oriel
