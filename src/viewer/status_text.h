// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "region/region.h"
#include "relay/subscriber.h"

namespace oriel {

/// What stands in the window while there is no live picture; empty when there is one to show.
/// `target`: the region as the person typed it. `how_to_enlarge`: see cure_of().
std::string status_text(const SessionStatus& status,
                        const std::string& target,
                        const std::string& how_to_enlarge);

/// Region::how_to_enlarge() where the guest's screen does not fit, else empty.
std::string cure_of(const SessionStatus& status, const Region& region);

/// What is said of the machine's own screen while it is shown in place of an agent's picture:
/// "no agent", or why one that is there has none. One line.
std::string no_agent_mark(const SessionStatus& status, const std::string& how_to_enlarge);

/// "host name - Oriel (note)"; the region's name where the guest has not told its own, its UUID
/// where it tells one, what is wrong with its picture and `mark` before the note, no brackets where
/// there is none.
std::string window_title(const SessionStatus& status,
                         const std::string& region,
                         const std::string& mark,
                         const std::string& note);

/// What the region has no room for, and the cure; empty where the picture is whole.
std::string cut_off_text(const SessionStatus& status);

/// "waiting", "live", "silent", ...: for scripts.
const char* state_word(SessionStatus::State state);

}  // namespace oriel
