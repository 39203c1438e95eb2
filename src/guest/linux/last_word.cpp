// SPDX-License-Identifier: MIT
#include "guest/last_word.h"

#include <cerrno>
#include <utility>

#include <unistd.h>

#include "abi/viewer.h"
#include "base/linux/last_will.h"
#include "base/process.h"
#include "relay/session_end.h"

namespace oriel {
namespace {

constexpr std::uint32_t kEverybody = (1U << abi::kMaxViewers) - 1;

void await_end() {
    char byte = 0;
    while (::read(LastWill::kNotes, &byte, 1) < 0 && errno == EINTR) {}
}

class WilledWord final : public LastWord {
  public:
    explicit WilledWord(LastWill will) : will_(std::move(will)) {}

  private:
    LastWill will_;
};

}  // namespace

Result<std::unique_ptr<LastWord>> leave_last_word(Region& region) {
    const std::uint32_t agent = process_id();
    ORIEL_TRY_ASSIGN(
        LastWill will,
        LastWill::make({.what = "a last word", .kept = {}, .execute = [&region, agent] {
                            await_end();
                            // Memory and doorbells are mapped.
                            if (end_session(region.memory().bytes(), agent)) {
                                region.ring_viewers(kEverybody);
                            }
                        }}));
    return std::make_unique<WilledWord>(std::move(will));
}

}  // namespace oriel
