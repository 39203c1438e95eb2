// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/result.h"
#include "region/broker_options.h"

namespace oriel {

struct BrokerCommandOptions {
    BrokerOptions broker;
    enum class Output : std::uint8_t { Text, Json } output = Output::Text;
};

/// `oriel broker`: says on stdout how to connect, then serves until a signal ends it.
/// The exit code is 0 then.
/// Errors: as Broker::start(), and where there is no memory.
Result<int> run_broker(const BrokerCommandOptions& options);

}  // namespace oriel
