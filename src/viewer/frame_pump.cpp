// SPDX-License-Identifier: MIT
#include "viewer/frame_pump.h"

#include <algorithm>
#include <thread>

#include "present/pixel_convert.h"
#include "relay/fence.h"

namespace oriel {
namespace {

/// A copying reader follows a writer this closely ...
constexpr Nanoseconds kSpin = std::chrono::microseconds(100);
/// ... then looks in such steps ...
constexpr Nanoseconds kNap = std::chrono::microseconds(50);
/// ... and gives the frame up after so long without a new row ...
constexpr Nanoseconds kPatience = std::chrono::milliseconds(20);
/// ... or so long in all: the guest may not keep the viewer from its window and its keys.
constexpr Nanoseconds kPatienceInAll = std::chrono::milliseconds(100);

constexpr Nanoseconds kLossWindow = std::chrono::seconds(1);

}  // namespace

Result<FramePump::Outcome> FramePump::pump(Nanoseconds woke) {
    const bool copying = must_copy();
    const auto wanted = copying ? FrameFeed::Wanted::Announced : FrameFeed::Wanted::Finished;
    if (!subscriber_.has_news(kOutput, wanted)) {
        refresh_.reset();
        return Outcome::Nothing;
    }
    if (!presenter_->is_ready() || subscriber_.is_full(kOutput)) {
        return put_off(Outcome::Busy, wanted);
    }
    const Nanoseconds now = monotonic_now();
    if (!refresh_) {
        refresh_ = presenter_->next_refresh(now);
    }
    if (now < next_show()) {
        return put_off(Outcome::TooSoon, wanted);
    }
    return copying ? copy(woke) : hand_on(woke);
}

/// One that is to be made whole is no frame that waits: it is offered again at the next look.
FramePump::Outcome FramePump::put_off(Outcome why, FrameFeed::Wanted wanted) const {
    if (!is_shown_early_) {
        return why;
    }
    const auto newest = subscriber_.reader(kOutput).newest(wanted);
    return newest && newest->info.sequence == shown_sequence_ ? Outcome::Nothing : why;
}

Nanoseconds FramePump::least_gap(std::uint32_t refresh_mhz) {
    constexpr std::int64_t kFramesPerPeriod = 4;
    constexpr std::int64_t kUsualMhz = 60'000;
    const std::int64_t mhz = refresh_mhz == 0 ? kUsualMhz : std::int64_t{refresh_mhz};
    return Nanoseconds(std::chrono::seconds(1000)) / (mhz * kFramesPerPeriod);
}

void FramePump::set_refresh(std::uint32_t mhz) {
    least_gap_ = least_gap(mhz);
}

bool FramePump::must_copy() const {
    return copies_ || presenter_->use() == Presenter::Use::Copies;
}

/// The first frame of a geometry is whole for us, whatever the log says.
void FramePump::grow_damage(HeldFrame& held) const {
    if (held.found.info.geometry != shown_geometry_ || shown_sequence_ == 0) {
        held.damage = Damage::whole(held.found.info.geometry.size);
    }
}

Result<FramePump::Outcome> FramePump::hand_on(Nanoseconds woke) {
    auto held = subscriber_.take(kOutput, FrameFeed::Wanted::Finished, shown_sequence_);
    if (!held) {
        return Outcome::Nothing;
    }
    grow_damage(*held);
    const auto pixels = held->found.pixels.unparsed();
    return show({++last_token_, std::move(*held), woke, InFlight::Memory::Slot}, pixels);
}

std::span<std::byte> FramePump::copy_place(const FrameGeometry& geometry) {
    if (presenter_->use() == Presenter::Use::Copies) {
        return presenter_->copy_target(geometry);
    }
    own_copy_.resize(static_cast<std::size_t>(geometry.bytes()));
    return own_copy_;
}

Result<FramePump::Outcome> FramePump::copy(Nanoseconds woke) {
    // Where the publisher gave the newest up, one before it may not have been seen.
    for (const auto wanted : {FrameFeed::Wanted::Announced, FrameFeed::Wanted::Finished}) {
        auto held = subscriber_.take(kOutput, wanted, shown_sequence_);
        if (!held) {
            return Outcome::Nothing;
        }
        grow_damage(*held);
        const auto to = copy_place(held->found.info.geometry);
        const std::uint64_t sequence = held->found.info.sequence;
        const bool is_wanted =
            sequence > shown_sequence_ || (sequence == shown_sequence_ && is_shown_early_);
        const auto step = is_wanted ? copy_out(*held, to) : FrameCopy::Step::Aborted;
        subscriber_.release(*held);
        if (step == FrameCopy::Step::Complete) {
            held->found.info.times.finished = subscriber_.reader(kOutput).finish_time(held->found);
            return show({++last_token_, std::move(*held), woke, InFlight::Memory::Copy}, to);
        }
        // It may come to its end, and be the last for a while. What was copied lies inside damage
        // that the next copy includes, since shown_sequence_ stays: nothing has to be repaired.
        subscriber_.retake(kOutput);
        if (step != FrameCopy::Step::Aborted) {
            return Outcome::Nothing;
        }
    }
    return Outcome::Nothing;
}

FrameCopy::Step FramePump::copy_out(const HeldFrame& held, std::span<std::byte> to) {
    FrameCopy copy(subscriber_.reader(kOutput), held.found, held.damage, to);
    const Nanoseconds start = monotonic_now();
    Nanoseconds last_progress = start;
    while (true) {
        const auto step = copy.step();
        if (step != FrameCopy::Step::More && step != FrameCopy::Step::Waiting) {
            statistics_.bytes_copied += copy.copied_bytes();
            return step;
        }
        const Nanoseconds now = monotonic_now();
        if (step == FrameCopy::Step::More) {
            last_progress = now;
        }
        const Nanoseconds waited = now - last_progress;
        if (waited > kPatience || now - start > kPatienceInAll) {
            return FrameCopy::Step::Waiting;
        }
        if (step == FrameCopy::Step::More) {
            continue;
        }
        if (waited < kSpin) {
            spin_pause();
        } else {
            std::this_thread::sleep_for(kNap);
        }
    }
}

Result<FramePump::Outcome> FramePump::show(InFlight flight, std::span<const std::byte> pixels) {
    const FoundFrame& found = flight.held.found;
    PresentFrame frame{found.info, pixels, std::nullopt, flight.token};
    if (flight.memory == InFlight::Memory::Slot) {
        frame.region_offset = found.region_offset;
        frame.room = found.room;
    }
    last_show_ = monotonic_now();
    refresh_.reset();
    const bool is_again = found.info.sequence == shown_sequence_;
    const Outcome outcome = flight.outcome = is_again ? Outcome::MadeWhole : Outcome::Shown;
    shown_sequence_ = found.info.sequence;
    is_shown_early_ = flight.held.settles_in != Nanoseconds(0);
    shown_geometry_ = found.info.geometry;
    picture_ = shown_size(found.info);
    statistics_.damaged_pixels += flight.held.damage.area();
    const Damage damage = flight.held.damage;
    in_flight_.push_back(std::move(flight));
    ORIEL_TRY(presenter_->show(frame, damage));
    return outcome;
}

std::optional<ShownFrame> FramePump::on_shown(std::uint64_t token, Nanoseconds when) {
    const auto flight = std::ranges::find(in_flight_, token, &InFlight::token);
    if (flight == in_flight_.end()) {
        return std::nullopt;
    }
    flight->is_shown = true;
    if (flight->outcome == Outcome::MadeWhole) {
        forget_done();
        return std::nullopt;
    }
    const FrameInfo& info = flight->held.found.info;
    const auto clock = subscriber_.clock_offset(when);
    statistics_.note_shown(info.times, clock, flight->taken, when);
    const ShownFrame shown{.sequence = info.sequence,
                           .damaged_pixels = flight->held.damage.area(),
                           .publishers = publishers_moments(info.times, clock),
                           .taken = flight->taken,
                           .shown = when};
    forget_done();
    return shown;
}

void FramePump::on_released(std::uint64_t token) {
    const auto flight = std::ranges::find(in_flight_, token, &InFlight::token);
    if (flight == in_flight_.end()) {
        return;
    }
    if (flight->memory == InFlight::Memory::Slot) {
        if (subscriber_.is_lost(flight->held)) {
            note_loss();
        }
        subscriber_.release(flight->held);
    }
    flight->is_back = true;
    forget_done();
}

/// A display may be done with the memory before the frame is to be seen; some never are.
void FramePump::forget_done() {
    constexpr std::ptrdiff_t kMostUnseen = 4;
    std::erase_if(in_flight_,
                  [](const InFlight& flight) { return flight.is_back && flight.is_shown; });
    if (std::ranges::count_if(in_flight_, &InFlight::is_back) > kMostUnseen) {
        in_flight_.erase(std::ranges::find_if(in_flight_, &InFlight::is_back));
    }
}

void FramePump::change_presenter(Presenter& presenter) {
    for (const InFlight& flight : in_flight_) {
        if (flight.memory == InFlight::Memory::Slot && !flight.is_back) {
            subscriber_.release(flight.held);
        }
    }
    in_flight_.clear();
    presenter_ = &presenter;
    shown_sequence_ = 0;
    subscriber_.retake(kOutput);
}

void FramePump::note_loss() {
    ++statistics_.voided_holds;
    const Nanoseconds now = monotonic_now();
    std::ranges::rotate(losses_, losses_.begin() + 1);
    losses_.back() = now;
    if (losses_.front() != Nanoseconds(0) && now - losses_.front() < kLossWindow) {
        copies_ = true;
    }
    show_again();
}

std::optional<CopiedPicture> FramePump::copy_of_picture() {
    constexpr int kAttempts = 3;
    for (int attempt = 0; has_shown_in_session() && attempt < kAttempts; ++attempt) {
        if (subscriber_.is_full(kOutput)) {
            // What is on its way to the screen is held.
            return copy_picture(subscriber_.reader(kOutput), in_flight_.back().held);
        }
        subscriber_.retake(kOutput);
        const auto held = subscriber_.take(kOutput, FrameFeed::Wanted::Finished, 0);
        if (!held) {
            continue;
        }
        auto picture = copy_picture(subscriber_.reader(kOutput), *held);
        subscriber_.release(*held);
        if (held->found.info.sequence != shown_sequence_ || is_shown_early_) {
            subscriber_.retake(kOutput);  // It is still to be shown, or to be made whole.
        }
        if (picture) {
            return picture;
        }
    }
    return std::nullopt;
}

void FramePump::show_again() {
    shown_sequence_ = 0;
    subscriber_.retake(kOutput);
}

void FramePump::forget_session() {
    // The holds went with the session; the server may still read the memory, which stays mapped.
    in_flight_.clear();
    shown_sequence_ = 0;
    copies_ = false;
    losses_ = {};
}

}  // namespace oriel
