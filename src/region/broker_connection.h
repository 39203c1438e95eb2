// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/linux/fd.h"
#include "base/result.h"
#include "region/peer_protocol.h"

namespace oriel {

/// A non-blocking connection to the broker at `socket`; `description` is a person's word for the
/// region.
/// Errors: NotFound (what to start), System (who may).
Result<UniqueFd> connect_to_broker(const std::string& socket, const std::string& description);

/// An answer that does not serve, as an error for a person.
Error refusal_error(const Answer& answer);

}  // namespace oriel
