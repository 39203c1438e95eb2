// SPDX-License-Identifier: MIT
#include "present/offscreen/offscreen_presenter.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/assert.h"
#include "present/pixel_convert.h"

namespace oriel {
namespace {

constexpr Size kSizeWithoutPicture = {1280, 720};
constexpr std::int64_t kNanosecondsTimesMillihertz = 1'000'000'000'000;

}  // namespace

Result<std::unique_ptr<OffscreenPresenter>> OffscreenPresenter::open(
    const OffscreenOptions& options) {
    UniqueFd timer(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    if (!timer) {
        return Failure(Error::system("create a timer", errno));
    }
    return std::unique_ptr<OffscreenPresenter>(new OffscreenPresenter(std::move(timer), options));
}

OffscreenPresenter::OffscreenPresenter(UniqueFd timer, const OffscreenOptions& options)
    : timer_(std::move(timer)),
      refresh_mhz_(options.refresh_mhz),
      phase_(monotonic_now()),
      told_area_{kSizeWithoutPicture, 1} {}

std::string OffscreenPresenter::description() const {
    return refresh_mhz_ == 0 ? "offscreen"
                             : fmt::format("offscreen at {:.6g} Hz", refresh_mhz_ / 1000.0);
}

Result<void> OffscreenPresenter::bind_region(const UniqueFd& /*fd*/,
                                             const MappedMemory& /*memory*/) {
    return Failure(Error::unsupported("the offscreen presenter keeps copies"));
}

std::span<std::byte> OffscreenPresenter::copy_target(const FrameGeometry& geometry) {
    if (buffer_ != geometry) {
        buffer_ = geometry;
        shown_.pixels.assign(geometry.bytes(), std::byte{0});
    }
    return shown_.pixels;
}

bool OffscreenPresenter::is_ready() const {
    return refresh_mhz_ == 0 || monotonic_now() >= ready_at_;
}

Result<void> OffscreenPresenter::show(const PresentFrame& frame, const Damage& damage) {
    ORIEL_ASSERT(frame.pixels.size() >= frame.info.geometry.bytes());
    if (frame.pixels.data() != shown_.pixels.data()) {
        copy_in(frame, damage);
    }
    const Nanoseconds now = monotonic_now();
    shown_.info = frame.info;
    ++shown_.count;
    const bool is_covered = !layer(Layer::Message).size.is_empty();
    finished_.push_back(
        {frame.token, now, is_covered ? Finished::Outcome::Covered : Finished::Outcome::Seen});
    ready_at_ = next_tick(now);
    arm(now);
    return {};
}

void OffscreenPresenter::copy_in(const PresentFrame& frame, const Damage& damage) {
    const FrameGeometry& geometry = frame.info.geometry;
    const bool is_other = buffer_ != geometry;
    const std::span<std::byte> target = copy_target(geometry);
    const Damage whole = Damage::whole(geometry.size);
    const std::size_t pixel = bytes_per_pixel(geometry.format);
    for (const Rect& asked : (is_other ? whole : damage).rects()) {
        const Rect rect = asked.intersected(Rect::of(geometry.size));
        for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
            const std::size_t at = std::size_t{y} * geometry.stride + rect.x * pixel;
            std::memcpy(&target[at], &frame.pixels[at], rect.width * pixel);
        }
    }
}

Result<void> OffscreenPresenter::show_layer(Layer layer, const LayerImage& image) {
    ORIEL_ASSERT(image.pixels.size() == image.size.area() * 4);
    shown_.layers[static_cast<std::size_t>(layer)] = image;
    return {};
}

WindowArea OffscreenPresenter::area() const {
    const Size picture = shown_size(shown_.info);
    return {picture.is_empty() ? kSizeWithoutPicture : picture, 1};
}

void OffscreenPresenter::set_cursor_position(const CursorPosition& position) {
    shown_.cursor_position = position;
}

Presenter::Refresh OffscreenPresenter::refresh() const {
    return {refresh_mhz_, phase_};
}

Nanoseconds OffscreenPresenter::next_tick(Nanoseconds after) const {
    if (refresh_mhz_ == 0) {
        return after;
    }
    const std::int64_t period = kNanosecondsTimesMillihertz / refresh_mhz_;
    const std::int64_t ticks = (after - phase_).count() / period + 1;
    return phase_ + Nanoseconds(ticks * period);
}

void OffscreenPresenter::arm(Nanoseconds when) {
    // Zero would disarm it.
    const std::int64_t at = std::max<std::int64_t>(when.count(), 1);
    itimerspec spec{};
    spec.it_value.tv_sec = at / 1'000'000'000;
    spec.it_value.tv_nsec = at % 1'000'000'000;
    ORIEL_ASSERT(timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &spec, nullptr) == 0);
}

Result<void> OffscreenPresenter::dispatch(PresenterListener& listener) {
    std::uint64_t fired = 0;
    static_cast<void>(read(timer_.get(), &fired, sizeof fired));
    if (const WindowArea now = area(); now != told_area_) {
        told_area_ = now;
        listener.on_resized(now);
    }
    // The listener may show the next frame meanwhile.
    const std::vector<Finished> finished = std::exchange(finished_, {});
    for (const Finished& frame : finished) {
        if (frame.outcome == Finished::Outcome::Seen) {
            listener.on_shown(frame.token, frame.when);
        }
        listener.on_released(frame.token);
    }
    if (!is_ready() && finished_.empty()) {
        arm(ready_at_);
    }
    return {};
}

}  // namespace oriel
