// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "abi/viewer.h"
#include "base/clock.h"
#include "relay/shared_bytes.h"

namespace oriel {

/// A viewer's own page: all that it says to the publisher. The truth is in this object and the
/// region gets copies, since loading a snapshot of the VM brings old bytes back.
///
/// A watcher has no page: it says nothing and holds nothing, and every call is without effect.
///
/// Lifetime: borrows the region's memory.
class ViewerWords {
  public:
    /// `viewer` is our index; nothing: a watcher. The region has at least abi::kMinRegionSize
    /// bytes.
    ViewerWords(SharedBytes region, std::optional<std::uint32_t> viewer, std::uint32_t flags);

    bool has_page() const { return place_.has_value(); }

    /// Which of the pages it is; 0 for a watcher.
    std::uint32_t index() const { return index_; }

    /// Enters the session of that nonce as somebody new: no holds, nothing seen, no messages.
    void enter(std::uint64_t nonce);
    void leave();

    /// What we wrote last still stands there. Not so after a snapshot was loaded.
    bool are_in_place() const;

    /// Moves the tick; what stands there is written afresh.
    void tick();

    /// Sends a ping in the next tick(); its id is then ping_id().
    void prepare_ping(Nanoseconds now);

    std::uint32_t ping_id() const { return page_.ping_id; }

    std::uint64_t instance() const { return page_.instance; }

    bool is_full(std::uint32_t output) const;

    /// Stores a hold; is_full() said no. Returns which of the output's holds it is. The caller
    /// fences.
    std::uint32_t hold(std::uint32_t output, std::uint64_t word);

    /// Clears that hold if it is still this one.
    void release(std::uint32_t output, std::uint32_t hold, std::uint64_t word);

    void set_seen(std::uint32_t output, std::uint64_t sequence);
    enum class Visibility : std::uint8_t { Hidden, Visible };
    void set_visible(Visibility visibility);
    void set_refresh(std::uint32_t mhz, Nanoseconds phase);
    void set_messages_written(std::uint64_t bytes);
    void set_messages_read(std::uint64_t bytes);

    /// The ring for what we send; a watcher has none.
    std::optional<SharedBytes> ring() const;

  private:
    void write_page();
    void write_word(std::size_t field, std::uint64_t word);

    SharedBytes region_;
    std::optional<std::uint64_t> place_;
    std::uint32_t index_;
    abi::ViewerPage page_{};
};

}  // namespace oriel
