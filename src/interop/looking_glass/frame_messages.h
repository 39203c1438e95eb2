// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "interop/looking_glass/frame_message.h"
#include "interop/looking_glass/late_bytes.h"
#include "interop/looking_glass/message_queue.h"
#include "interop/looking_glass/shared_words.h"
#include "relay/damage.h"
#include "relay/frame_feed.h"

namespace oriel::looking_glass {

/// The frames of a region, from its frame queue: newest wins, holds, damage over skipped frames.
///
/// The producer has two blocks for pixels and waits while both belong to messages that a subscriber
/// has not finished. So a message is finished as soon as its frame was shown or a newer one is
/// whole; and after kLongest whatever it is needed for: a subscriber that takes a second loses its
/// place. From then on the block may be rewritten, which is_current() tells.
///
/// A frame that is whole is told at once, and may lack bytes that come late (LateBytes). Who took
/// it then has it as news once more, with the damage of where those may be; or has that in the
/// damage of the frame after it, whichever is first.
///
/// Trust: numbers of the region are checked copies; the count of written bytes is the producer's
/// word at any moment and cut to the picture's.
class FrameMessages final : public FrameFeed {
  public:
    /// How long a message is kept from being finished at most.
    static constexpr Nanoseconds kLongest = std::chrono::milliseconds(400);

    explicit FrameMessages(const SharedWords& memory) : memory_(memory) {}

    /// Takes in what `queue` has, and finishes what is not needed any more. Only as a member.
    /// Returns how the queue is. Errors: the first fault there was; everything else was taken in.
    Result<MessageQueue::Poll, RegionFault> collect(MessageQueue& queue, Nanoseconds now);

    /// The place in the queue was lost: what was held there is not ours to finish any more.
    void lose_place();

    /// The message posted last, of a queue that we only watch.
    Result<void, RegionFault> watch(const MessageQueue& queue);

    Result<FoundFrame, RegionFault> newest(Wanted wanted) const override;
    bool is_current(const FoundFrame& frame) const override;
    FrameProgress progress(const FoundFrame& frame) const override;

    /// Not told.
    Nanoseconds finish_time(const FoundFrame& /*frame*/) const override { return Nanoseconds(0); }

    bool has_news(Wanted wanted) const;

    struct Taken {
        FoundFrame found;
        Damage damage;
        Nanoseconds settles_in;
    };

    /// As Subscriber::take().
    Result<Taken, RegionFault> take(Wanted wanted, std::uint64_t since);

    void retake() { taken_ = 0; }

    /// `queue`: null where it is no member any more.
    void release(std::uint64_t sequence, MessageQueue* queue);
    bool is_full() const;

    /// The newest one, for what it tells beside the picture; nothing before the first.
    const FrameMessage* last() const { return posts_.empty() ? nullptr : &posts_.back().frame; }

  private:
    struct Post {
        FrameMessage frame;
        std::uint32_t slot;  ///< Of the message's ring.
        Nanoseconds arrived;
        std::uint32_t holders = 0;
        bool is_owed = true;            ///< It is not finished yet.
        mutable bool is_whole = false;  ///< Seen to be: it does not become less.
        std::optional<Nanoseconds> whole_since = std::nullopt;
        bool is_settled = false;  ///< Whole for so long that no bytes are late.
    };

    /// What is told of a frame after it is gone.
    struct Logged {
        Damage damage;  ///< Since the frame before.
        LateBytes late;
        bool was_taken_early = false;  ///< Some of those may be missing where it was taken to.
    };

    static constexpr std::uint64_t kLogged = 32;

    void add(const FrameMessage& told, std::uint32_t slot, Nanoseconds now);
    void note_whole(Nanoseconds now);
    void settle(MessageQueue* queue, Nanoseconds now);
    bool is_whole(const Post& post) const;
    bool is_news(const Post& post) const;
    bool is_intact(const FrameMessage& frame) const;
    std::uint64_t written(std::uint64_t pixel_offset) const;
    const Post* newest_post(Wanted wanted) const;
    FoundFrame found(const Post& post) const;
    Damage damage_since(std::uint64_t since, const Post& post) const;

    SharedWords memory_;
    std::vector<Post> posts_;  ///< Oldest first; those held, and the newest. A handful.
    std::uint64_t sequence_ = 0;
    std::uint64_t taken_ = 0;
    bool is_taken_early_ = false;  ///< That one is not settled where it was taken to.
    std::uint32_t last_serial_ = 0;
    std::uint32_t last_format_ = 0;
    bool is_chain_broken_ = true;  ///< A frame was missed: the next one's damage tells too little.
    LateBytes last_late_;          ///< The last frame's, by what was told of it alone.
    std::array<Logged, kLogged> log_;
};

}  // namespace oriel::looking_glass
