// SPDX-License-Identifier: MIT
#include "wine/stressed_relay.h"

#include <array>
#include <atomic>
#include <cstring>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "relay/relay_subscriber.h"
#include "relay/test_random.h"
#include "relay/test_region.h"

namespace oriel::test {
namespace {

/// Time stands still: no hold expires, however long a machine with much to do keeps a process from
/// running.
constexpr Nanoseconds kNow = std::chrono::seconds(1);

constexpr std::size_t kPixels = std::size_t{kStressPicture.width} * kStressPicture.height;
constexpr std::uint32_t kOdd = 0x9E3779B1;

using Pixels = std::array<std::uint32_t, kPixels>;

/// The only picture of that number: a pixel of any other one differs.
Pixels picture_of(std::uint64_t sequence) {
    Pixels pixels{};
    for (std::size_t i = 0; i < kPixels; ++i) {
        pixels[i] = static_cast<std::uint32_t>(sequence) * kOdd + static_cast<std::uint32_t>(i);
    }
    return pixels;
}

void write_picture(std::span<std::byte> slot, const Pixels& pixels, const FrameGeometry& geometry) {
    constexpr std::size_t kRow = std::size_t{kStressPicture.width} * sizeof(std::uint32_t);
    for (std::size_t y = 0; y < kStressPicture.height; ++y) {
        std::memcpy(
            slot.data() + y * geometry.stride, pixels.data() + y * kStressPicture.width, kRow);
    }
}

/// Each pixel is one atomic word for the language, too.
bool is_picture(const HeldFrame& frame) {
    const Pixels wanted = picture_of(frame.found.info.sequence);
    const auto bytes = frame.found.pixels.unparsed();
    bool is_right = true;
    for (std::size_t i = 0; i < kPixels; ++i) {
        const std::size_t place = i / kStressPicture.width * frame.found.info.geometry.stride +
                                  i % kStressPicture.width * sizeof(std::uint32_t);
        std::uint32_t pixel = 0;
        std::memcpy(&pixel, bytes.data() + place, sizeof pixel);
        is_right = is_right && pixel == wanted[i];
    }
    return is_right;
}

/// So long without anything of the other side: it is not there.
constexpr Nanoseconds kPatience = std::chrono::seconds(60);

/// Whether the other side was waited for long enough, asked again and again.
class Patience {
  public:
    void renew() { tries_ = 0; }

    bool is_over() {
        if (tries_++ == 0) {
            end_ = monotonic_now() + kPatience;
        }
        return tries_ % 4096 == 0 && monotonic_now() > end_;
    }

  private:
    std::uint64_t tries_ = 0;
    Nanoseconds end_{0};
};

/// Anything from nothing to letting the other process run.
void dawdle(TestRandom& random) {
    if (random.one_in(64)) {
        std::this_thread::yield();
    }
}

class StressedPublisher {
  public:
    explicit StressedPublisher(std::span<std::byte> region)
        : region_(region),
          publisher_(region_.publish({{slot_bytes_for(geometry_), kStressSlots}})) {}

    /// False once the viewers that came are gone, or where none comes.
    bool step() {
        const std::uint32_t attached = publisher_.survey(kNow).attached;
        had_viewers_ = had_viewers_ || attached != 0;
        const auto lease = publisher_.begin_frame(0, geometry_, kNow);
        ORIEL_ASSERT(lease);
        const bool is_announced = random_.one_in(4);
        if (is_announced) {
            publisher_.announce_frame({.damage = whole_, .colour = {}}, kNow);
        }
        write_picture(lease->pixels, picture_of(next_), geometry_);
        dawdle(random_);
        const bool is_given_up = random_.one_in(16);
        if (is_given_up) {
            publisher_.abort_frame(whole_);
        } else {
            publisher_.finish_frame({.damage = whole_, .colour = {}}, kNow);
        }
        // Of one that nobody has heard of the number is used again.
        next_ += is_given_up && !is_announced ? 0U : 1U;
        return had_viewers_ ? attached != 0 : !patience_.is_over();
    }

  private:
    TestRegion region_;
    FrameGeometry geometry_ = TestRegion::geometry(kStressPicture);
    Damage whole_ = Damage::whole(kStressPicture);
    Publisher publisher_;
    TestRandom random_{11};
    std::uint64_t next_ = 1;
    bool had_viewers_ = false;
    Patience patience_;
};

/// Up to two frames in hand, the older one given back first.
class StressedViewer {
  public:
    StressedViewer(std::span<std::byte> region, std::uint32_t viewer)
        : subscriber_(region, {.viewer = viewer}), viewer_(viewer) {}

    /// Until the publisher has noticed it: from then on its holds count. False where none does.
    bool join() {
        while ((subscriber_.status().attached >> viewer_ & 1U) == 0) {
            if (patience_.is_over()) {
                return false;
            }
            subscriber_.refresh(kNow);
            std::this_thread::yield();
        }
        patience_.renew();
        return true;
    }

    /// False where no frame comes any more.
    bool step() {
        if (held_[1] || (held_[0] && random_.one_in(2))) {
            give_back();
            return true;
        }
        dawdle(random_);
        const auto frame = subscriber_.take(0, FrameReader::Wanted::Finished, 0);
        if (!frame) {
            sight_.in_flux += frame.error() == RegionFault::FrameInFlux ? 1U : 0U;
            return !patience_.is_over();
        }
        patience_.renew();
        ++sight_.taken;
        sight_.torn += is_picture(*frame) ? 0U : 1U;
        first_ = first_ == 0 ? frame->found.info.sequence : first_;
        sight_.steps = sight_.taken + frame->found.info.sequence - first_;
        (held_[0] ? held_[1] : held_[0]) = *frame;
        return true;
    }

    StressSight leave() {
        while (held_[0]) {
            give_back();
        }
        subscriber_.leave();
        return sight_;
    }

    const StressSight& sight() const { return sight_; }

  private:
    void give_back() {
        sight_.torn += is_picture(*held_[0]) ? 0U : 1U;
        if (subscriber_.is_lost(*held_[0])) {
            (is_claim_withdrawn(*held_[0]) ? sight_.withdrawn : sight_.lost) += 1;
        }
        subscriber_.release(*held_[0]);
        held_[0] = held_[1];
        held_[1].reset();
    }

    /// A publisher that reaches for a slot makes its generation odd before it sees that somebody
    /// was faster, and then puts it back. Once it has published two more frames it has.
    bool is_claim_withdrawn(const HeldFrame& frame) {
        constexpr auto kFinished = FrameReader::Wanted::Finished;
        const std::uint64_t end = subscriber_.reader(0).claimed_sequence(kFinished) + 2;
        while (subscriber_.is_lost(frame)) {
            if (subscriber_.reader(0).claimed_sequence(kFinished) >= end || patience_.is_over()) {
                return !subscriber_.is_lost(frame);
            }
        }
        return true;
    }

    RelaySubscriber subscriber_;
    std::uint32_t viewer_;
    TestRandom random_{12};
    std::array<std::optional<HeldFrame>, 2> held_;
    std::uint64_t first_ = 0;
    StressSight sight_;
    Patience patience_;
};

}  // namespace

std::string text_of(const StressSight& sight) {
    return fmt::format(
        "steps {}, frames taken {}, torn {}, lost {}, claims withdrawn {}, in flux {}",
        sight.steps,
        sight.taken,
        sight.torn,
        sight.lost,
        sight.withdrawn,
        sight.in_flux);
}

std::uint64_t publish_under_stress(std::span<std::byte> region) {
    StressedPublisher publisher(region);
    std::uint64_t frames = 1;
    while (publisher.step()) {
        ++frames;
    }
    return frames;
}

StressSight view_under_stress(std::span<std::byte> region,
                              std::uint32_t viewer,
                              std::uint64_t steps) {
    StressedViewer stressed(region, viewer);
    bool is_going = stressed.join();
    while (is_going && stressed.sight().steps < steps) {
        is_going = stressed.step();
    }
    return stressed.leave();
}

}  // namespace oriel::test
