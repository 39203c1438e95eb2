// SPDX-License-Identifier: MIT
#include "vm/screen_watcher.h"

#include <cstring>
#include <utility>

#include <gtest/gtest.h>

#include "region/region.h"
#include "relay/frame_copy.h"
#include "relay/relay_subscriber.h"

namespace oriel::testing_support {
namespace {

constexpr std::uint32_t kOutput = 0;
constexpr Nanoseconds kTick = std::chrono::milliseconds(500);
constexpr Nanoseconds kPause = std::chrono::milliseconds(4);

}  // namespace

/// One attached viewer.
class ScreenWatcher::Visit {
  public:
    Visit(Region& region, std::mutex& mutex, Seen& seen)
        : subscriber_(region.memory().bytes(),
                      {.viewer = region.viewer_index(),
                       .doorbell = SubscriberOptions::Doorbell::None,
                       .clock_domain = clock_domain()}),
          mutex_(mutex),
          seen_(seen) {}

    ~Visit() { subscriber_.leave(); }

    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    void step() {
        const Nanoseconds now = monotonic_now();
        if (now >= next_tick_) {
            subscriber_.tick(now);
            next_tick_ = now + kTick;
        }
        if (subscriber_.refresh(now).session) {
            since_ = 0;
        }
        const std::scoped_lock lock(mutex_);
        seen_.state = subscriber_.status().state;
        if (seen_.state != SessionStatus::State::Live) {
            return;
        }
        take_frame();
        take_cursor();
    }

  private:
    void take_frame() {
        const auto held = subscriber_.take(kOutput, FrameReader::Wanted::Finished, since_);
        if (!held) {
            return;
        }
        const FrameGeometry& geometry = held->found.info.geometry;
        Damage damage = held->damage;
        if (geometry != seen_.geometry) {
            seen_.geometry = geometry;
            seen_.pixels.assign(geometry.bytes(), std::byte{});
            damage = Damage::whole(geometry.size);
        }
        FrameCopy copy(subscriber_.reader(kOutput), held->found, damage, seen_.pixels);
        auto step = FrameCopy::Step::More;
        while (step == FrameCopy::Step::More) {
            step = copy.step();
        }
        if (step == FrameCopy::Step::Complete) {
            since_ = held->found.info.sequence;
            ++seen_.frames;
            seen_.damaged_pixels += damage.area();
        } else {
            // Parts of it may be of a newer frame.
            since_ = 0;
            subscriber_.retake(kOutput);
        }
        subscriber_.release(*held);
    }

    void take_cursor() {
        const auto news = subscriber_.cursor_news(kOutput);
        if (!news) {
            return;
        }
        if (news->position) {
            seen_.cursor = *news->position;
        }
        if (news->image) {
            seen_.cursor_image = news->image;
        }
    }

    RelaySubscriber subscriber_;
    std::mutex& mutex_;
    Seen& seen_;
    std::uint64_t since_ = 0;
    Nanoseconds next_tick_{0};
};

ScreenWatcher::ScreenWatcher(Target target)
    : target_(std::move(target)), thread_([this](const std::stop_token& stop) { watch(stop); }) {}

void ScreenWatcher::watch(const std::stop_token& stop) {
    const auto region = Region::open(target_, Role::Show);
    if (!region) {
        ADD_FAILURE() << region.error().message;
        return;
    }
    Visit visit(**region, mutex_, seen_);
    while (!stop.stop_requested()) {
        visit.step();
        std::this_thread::sleep_for(kPause);
    }
}

ScreenPicture ScreenWatcher::picture() const {
    const std::scoped_lock lock(mutex_);
    ScreenPicture picture{seen_.geometry.size, {}};
    picture.pixels.resize(picture.size.area() * 4);
    const std::size_t row = std::size_t{picture.size.width} * 4;
    for (std::uint32_t y = 0; y < picture.size.height; ++y) {
        std::memcpy(picture.pixels.data() + y * row,
                    seen_.pixels.data() + std::size_t{y} * seen_.geometry.stride,
                    row);
    }
    for (std::size_t i = 3; i < picture.pixels.size(); i += 4) {
        picture.pixels[i] = std::byte{255};
    }
    return picture;
}

CursorPosition ScreenWatcher::cursor() const {
    const std::scoped_lock lock(mutex_);
    return seen_.cursor;
}

std::optional<CursorImage> ScreenWatcher::cursor_image() const {
    const std::scoped_lock lock(mutex_);
    return seen_.cursor_image;
}

std::uint64_t ScreenWatcher::frames() const {
    const std::scoped_lock lock(mutex_);
    return seen_.frames;
}

std::uint64_t ScreenWatcher::damaged_pixels() const {
    const std::scoped_lock lock(mutex_);
    return seen_.damaged_pixels;
}

SessionStatus::State ScreenWatcher::state() const {
    const std::scoped_lock lock(mutex_);
    return seen_.state;
}

}  // namespace oriel::testing_support
