// SPDX-License-Identifier: MIT
#include "interop/looking_glass/frame_messages.h"

#include <algorithm>

#include "relay/fence.h"
#include "relay/shared_bytes.h"

namespace oriel::looking_glass {
namespace {

/// Looked through in one go at most: a ring that never ends cannot keep us.
constexpr int kMostMessages = 64;

constexpr std::size_t kMostHolds = 2;

/// More than a producer of two blocks can have on their way.
constexpr std::size_t kMostKept = 4;

std::uint64_t generation_of(const FrameMessage& frame) {
    return std::uint64_t{frame.block} << 32U | frame.serial;
}

}  // namespace

Result<MessageQueue::Poll, RegionFault> FrameMessages::collect(MessageQueue& queue,
                                                               Nanoseconds now) {
    std::optional<RegionFault> fault;
    for (int i = 0; i < kMostMessages; ++i) {
        const auto polled = queue.poll();
        if (!polled) {
            return Failure(polled.error());
        }
        if (polled->poll == MessageQueue::Poll::Empty) {
            break;
        }
        if (polled->poll != MessageQueue::Poll::Message) {
            lose_place();
            return polled->poll;
        }
        auto frame = read_frame_message(memory_, polled->message.offset);
        if (!frame) {
            queue.finish(polled->slot);
            is_chain_broken_ = true;
            fault = fault.value_or(frame.error());
            continue;
        }
        const FrameMessage* const before = last();
        if (before != nullptr && before->serial == frame->serial && before->block == frame->block &&
            before->format_version == frame->format_version) {
            queue.finish(polled->slot);  // Posted again, for another subscriber that is new.
            continue;
        }
        add(*frame, polled->slot, now);
        settle(&queue, now);
    }
    note_whole(now);
    settle(&queue, now);
    if (fault) {
        return Failure(*fault);
    }
    return MessageQueue::Poll::Empty;
}

void FrameMessages::add(const FrameMessage& told, std::uint32_t slot, Nanoseconds now) {
    FrameMessage frame = told;
    const bool follows = !is_chain_broken_ && frame.serial == last_serial_ + 1 &&
                         frame.format_version == last_format_ && !frame.damage.is_empty();
    last_serial_ = frame.serial;
    last_format_ = frame.format_version;
    is_chain_broken_ = false;
    frame.info.sequence = ++sequence_;
    // Written is what is damaged, and in this block's turn the frame before it; or everything.
    LateBytes late = frame.late;
    const Rect all = Rect::of(frame.info.geometry.size);
    if (!frame.damage.is_empty() && !frame.damage.covers(all)) {
        late.add(follows ? last_late_ : LateBytes::unknown(frame.info.geometry.size));
    }
    last_late_ = frame.late;
    log_[sequence_ % kLogged] = {
        .damage = follows ? frame.damage : Damage::whole(frame.info.geometry.size), .late = late};
    posts_.push_back({.frame = frame, .slot = slot, .arrived = now});
}

void FrameMessages::note_whole(Nanoseconds now) {
    for (Post& post : posts_) {
        if (is_whole(post)) {
            post.whole_since = post.whole_since.value_or(now);
            post.is_settled = now - *post.whole_since >= LateBytes::kSettling;
        }
    }
}

/// Finishes and forgets what is not needed: frames older than one that is whole, unless held; what
/// was kept for too long; and all but the newest few, of a producer that posts without waiting.
void FrameMessages::settle(MessageQueue* queue, Nanoseconds now) {
    const Post* const whole = newest_post(Wanted::Finished);
    const std::uint64_t newest_whole = whole == nullptr ? 0 : whole->frame.info.sequence;
    for (std::size_t i = 0; i < posts_.size(); ++i) {
        Post& post = posts_[i];
        const std::uint64_t sequence = post.frame.info.sequence;
        const bool is_wanted =
            sequence > newest_whole || (sequence == newest_whole && sequence > taken_);
        const bool is_recent = i + kMostKept >= posts_.size() && now - post.arrived <= kLongest;
        const bool is_used = (post.holders > 0 || is_wanted) && is_recent;
        if (post.is_owed && !is_used) {
            post.is_owed = false;
            if (queue != nullptr) {
                queue->finish(post.slot);
            }
        }
    }
    std::erase_if(posts_, [this, newest_whole](const Post& post) {
        const std::uint64_t sequence = post.frame.info.sequence;
        return !post.is_owed && post.holders == 0 && sequence != sequence_ &&
               sequence != newest_whole;
    });
}

void FrameMessages::lose_place() {
    for (Post& post : posts_) {
        post.is_owed = false;
        post.holders = 0;
    }
    is_chain_broken_ = true;
}

Result<void, RegionFault> FrameMessages::watch(const MessageQueue& queue) {
    const auto message = queue.latest();
    if (!message) {
        return Failure(message.error());
    }
    if (!*message) {
        return {};
    }
    auto frame = read_frame_message(memory_, (*message)->offset);
    if (!frame) {
        return Failure(frame.error());
    }
    frame->info.sequence = std::uint64_t{frame->serial} + 1;
    log_[frame->info.sequence % kLogged].late = LateBytes::unknown(frame->info.geometry.size);
    posts_.assign(1, {.frame = *frame, .slot = 0, .arrived = {}, .is_owed = false});
    return {};
}

std::uint64_t FrameMessages::written(std::uint64_t pixel_offset) const {
    // ACQUIRE rows: what lies below the count is in place.
    return memory_.word<std::uint32_t>(pixel_offset - 4).load();
}

bool FrameMessages::is_whole(const Post& post) const {
    post.is_whole = post.is_whole || written(post.frame.pixel_offset) >= post.frame.bytes_to_come;
    return post.is_whole;
}

/// The producer writes a block's header before anything else of its next frame.
bool FrameMessages::is_intact(const FrameMessage& frame) const {
    return memory_.load(frame.block + kFrameSerial) == frame.serial;
}

const FrameMessages::Post* FrameMessages::newest_post(Wanted wanted) const {
    for (std::size_t i = posts_.size(); i-- > 0;) {
        // One that we wait for no longer is no news until it is whole.
        if (is_whole(posts_[i]) || (wanted == Wanted::Announced && posts_[i].is_owed)) {
            return &posts_[i];
        }
    }
    return nullptr;
}

FoundFrame FrameMessages::found(const Post& post) const {
    const FrameMessage& frame = post.frame;
    const auto pixels =
        SharedBytes(memory_.unparsed()).slice(frame.pixel_offset, frame.info.geometry.bytes());
    ORIEL_ASSERT(pixels);  // read_frame_message() keeps it inside.
    return {.info = frame.info,
            .slot = post.slot,
            .generation = generation_of(frame),
            .region_offset = frame.pixel_offset,
            .pixels = *pixels};
}

Result<FoundFrame, RegionFault> FrameMessages::newest(Wanted wanted) const {
    const Post* const post = newest_post(wanted);
    if (post == nullptr) {
        return Failure(RegionFault::NoPublisher);
    }
    return found(*post);
}

bool FrameMessages::is_current(const FoundFrame& frame) const {
    // Pixels read before this are judged by it.
    load_fence();
    const auto block = static_cast<std::uint32_t>(frame.generation >> 32U);
    return memory_.load(block + kFrameSerial) == static_cast<std::uint32_t>(frame.generation);
}

FrameProgress FrameMessages::progress(const FoundFrame& frame) const {
    const FrameGeometry& geometry = frame.info.geometry;
    const std::uint64_t bytes = written(frame.region_offset);
    if (!is_current(frame)) {
        return {FrameProgress::Outcome::Gone, 0};
    }
    if (bytes >= std::uint64_t{geometry.size.height} * geometry.stride) {
        return {FrameProgress::Outcome::Finished, geometry.size.height};
    }
    const std::uint64_t rows = bytes / geometry.stride;
    const std::uint64_t late = log_[frame.info.sequence % kLogged].late.rows;
    return {FrameProgress::Outcome::Writing,
            static_cast<std::uint32_t>(rows > late ? rows - late : 0)};
}

bool FrameMessages::has_news(Wanted wanted) const {
    const Post* const post = newest_post(wanted);
    return post != nullptr && is_news(*post);
}

bool FrameMessages::is_news(const Post& post) const {
    const std::uint64_t sequence = post.frame.info.sequence;
    return sequence > taken_ || (sequence == taken_ && is_taken_early_ && post.is_settled);
}

Result<FrameMessages::Taken, RegionFault> FrameMessages::take(Wanted wanted, std::uint64_t since) {
    const Post* const newest = newest_post(wanted);
    if (newest == nullptr || !is_news(*newest)) {
        return Failure(RegionFault::NoPublisher);
    }
    if (!is_intact(newest->frame)) {
        return Failure(RegionFault::FrameInFlux);
    }
    Post& post = posts_[static_cast<std::size_t>(newest - posts_.data())];
    ++post.holders;
    taken_ = post.frame.info.sequence;
    is_taken_early_ = !post.is_settled;
    const Damage damage = damage_since(since, post);
    log_[taken_ % kLogged].was_taken_early |= is_taken_early_;
    return Taken{found(post), damage, is_taken_early_ ? LateBytes::kSettling : Nanoseconds(0)};
}

Damage FrameMessages::damage_since(std::uint64_t since, const Post& post) const {
    const std::uint64_t until = post.frame.info.sequence;
    const Size size = post.frame.info.geometry.size;
    if (since == 0 || since > until || sequence_ - since >= kLogged) {
        return Damage::whole(size);
    }
    const Logged& before = log_[since % kLogged];
    if (since == until && !before.was_taken_early) {
        return Damage::whole(size);
    }
    Damage damage = before.was_taken_early ? before.late.area : Damage();
    for (std::uint64_t sequence = since + 1; sequence <= until; ++sequence) {
        damage.add(log_[sequence % kLogged].damage);
    }
    damage.clip(Rect::of(size));
    return damage;
}

void FrameMessages::release(std::uint64_t sequence, MessageQueue* queue) {
    for (Post& post : posts_) {
        if (post.frame.info.sequence == sequence && post.holders > 0) {
            --post.holders;
        }
    }
    settle(queue, Nanoseconds(0));
}

bool FrameMessages::is_full() const {
    const auto held =
        std::ranges::count_if(posts_, [](const Post& post) { return post.holders > 0; });
    return static_cast<std::size_t>(held) >= kMostHolds;
}

}  // namespace oriel::looking_glass
