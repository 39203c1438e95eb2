// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "input/input_sink.h"
#include "input/input_target.h"
#include "input/spice_options.h"

namespace oriel {

/// Opens what `target` names. It connects in the background: what comes of that is in state().
/// None gives no sink; so does Auto, which is for the caller to look up first.
/// `password` is for SPICE, from somebody who was asked, in place of password-file=.
/// Errors: Usage; Unsupported where the module for it is not installed; System.
Result<std::unique_ptr<InputSink>> open_input(const InputTarget& target,
                                              std::optional<std::string> password = std::nullopt);

/// SPICE alone: for who has a connection and no address. Errors: as open_input().
Result<std::unique_ptr<InputSink>> open_spice(SpiceOptions options);

}  // namespace oriel
