// SPDX-License-Identifier: MIT
#include "guest/linux/last_word.h"

#include <cerrno>

#include <unistd.h>

#include "abi/viewer.h"
#include "relay/session_end.h"

namespace oriel {
namespace {

constexpr std::uint32_t kEverybody = (1U << abi::kMaxViewers) - 1;

void await_end() {
    char byte = 0;
    while (::read(LastWill::kNotes, &byte, 1) < 0 && errno == EINTR) {}
}

}  // namespace

Result<LastWill> leave_last_word(Region& region) {
    const auto agent = static_cast<std::uint32_t>(::getpid());
    return LastWill::make({.what = "a last word", .kept = {}, .execute = [&region, agent] {
                               await_end();
                               // Memory and doorbells are mapped.
                               if (end_session(region.memory().bytes(), agent)) {
                                   region.ring_viewers(kEverybody);
                               }
                           }});
}

}  // namespace oriel
