// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/linux/fd.h"
#include "base/result.h"
#include "region/peer_locks.h"

namespace oriel {

/// The eventfds of a region: one for each viewer's place, one for the publisher's.
///
/// They stay with their place for the life of the memory: QEMU is told of them once, when it
/// connects, and a place that is lent anew keeps its own.
///
/// Trust: peers share these descriptions, so one may drain, fill or block what it was lent.
class Doorbells {
  public:
    /// What those that were connected before know of these doorbells.
    enum class Life : std::uint8_t {
        Fresh,    ///< Nobody is connected yet.
        TakenUp,  ///< An earlier broker lent others, which survivors may bring back.
    };

    static Result<Doorbells> create(Life life);

    const UniqueFd& at(unsigned place) const { return doorbells_[place]; }

    /// Before a place is lent: no rings of its former holder, and not blocking.
    void clear(unsigned place) const noexcept;

    void ring(unsigned place) const noexcept;

    /// A survivor's own one takes the place of ours, unless one in force is there already.
    /// True if it did. Trust: `doorbell` is proven to be an eventfd.
    bool take_back(unsigned place, UniqueFd doorbell);

    /// The holder of that place came back, and was told that the virtual machine does not know the
    /// one in force.
    void is_not_known(unsigned place) { unknown_ |= 1U << place; }

    /// Whoever rings them (QEMU, a publisher) has just been given all that are in force.
    void all_are_known() { unknown_ = 0; }

    /// The one in force is ours, and who was connected before does not know it.
    bool is_unknown(unsigned place) const { return (unknown_ >> place & 1U) != 0; }

  private:
    Doorbells() = default;

    std::array<UniqueFd, PeerLocks::kPlaces> doorbells_;
    std::uint32_t unknown_ = 0;  ///< Bit n: place n.
};

}  // namespace oriel
