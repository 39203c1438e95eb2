// SPDX-License-Identifier: MIT
#include "interop/looking_glass/subscriber.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "interop/looking_glass/recognise.h"
#include "interop/looking_glass/wire.h"

namespace oriel::looking_glass {
namespace {

/// The heartbeat moves each 10 ms; still for so long, its producer is taken for dead. So long also
/// may a producer that starts take to have everything in place.
constexpr Nanoseconds kSilence = std::chrono::seconds(1);

/// A producer that runs has shown it by then.
constexpr Nanoseconds kFirstBeat = std::chrono::milliseconds(300);

/// Looked at in one go at most; shapes may be a megabyte each, and B7 has three on their way.
constexpr int kMostPointerMessages = 64;
constexpr int kMostShapes = 3;

constexpr std::size_t kBlocks = 2;

std::uint32_t random_client() {
    return static_cast<std::uint32_t>(random_u64()) | 1U;
}

std::string other_version(const std::string& version) {
    return fmt::format(
        "this guest runs Looking Glass {}, and Oriel shows B7:\ninstall the B7 host application "
        "in the guest, or oriel-guest",
        version);
}

}  // namespace

LookingGlassSubscriber::LookingGlassSubscriber(std::span<std::byte> region, Part part)
    : memory_(region), part_(part), client_(random_client()) {
    status_.protocol = RegionProtocol::LookingGlass;
    outputs_.push_back({.id = 1, .name = "screen", .slots = std::vector<abi::SlotPlace>(kBlocks)});
}

void LookingGlassSubscriber::note_fault(RegionFault fault) {
    ++fault_count_;
    last_fault_ = fault;
}

void LookingGlassSubscriber::set_state(SessionStatus::State state, std::string explanation) {
    status_.state = state;
    status_.explanation = std::move(explanation);
}

void LookingGlassSubscriber::refuse(RegionFault fault, std::string explanation) {
    if (status_.state != SessionStatus::State::Refused || status_.fault != fault) {
        note_fault(fault);
    }
    status_.fault = fault;
    set_state(SessionStatus::State::Refused, std::move(explanation));
}

Subscriber::Changes LookingGlassSubscriber::refresh(Nanoseconds now) {
    Changes changes;
    const bool had_session = session_ != nullptr;
    const bool is_shown = memory_.holds(0, header::kUserData) &&
                          memory_.load(header::kMagic) == kMagic &&
                          memory_.load(header::kVersion) == kTransportVersion;
    if (is_shown) {
        find_session(now, changes);
        follow_session(now);
        return changes;
    }
    close_session();
    changes.session = had_session;
    const Mark mark = recognise(memory_);
    if (mark.kind == Mark::Kind::Other) {
        refuse(RegionFault::OtherMajor, other_version(mark.version));
    } else {
        set_state(SessionStatus::State::NoPublisher,
                  "waiting for the guest's Looking Glass host application");
    }
    return changes;
}

void LookingGlassSubscriber::close_session() {
    session_.reset();
    const auto state = status_.state;
    const auto fault = status_.fault;
    status_ = {};
    status_.protocol = RegionProtocol::LookingGlass;
    status_.state = state;  // What follows says what it is now; refuse() compares.
    status_.fault = fault;
}

void LookingGlassSubscriber::find_session(Nanoseconds now, Changes& changes) {
    const std::uint32_t number = memory_.word<std::uint32_t>(header::kSession).load();
    const std::uint64_t heartbeat = memory_.word<std::uint64_t>(header::kHeartbeat).load();
    if (session_ && session_->number != number) {
        close_session();
    }
    if (!session_) {
        session_ = std::make_unique<Session>(memory_, number, now);
        ++sessions_;
        heartbeat_ = heartbeat;
        last_beat_ = now;
        is_beating_ = false;
        changes.session = true;
    }
    if (heartbeat_ != heartbeat) {
        heartbeat_ = heartbeat;
        last_beat_ = now;
        is_beating_ = true;
    }
}

bool LookingGlassSubscriber::is_patient(Nanoseconds now) const {
    return now - session_->began <= kSilence;
}

void LookingGlassSubscriber::follow_session(Nanoseconds now) {
    if (!is_beating_) {
        const bool is_new = now - session_->began <= kFirstBeat;
        set_state(is_new ? SessionStatus::State::Waiting : SessionStatus::State::NoPublisher,
                  is_new ? "looking for the guest's Looking Glass host application"
                         : "the guest's Looking Glass host application is not running:\nstart it "
                           "in the guest");
        return;
    }
    if (now - last_beat_ > kSilence) {
        set_state(SessionStatus::State::Silent,
                  "the guest's Looking Glass host application does not answer");
        return;
    }
    if (!session_->is_introduced) {
        introduce(now);
    }
    if (!session_->is_introduced || !find_queues(now)) {
        return;
    }
    if (part_ == Part::Watches) {
        watch();
    } else {
        subscribe(now);
    }
    describe_picture();
}

/// What the producer says of itself. While it starts, this may still be its predecessor's.
void LookingGlassSubscriber::introduce(Nanoseconds now) {
    const std::uint32_t claimed_size = memory_.word<std::uint32_t>(header::kUserDataSize).load();
    std::vector<std::byte> bytes(std::min(claimed_size, kMaxUserData));
    Result<GuestInfo, RegionFault> info = Failure(RegionFault::BadUserData);
    if (claimed_size <= kMaxUserData && memory_.copy_out(header::kUserData, bytes)) {
        info = parse_user_data(bytes);
    }
    if (!info) {
        if (is_patient(now)) {
            set_state(SessionStatus::State::Waiting,
                      "the guest's Looking Glass host application starts");
        } else {
            refuse(info.error(), {});
        }
        return;
    }
    if (info->format_version != kFormatVersion) {
        refuse(RegionFault::OtherMajor,
               other_version(fmt::format("development version (LGMP {}, KVMFR {})",
                                         kTransportVersion,
                                         info->format_version)));
        return;
    }
    status_.agent = fmt::format("Looking Glass {}", info->producer);
    status_.host_name = info->system;
    status_.uuid = info->uuid;
    status_.source = info->capture;
    session_->is_introduced = true;
}

/// Both are made one after the other, while the heartbeat may move already.
bool LookingGlassSubscriber::find_queues(Nanoseconds now) {
    for (const auto& [id, place] : {std::pair(queue::kFrameId, &session_->frame_queue),
                                    std::pair(queue::kPointerId, &session_->pointer_queue)}) {
        if (*place) {
            continue;
        }
        auto found = MessageQueue::find(memory_, id);
        if (found && *found) {
            *place = *found;
        } else if (is_patient(now)) {
            set_state(SessionStatus::State::Waiting,
                      "the guest's Looking Glass host application starts");
            return false;
        } else {
            refuse(RegionFault::BadQueue, {});
            return false;
        }
    }
    return true;
}

void LookingGlassSubscriber::watch() {
    // Without a place there is nothing to tell that what was found is not there any more.
    if (const auto found = MessageQueue::find(memory_, queue::kFrameId); found && *found) {
        session_->frame_queue = *found;
    }
    const auto watched = session_->frames.watch(*session_->frame_queue);
    if (!watched) {
        note_fault(watched.error());
    }
    set_state(SessionStatus::State::Live, {});
}

void LookingGlassSubscriber::subscribe(Nanoseconds now) {
    // What a member does not collect, the producer waits for: each by itself.
    const bool has_pointer = join(session_->pointer_queue, now);
    if (has_pointer) {
        collect_pointer();
    }
    if (!has_pointer || !join(session_->frame_queue, now)) {
        return;
    }
    session_->locked_since.reset();
    collect(now);
}

/// True: a member. Else the state says what it waits for, once that takes long.
bool LookingGlassSubscriber::join(std::optional<MessageQueue>& queue, Nanoseconds now) {
    if (queue->is_member()) {
        return true;
    }
    const auto joined = queue->join(client_);
    if (!joined) {
        refuse(joined.error(), {});
        return false;
    }
    if (*joined == MessageQueue::Joined::Yes) {
        return true;
    }
    if (*joined == MessageQueue::Joined::Full) {
        set_state(SessionStatus::State::Waiting,
                  "the guest's Looking Glass has as many viewers as it takes: close one");
        return false;
    }
    if (!session_->locked_since) {
        session_->locked_since = now;
    }
    if (now - *session_->locked_since > kSilence) {
        set_state(SessionStatus::State::Waiting,
                  "a lock of the guest's Looking Glass is held by somebody who is gone:\nrestart "
                  "its host application in the guest");
    }
    return false;
}

void LookingGlassSubscriber::collect(Nanoseconds now) {
    const auto collected = session_->frames.collect(*session_->frame_queue, now);
    if (!collected) {
        if (collected.error() == RegionFault::BadQueue) {
            refuse(collected.error(), {});
            return;
        }
        note_fault(collected.error());
    } else if (*collected == MessageQueue::Poll::Lost) {
        session_->frame_queue.reset();
    }
    set_state(SessionStatus::State::Live, {});
}

void LookingGlassSubscriber::collect_pointer() {
    MessageQueue& queue = *session_->pointer_queue;
    int shapes = 0;
    for (int i = 0; i < kMostPointerMessages && shapes < kMostShapes; ++i) {
        const auto polled = queue.poll();
        if (!polled) {
            note_fault(polled.error());
            return;
        }
        if (polled->poll == MessageQueue::Poll::Lost) {
            session_->pointer_queue.reset();
            return;
        }
        if (polled->poll != MessageQueue::Poll::Message) {
            return;
        }
        shapes += (polled->message.user_data & kPointerHasShape) != 0 ? 1 : 0;
        const auto taken = session_->pointer.take(memory_, polled->message);
        queue.finish(polled->slot);
        if (!taken) {
            note_fault(taken.error());
        }
    }
}

void LookingGlassSubscriber::describe_picture() {
    if (session_->frame_queue) {
        status_.attached = session_->frame_queue->members();
    }
    if (const FrameMessage* const last = session_->frames.last()) {
        status_.frames = last->info.sequence;
        status_.bytes_needed = last->region_needed;
        status_.is_picture_cut_off = last->region_needed != 0;
    }
}

void LookingGlassSubscriber::leave() {
    // What lies there may have become somebody else's since the last look.
    const bool is_ours = session_ && memory_.load(header::kMagic) == kMagic &&
                         memory_.load(header::kSession) == session_->number;
    if (is_ours && part_ == Part::Takes) {
        for (auto* const queue : {&session_->pointer_queue, &session_->frame_queue}) {
            if (*queue) {
                (*queue)->leave();
            }
        }
    }
    close_session();
    set_state(SessionStatus::State::NoPublisher, {});
}

const std::vector<OutputPlaces>& LookingGlassSubscriber::outputs() const {
    static const std::vector<OutputPlaces> none;
    return session_ && session_->is_introduced ? outputs_ : none;
}

bool LookingGlassSubscriber::has_news(std::uint32_t output, Wanted wanted) const {
    return session_ && output == 0 && session_->frames.has_news(wanted);
}

Result<HeldFrame, RegionFault> LookingGlassSubscriber::take(std::uint32_t output,
                                                            Wanted wanted,
                                                            std::uint64_t since) {
    if (!has_news(output, wanted)) {
        return Failure(RegionFault::NoPublisher);
    }
    auto taken = session_->frames.take(wanted, since);
    if (!taken) {
        return Failure(taken.error());
    }
    return HeldFrame{.found = taken->found,
                     .damage = taken->damage,
                     .output = output,
                     .session = sessions_,
                     .settles_in = taken->settles_in};
}

void LookingGlassSubscriber::retake(std::uint32_t output) {
    if (session_ && output == 0) {
        session_->frames.retake();
    }
}

void LookingGlassSubscriber::release(const HeldFrame& frame) {
    if (!session_ || frame.session != sessions_) {
        return;
    }
    auto& queue = session_->frame_queue;
    session_->frames.release(frame.found.info.sequence,
                             queue && queue->is_member() ? &*queue : nullptr);
}

bool LookingGlassSubscriber::is_full(std::uint32_t /*output*/) const {
    return session_ && session_->frames.is_full();
}

bool LookingGlassSubscriber::is_lost(const HeldFrame& frame) const {
    return !session_ || frame.session != sessions_ || !session_->frames.is_current(frame.found);
}

const FrameFeed& LookingGlassSubscriber::reader(std::uint32_t output) const {
    ORIEL_ASSERT(session_ && output == 0);
    return session_->frames;
}

Result<CursorNews, RegionFault> LookingGlassSubscriber::cursor_news(std::uint32_t output) {
    if (!session_ || output != 0) {
        return CursorNews{};
    }
    const FrameMessage* const last = session_->frames.last();
    return session_->pointer.news(
        last == nullptr ? PointerSpace{}
                        : PointerSpace{last->screen, last->whole, last->info.geometry.transform});
}

}  // namespace oriel::looking_glass
