// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "relay/shared_bytes.h"

namespace oriel {

/// What the region's broker says of it, as copied at one moment.
struct BrokerNews {
    enum class Presence : std::uint8_t {
        NoBroker,  ///< The region was never a broker's.
        Nobody,    ///< Neither a publisher on the host nor a VM is connected.
        Somebody,
    };
    Presence presence = Presence::NoBroker;
    std::uint32_t slots = 0;    ///< Slots wanted for each output; 0: the publisher's choice.
    std::uint32_t viewers = 0;  ///< Bit n: index n is lent out.
    std::string name;
};

/// Trust: anybody who can write the region can write this page; every value is checked here.
BrokerNews read_broker_page(SharedBytes region);

/// Presence alone, cheaply.
BrokerNews::Presence read_presence(SharedBytes region);

}  // namespace oriel
