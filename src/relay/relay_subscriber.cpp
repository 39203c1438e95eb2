// SPDX-License-Identifier: MIT
#include "relay/relay_subscriber.h"

#include <algorithm>
#include <utility>

#include "relay/fence.h"
#include "relay/viewer_board.h"

namespace oriel {
namespace {

// Pings: each tick at first, until a good round trip is likely to have been among them; then now
// and then against drift.
constexpr std::uint32_t kEagerTicks = 8;
constexpr std::uint32_t kPingEvery = 16;

// A publisher that cannot be rung answers when it looks by itself, and so late that little is known
// by it. But then it is awake: asked again at once, it answers at once.
constexpr std::uint32_t kMostPingsAgain = 3;
constexpr Nanoseconds kGoodError = std::chrono::microseconds(100);

/// After this long without a tick a publisher may be about to take us for gone.
constexpr Nanoseconds kLateTick = ViewerBoard::kHoldLife / 2;

std::uint32_t flags_of(SubscriberOptions::Doorbell doorbell) {
    std::uint32_t flags = abi::kViewerVisible;
    if (doorbell != SubscriberOptions::Doorbell::None) {
        flags |= abi::kViewerDoorbell;
    }
    if (doorbell == SubscriberOptions::Doorbell::Announced) {
        flags |= abi::kViewerEarly;
    }
    return flags;
}

std::uint64_t hold_word(const FoundFrame& frame) {
    return std::uint64_t{frame.slot + 1} | frame.generation << abi::kHoldSlotBits;
}

}  // namespace

RelaySubscriber::RelaySubscriber(std::span<std::byte> region, const SubscriberOptions& options)
    : region_(region),
      options_(options),
      words_(region_, options.viewer, flags_of(options.doorbell)) {}

void RelaySubscriber::note_fault(RegionFault fault) {
    ++fault_count_;
    last_fault_ = fault;
}

RelaySubscriber::Session::Session(SharedBytes region,
                                  SessionView&& checked,
                                  StatusReader::Silence silence,
                                  Nanoseconds now)
    : view(std::move(checked)), health(region, view, silence, now) {
    for (std::uint32_t i = 0; i < view.outputs().size(); ++i) {
        frames.emplace_back(region, view, i);
        cursors.emplace_back(region, view, i);
    }
}

bool RelaySubscriber::open_session(Nanoseconds now) {
    SessionView::Versions versions;
    auto view = SessionView::read(region_, versions);
    if (view && words_.has_page() && versions.unknown_to_write != 0) {
        versions.unknown_features = versions.unknown_to_write;
        view = Failure(RegionFault::UnknownFeature);
    }
    status_ = SessionStatus{};
    status_.versions = versions;
    if (!view) {
        if (view.error() != RegionFault::NoPublisher) {
            status_.state = SessionStatus::State::Refused;
            status_.fault = view.error();
            note_fault(view.error());
        }
        return false;
    }
    session_ = std::make_unique<Session>(
        region_,
        std::move(*view),
        words_.has_page() ? StatusReader::Silence::Tells : StatusReader::Silence::TellsNothing,
        now);
    ++sessions_;
    clock_ = ClockMatch();
    ticks_ = 0;
    last_tick_ = now;
    ping_sent_.reset();
    words_.enter(session_->view.identity().nonce);
    open_rings();
    return true;
}

void RelaySubscriber::open_rings() {
    const auto ours = words_.ring();
    if (!ours || !session_->view.has_table(abi::kTableAnswers)) {
        return;
    }
    const std::uint64_t answers = session_->view.element(abi::kTableAnswers, words_.index());
    const auto theirs = region_.slice(answers + abi::kPage, abi::kRingSize);
    if (theirs) {
        session_->outbox = MessageWriter(*ours);
        session_->inbox = MessageReader(*theirs);
        session_->rings = Session::Rings::Open;
    }
}

void RelaySubscriber::close_session() {
    session_.reset();
    status_ = SessionStatus{};
    words_.leave();
}

/// A snapshot was loaded: bytes of an earlier moment, ours or the publisher's, are back.
bool RelaySubscriber::went_back() {
    if (!words_.are_in_place()) {
        return true;
    }
    for (std::uint32_t i = 0; i < session_->frames.size(); ++i) {
        const std::uint64_t newest =
            session_->frames[i].claimed_sequence(FrameReader::Wanted::Announced);
        if (newest != 0 && newest < session_->newest_seen[i]) {
            return true;
        }
        session_->newest_seen[i] = std::max(session_->newest_seen[i], newest);
    }
    return false;
}

Subscriber::Changes RelaySubscriber::refresh(Nanoseconds now) {
    Changes changes;
    mail_left_ = kMailPerRefresh;
    const SessionView::Identity identity = SessionView::peek(region_);
    if (session_) {
        const bool is_other = identity != session_->view.identity();
        if (is_other || went_back()) {
            if (!is_other) {
                note_fault(RegionFault::SequenceWentBack);
            }
            close_session();
            changes = {.session = true, .ring_publisher = true};
        }
    }
    if (!session_) {
        const auto before = status_.state;
        if (identity != SessionView::Identity{}) {
            const bool opened = open_session(now);
            changes.session = changes.session || opened || status_.state != before;
            changes.ring_publisher = changes.ring_publisher || opened;
        } else {
            changes.session = changes.session || before != SessionStatus::State::NoPublisher;
            status_ = SessionStatus{};
        }
    }
    if (session_) {
        read_status(now);
        if (read_pong(now) && asks_again(now)) {
            send_ping(now);
            ++pings_again_;
            words_.tick();
            changes.ring_publisher = true;
        }
    }
    return changes;
}

void RelaySubscriber::read_status(Nanoseconds now) {
    session_->health.read(now, status_);
    if (status_.clock_domain != 0 && status_.clock_domain == options_.clock_domain) {
        clock_.set_same_clock();
    }
}

/// What the publisher says to us, if it knows of us.
std::optional<abi::AnswerPage> RelaySubscriber::answer() const {
    if (session_->rings == Session::Rings::None) {
        return std::nullopt;
    }
    const auto read = [this] {
        return session_->view.copy_element<abi::AnswerPage>(
            region_, abi::kTableAnswers, words_.index());
    };
    // ACQUIRE answers: pairs with PUBLISH answers and PUBLISH pong in ViewerBoard. Instance and
    // pong of the first reading say that the rest of the second one belongs to them.
    const auto first = read();
    if (first.instance != words_.instance()) {
        return std::nullopt;
    }
    load_fence();
    auto answer = read();
    answer.pong_id = first.pong_id;
    return answer;
}

bool RelaySubscriber::read_pong(Nanoseconds now) {
    if (!ping_sent_) {
        return false;
    }
    const auto pong = answer();
    if (!pong || pong->pong_id != words_.ping_id()) {
        return false;
    }
    clock_.add(*ping_sent_,
               Nanoseconds(static_cast<std::int64_t>(pong->received_ns)),
               Nanoseconds(static_cast<std::int64_t>(pong->sent_ns)),
               now);
    ping_sent_.reset();
    return true;
}

bool RelaySubscriber::asks_again(Nanoseconds now) const {
    const auto offset = clock_.at(now);
    return pings_again_ < kMostPingsAgain && (!offset || offset->error > kGoodError);
}

void RelaySubscriber::send_ping(Nanoseconds now) {
    words_.prepare_ping(now);
    ping_sent_ = now;
}

bool RelaySubscriber::wants_ping(Nanoseconds now) const {
    const auto offset = clock_.at(now);
    const bool is_exact = offset && offset->error == Nanoseconds(0);
    return !is_exact && (ticks_ < kEagerTicks || ticks_ % kPingEvery == 0);
}

Subscriber::Changes RelaySubscriber::tick(Nanoseconds now) {
    Changes changes = refresh(now);
    if (!session_ || !words_.has_page()) {
        return changes;
    }
    if (wants_ping(now)) {
        send_ping(now);
        pings_again_ = 0;
        changes.ring_publisher = true;
    }
    if (now - last_tick_ > kLateTick) {
        // We stood still: a publisher that took us for gone may rest, and sees us at a ring alone.
        changes.ring_publisher = true;
    }
    last_tick_ = now;
    ++ticks_;
    words_.tick();
    return changes;
}

void RelaySubscriber::set_visibility(Visibility visibility) {
    words_.set_visible(visibility == Visibility::Visible ? ViewerWords::Visibility::Visible
                                                         : ViewerWords::Visibility::Hidden);
}

void RelaySubscriber::leave() {
    close_session();
}

const std::vector<OutputPlaces>& RelaySubscriber::outputs() const {
    static const std::vector<OutputPlaces> none;
    return session_ ? session_->view.outputs() : none;
}

bool RelaySubscriber::has_news(std::uint32_t output, FrameReader::Wanted wanted) const {
    if (!session_ || output >= session_->frames.size()) {
        return false;
    }
    // Above only: the newest finished frame may be older than an announced one that was taken.
    return session_->frames[output].claimed_sequence(wanted) > session_->taken[output];
}

Result<HeldFrame, RegionFault> RelaySubscriber::take(std::uint32_t output,
                                                     FrameReader::Wanted wanted,
                                                     std::uint64_t since) {
    if (!has_news(output, wanted)) {
        return Failure(RegionFault::NoPublisher);
    }
    const FrameReader& reader = session_->frames[output];
    auto found = reader.newest(wanted);
    if (!found) {
        // The publisher may have taken its word back meanwhile.
        if (found.error() != RegionFault::FrameInFlux &&
            found.error() != RegionFault::NoPublisher) {
            note_fault(found.error());
        }
        return Failure(found.error());
    }
    // HOLD slot: store, full fence, load. Pairs with CLAIM slot in OutputWriter.
    const std::uint32_t hold = words_.hold(output, hold_word(*found));
    full_fence();
    if (!reader.is_current(*found)) {
        words_.release(output, hold, hold_word(*found));
        return Failure(RegionFault::FrameInFlux);
    }
    words_.set_seen(output, found->info.sequence);
    session_->taken[output] = found->info.sequence;
    session_->newest_seen[output] = std::max(session_->newest_seen[output], found->info.sequence);
    const Damage damage = reader.damage_since(since, *found);
    return HeldFrame{*found, damage, output, hold, sessions_};
}

void RelaySubscriber::retake(std::uint32_t output) {
    if (session_ && output < abi::kMaxOutputs) {
        session_->taken[output] = 0;
    }
}

void RelaySubscriber::release(const HeldFrame& frame) {
    // The holds of a session that ended are gone with it, and the words may be another frame's.
    if (session_ && frame.session == sessions_) {
        words_.release(frame.output, frame.hold, hold_word(frame.found));
    }
}

bool RelaySubscriber::is_full(std::uint32_t output) const {
    return words_.is_full(output);
}

bool RelaySubscriber::is_lost(const HeldFrame& frame) const {
    return !session_ || frame.session != sessions_ ||
           SessionView::peek(region_) != session_->view.identity() ||
           !session_->frames[frame.output].is_current(frame.found);
}

const FrameReader& RelaySubscriber::reader(std::uint32_t output) const {
    ORIEL_ASSERT(session_ && output < session_->frames.size());
    return session_->frames[output];
}

Result<CursorNews, RegionFault> RelaySubscriber::cursor_news(std::uint32_t output) {
    if (!session_ || output >= session_->cursors.size()) {
        return CursorNews{};
    }
    auto news = session_->cursors[output].read_news();
    if (!news && news.error() != RegionFault::FrameInFlux) {
        note_fault(news.error());
    }
    return news;
}

MessageWriter::Outcome RelaySubscriber::send(std::uint32_t type,
                                             std::span<const std::byte> payload) {
    if (!session_ || session_->rings == Session::Rings::None) {
        return MessageWriter::Outcome::Full;
    }
    const auto read = answer();
    const auto outcome = session_->outbox.write(type, payload, read ? read->messages_read : 0);
    words_.set_messages_written(session_->outbox.written());
    return outcome;
}

Subscriber::Asked RelaySubscriber::want_mode(std::uint32_t output,
                                             Size size,
                                             std::uint32_t refresh_mhz) {
    ORIEL_ASSERT(is_mode_size(size));
    if (!words_.has_page()) {
        return Asked::NotSupported;
    }
    if (!session_ || output >= session_->view.outputs().size()) {
        return Asked::NotNow;
    }
    if (session_->rings == Session::Rings::None) {
        return Asked::NotSupported;
    }
    const abi::ModeWanted wanted{output, size.width, size.height, refresh_mhz};
    const auto outcome = send(abi::kMessageModeWanted, std::as_bytes(std::span(&wanted, 1)));
    return outcome == MessageWriter::Outcome::Written ? Asked::Sent : Asked::NotNow;
}

std::optional<AnsweredWish> RelaySubscriber::mode_answer() {
    while (const auto message = next_message()) {
        const auto outputs = static_cast<std::uint32_t>(session_->view.outputs().size());
        if (const auto answer = read_mode_answer(*message, outputs)) {
            return answer;
        }
    }
    return std::nullopt;
}

std::optional<Message> RelaySubscriber::next_message() {
    if (!session_ || mail_left_ == 0) {
        return std::nullopt;
    }
    const auto told = answer();
    if (!told || told->messages_written == session_->inbox.read_bytes()) {
        return std::nullopt;
    }
    --mail_left_;
    const auto message = session_->inbox.read(told->messages_written);
    words_.set_messages_read(session_->inbox.read_bytes());
    return message;
}

}  // namespace oriel
