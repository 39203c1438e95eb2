// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "region/region.h"
#include "relay/relay_subscriber.h"
#include "relay/subscriber.h"

namespace oriel {

/// The subscriber for the protocol that `region` was found to have. Opened to watch, it only
/// watches. `doorbell`: what to be rung for, where there is one.
///
/// Lifetime: `region` outlives it.
std::unique_ptr<Subscriber> open_subscriber(const Region& region,
                                            SubscriberOptions::Doorbell doorbell);

}  // namespace oriel
