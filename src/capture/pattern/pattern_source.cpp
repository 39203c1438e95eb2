// SPDX-License-Identifier: MIT
#include "capture/pattern/pattern_source.h"

#include <algorithm>

#include <fmt/format.h>

#include "capture/banded_write.h"
#include "capture/pattern/pattern_picture.h"

namespace oriel {
namespace {

constexpr std::uint32_t kMillihertz = 1000;

class PatternSource final : public Source {
  public:
    explicit PatternSource(const PatternOptions& options) : options_(options), picture_(options) {}

    std::string description() const override {
        return fmt::format("pattern {}x{}", options_.size.width, options_.size.height);
    }

    Result<void> bind_region(const OwnedHandle& /*file*/, const MappedMemory& /*memory*/) override {
        return {};
    }

    NativeHandle wake_handle() const override { return kNoHandle; }

    Result<void> dispatch() override { return {}; }

    std::optional<Nanoseconds> next_due() const override;
    Result<void> set_activity(Activity activity) override;

    FrameGeometry geometry() const override { return picture_.geometry(); }

    std::uint32_t refresh_mhz() const override { return options_.rate_hz * kMillihertz; }

    bool has_change() const override;
    Result<Captured> capture(const CaptureTarget& target) override;

    void return_damage(const Damage& damage) override { changed_.add(damage); }

  private:
    bool is_due() const;
    void advance(Nanoseconds now);
    std::uint64_t paint(const CaptureTarget& target, const Damage& damage);

    PatternOptions options_;
    PatternPicture picture_;
    Activity activity_ = Activity::Suspended;
    PatternStamp shown_;  ///< What the last captured frame says; frame 0: there was none.
    Damage changed_;      ///< Before the next frame's own change.
    Nanoseconds next_frame_{0};
};

std::optional<Nanoseconds> PatternSource::next_due() const {
    const bool is_over = options_.change == PatternChange::Still && shown_.frame != 0;
    if (activity_ == Activity::Suspended || is_over) {
        return std::nullopt;
    }
    return next_frame_;
}

Result<void> PatternSource::set_activity(Activity activity) {
    if (activity == Activity::Running && activity_ == Activity::Suspended) {
        changed_ = Damage::whole(options_.size);
        next_frame_ = monotonic_now();
    }
    activity_ = activity;
    return {};
}

bool PatternSource::has_change() const {
    return activity_ == Activity::Running && (!changed_.is_empty() || is_due());
}

Result<Captured> PatternSource::capture(const CaptureTarget& target) {
    if (activity_ == Activity::Suspended) {
        return Failure(Error::usage("cannot capture: " + description() + " is suspended"));
    }
    if (target.geometry != geometry() || target.pixels.size() < target.geometry.bytes()) {
        return Failure(Error::busy("the slot has not the shape of " + description()));
    }
    Captured captured;
    captured.capture_start = monotonic_now();
    if (is_due()) {
        advance(captured.capture_start);
    }
    changed_.clip(Rect::of(options_.size));
    captured.damage = changed_;
    changed_.clear();
    captured.bytes_moved = paint(target, captured.damage);
    return captured;
}

bool PatternSource::is_due() const {
    const auto due = next_due();
    return due && *due <= monotonic_now();
}

void PatternSource::advance(Nanoseconds now) {
    changed_.add(picture_.change(shown_.frame, shown_.frame + 1));
    shown_ = {shown_.frame + 1, now};
    if (options_.rate_hz != 0) {
        const Nanoseconds period = Nanoseconds(std::chrono::seconds(1)) / options_.rate_hz;
        next_frame_ += period * ((now - next_frame_) / period + 1);
    }
}

/// Returns the bytes written: the damage and what is stale.
std::uint64_t PatternSource::paint(const CaptureTarget& target, const Damage& damage) {
    const std::uint64_t pixels = write_in_bands(target, damage, [&](const Rect& rect) {
        picture_.paint(target.pixels, target.geometry, rect, shown_);
    });
    return pixels * bytes_per_pixel(PixelFormat::Bgra8);
}

}  // namespace

std::unique_ptr<Source> make_pattern_source(const PatternOptions& options) {
    return std::make_unique<PatternSource>(options);
}

}  // namespace oriel
