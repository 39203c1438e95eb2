// SPDX-License-Identifier: MIT
#include "region/doorbells.h"

#include <utility>

#include <fcntl.h>

#include "base/linux/event_fd.h"

namespace oriel {

Result<Doorbells> Doorbells::create(Life life) {
    Doorbells made;
    for (UniqueFd& doorbell : made.doorbells_) {
        ORIEL_TRY_ASSIGN(doorbell, create_event_fd());
    }
    made.unknown_ = life == Life::TakenUp ? (1U << PeerLocks::kPlaces) - 1 : 0;
    return made;
}

void Doorbells::clear(unsigned place) const noexcept {
    static_cast<void>(::fcntl(doorbells_[place].get(), F_SETFL, O_NONBLOCK));
    static_cast<void>(drain_event_fd(doorbells_[place]));
}

void Doorbells::ring(unsigned place) const noexcept {
    ring_event_fd(doorbells_[place]);
}

bool Doorbells::take_back(unsigned place, UniqueFd doorbell) {
    if (!is_unknown(place)) {
        return false;
    }
    doorbells_[place] = std::move(doorbell);
    unknown_ &= ~(1U << place);
    // It may have been made blocking; what was rung meanwhile is still news to its holder.
    static_cast<void>(::fcntl(doorbells_[place].get(), F_SETFL, O_NONBLOCK));
    return true;
}

}  // namespace oriel
