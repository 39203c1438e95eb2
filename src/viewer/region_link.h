// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "region/region.h"
#include "region/target.h"
#include "relay/relay_subscriber.h"
#include "relay/subscriber.h"

namespace oriel {

/// The region that a viewer shows, and the viewer's place in it.
///
/// Threads: the viewer's. Blocks: open(), for as long as a broker takes to answer.
class RegionLink {
  public:
    RegionLink(Target target, SubscriberOptions::Doorbell doorbell);
    ~RegionLink();
    RegionLink(const RegionLink&) = delete;
    RegionLink& operator=(const RegionLink&) = delete;

    /// Opens it, or anew what has that name now: nobody may use the ones before any more. Errors:
    /// there is none; is_open() is false then.
    Result<void> open();

    bool is_open() const { return subscriber_ != nullptr; }

    Region& region() const { return *region_; }

    Subscriber& subscriber() const { return *subscriber_; }

    const SessionStatus& status() const { return subscriber_->status(); }

    /// The publisher has to hear of something.
    void ring() const { region_->ring_publisher(); }

    /// Acts on what the subscriber found: rings where that is due.
    void apply(const Subscriber::Changes& changes) const;

    enum class Turn : std::uint8_t {
        None,
        BrokerBack,  ///< Its descriptors are others.
        Replaced,    ///< The name leads to another region: open() is due.
    };

    /// At each tick: looks for a broker that is gone.
    Turn serve() const;

    /// What stands in the window instead of a picture; empty: a picture does.
    std::string text() const;

    /// The region as a person types it.
    std::string name() const { return target_.text(); }

    /// What to do where the guest's screen does not fit; empty: it does.
    std::string cure() const;

    /// Its file became shorter than it was.
    std::optional<Error> truncation() const;

    /// Zero where it could not be opened again.
    std::uint64_t fault_count() const { return is_open() ? subscriber_->fault_count() : 0; }

    /// Takes our words back.
    void leave();

  private:
    Target target_;
    SubscriberOptions::Doorbell doorbell_;
    std::unique_ptr<Region> region_;
    std::unique_ptr<Subscriber> subscriber_;
};

}  // namespace oriel
