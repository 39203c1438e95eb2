// SPDX-License-Identifier: MIT
#include "host/screenshot_picture.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "region/region.h"
#include "viewer/open_subscriber.h"
#include "viewer/status_text.h"

namespace oriel {
namespace {

constexpr std::uint32_t kOutput = 0;
constexpr Nanoseconds kTick = std::chrono::milliseconds(500);

/// Where a region has no doorbell.
constexpr Nanoseconds kLookAgain = std::chrono::milliseconds(10);

/// The newest finished frame, if there is one to be had now. Blocks: until it is settled.
std::optional<CopiedPicture> take_picture(Subscriber& subscriber) {
    const auto held = subscriber.take(kOutput, FrameFeed::Wanted::Finished, 0);
    if (!held) {
        return std::nullopt;
    }
    std::this_thread::sleep_for(held->settles_in);
    auto picture = copy_picture(subscriber.reader(kOutput), *held);
    subscriber.release(*held);
    if (!picture) {
        subscriber.retake(kOutput);
    }
    return picture;
}

/// One attached viewer, for as long as it takes.
class Visit {
  public:
    Visit(PollLoop& loop, Region& region)
        : loop_(loop),
          region_(region),
          subscriber_(open_subscriber(region, SubscriberOptions::Doorbell::Finished)) {}

    Result<CopiedPicture> run(Nanoseconds timeout);

  private:
    void look();
    void tick();
    void ring_if(const Subscriber::Changes& changes);
    Error why_none(Nanoseconds timeout) const;

    PollLoop& loop_;
    Region& region_;
    std::unique_ptr<Subscriber> subscriber_;
    std::optional<CopiedPicture> picture_;
};

void Visit::ring_if(const Subscriber::Changes& changes) {
    if (changes.ring_publisher) {
        region_.ring_publisher();
    }
}

void Visit::look() {
    ring_if(subscriber_->refresh(monotonic_now()));
    if (subscriber_->status().state == SessionStatus::State::Live) {
        picture_ = take_picture(*subscriber_);
    }
}

void Visit::tick() {
    region_.serve_connection();
    ring_if(subscriber_->tick(monotonic_now()));
}

Error Visit::why_none(Nanoseconds timeout) const {
    std::string missing = status_text(
        subscriber_->status(), region_.description(), cure_of(subscriber_->status(), region_));
    std::ranges::replace(missing, '\n', ' ');
    if (missing.empty()) {
        missing = "the guest's agent is there, but sent no frame";
    }
    return Error::not_found(fmt::format("no picture of {} came within {:.1f} s: {}",
                                        region_.description(),
                                        std::chrono::duration<double>(timeout).count(),
                                        missing));
}

Result<CopiedPicture> Visit::run(Nanoseconds timeout) {
    const Nanoseconds give_up = monotonic_now() + timeout;
    const bool has_doorbell = region_.doorbell_handle() >= 0;
    std::optional<PollLoop::Id> watch;
    if (has_doorbell) {
        watch = loop_.watch(region_.doorbell_handle(), [this] { region_.drain_doorbell(); });
    }
    Nanoseconds next_tick = monotonic_now();
    Result<void> slept;
    while (slept && !picture_ && !loop_.is_stopped() && monotonic_now() < give_up) {
        if (monotonic_now() >= next_tick) {
            tick();
            next_tick = monotonic_now() + kTick;
        }
        look();
        if (!picture_) {
            const Nanoseconds wake = std::min(give_up, next_tick);
            const Nanoseconds left = std::max(wake - monotonic_now(), Nanoseconds(0));
            slept = loop_.run_once(has_doorbell ? left : std::min(left, kLookAgain));
        }
    }
    const Error missing = why_none(timeout);
    if (watch) {
        loop_.remove(*watch);
    }
    subscriber_->leave();
    region_.ring_publisher();
    ORIEL_TRY(slept);
    if (picture_) {
        return std::move(*picture_);
    }
    return Failure(loop_.is_stopped() ? Error::busy("stopped before a picture came") : missing);
}

}  // namespace

Result<CopiedPicture> wait_for_picture(PollLoop& loop, const Target& target, Nanoseconds timeout) {
    ORIEL_TRY_ASSIGN(const auto region, Region::open(target, Role::Show));
    Visit visit(loop, *region);
    return visit.run(timeout);
}

}  // namespace oriel
