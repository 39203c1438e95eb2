// SPDX-License-Identifier: MIT
#include "capture/kms/kms_source.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "capture/banded_write.h"
#include "capture/kms/change_events.h"
#include "capture/kms/cursor_follower.h"
#include "capture/kms/kms_device.h"
#include "capture/kms/picture.h"
#include "capture/kms/plane_choice.h"
#include "capture/kms/wakeups.h"
#include "capture/screen_look_pace.h"

namespace oriel::kms_capture {
namespace {

/// A screen may be off for this long, as in a change of modes, before anybody is told.
constexpr Nanoseconds kPatience = std::chrono::seconds(1);
constexpr Nanoseconds kShortWait = std::chrono::milliseconds(50);
/// For the console, after the program that had the screen ended.
constexpr Nanoseconds kConsoleWait = std::chrono::milliseconds(200);
constexpr Nanoseconds kLongWait = std::chrono::milliseconds(500);

class KmsSource final : public Source {
  public:
    KmsSource(std::unique_ptr<KmsDevice> device,
              std::unique_ptr<ChangeEvents> events,
              Wakeups wakeups)
        : device_(std::move(device)),
          events_(std::move(events)),
          wakeups_(std::move(wakeups)),
          pace_(events_ ? ScreenLookPace::Told::ByEvents : ScreenLookPace::Told::ByNobody) {}

    /// The first look. Errors: also where no screen is on.
    Result<void> start();

    std::string description() const override { return "kms " + device_->name(); }

    /// Only the master of the device may: that is whoever draws there.
    Result<std::unique_ptr<ModeSetter>> open_mode_setter() const override {
        return Failure(Error::unsupported(
            "the mode of " + description() +
            " is set by the console's owner: X, a Wayland compositor, or video= for the kernel"));
    }

    Result<void> bind_region(const UniqueFd& /*fd*/, const MappedMemory& /*memory*/) override {
        return {};
    }

    NativeHandle wake_handle() const override { return wakeups_.fd(); }

    Result<void> dispatch() override;
    Result<void> set_activity(Activity activity) override;

    FrameGeometry geometry() const override { return picture_.geometry(); }

    std::uint32_t refresh_mhz() const override { return screen_.refresh_mhz; }

    bool has_change() const override {
        return activity_ == Activity::Running && !lost_since_ && !pending_.is_empty();
    }

    std::optional<Nanoseconds> changed_since() const override { return pending_since_; }

    bool has_screen() const override {
        return !lost_since_ || monotonic_now() - *lost_since_ < kPatience;
    }

    Result<Captured> capture(const CaptureTarget& target) override;
    void return_damage(const Damage& damage) override;

    std::optional<CursorPosition> cursor_position() const override { return cursor_.position(); }

    std::optional<CursorImage> take_cursor_image() override { return cursor_.take_image(); }

  private:
    enum class Sight : std::uint8_t { Dark, Shown };

    void take_events();
    Result<Sight> follow();
    Result<void> look();
    Result<void> look_or_glance();
    Result<void> follow_and_look();
    Result<void> wake();
    void rest();
    Result<void> make_way();
    Result<void> bear(Error error);
    void lose();
    void mark(const Damage& damage, Nanoseconds since);
    bool is_look_due(Nanoseconds now) const;
    void plan();
    Result<void> check(const CaptureTarget& target) const;
    std::uint64_t write(const CaptureTarget& target, const Damage& damage) const;

    std::unique_ptr<KmsDevice> device_;
    std::unique_ptr<ChangeEvents> events_;  ///< May be null.
    Wakeups wakeups_;                       ///< After those whose descriptors it watches.
    ScreenLookPace pace_;
    Picture picture_;
    CursorFollower cursor_;
    KmsScreen screen_;
    std::vector<KmsPlane> layers_;
    Activity activity_ = Activity::Suspended;
    Damage pending_;        ///< Looked at and not captured yet.
    bool is_late_ = false;  ///< The screen changed after what is pending was looked at.
    std::optional<Nanoseconds> pending_since_;
    std::optional<Nanoseconds> told_since_;  ///< Of a change that was not looked at yet.
    std::optional<Nanoseconds> lost_since_;  ///< No screen is on.
    std::optional<Error> ended_;             ///< What a capture found.
    bool has_made_way_ = false;              ///< Since then, for the console.
    Nanoseconds last_follow_{0};
    Nanoseconds last_vblank_{0};
};

Result<void> KmsSource::start() {
    if (events_) {
        ORIEL_TRY(wakeups_.watch(events_->fd()));
    }
    ORIEL_TRY(follow_and_look());
    if (lost_since_) {
        return Failure(Error::not_found("no screen of " + device_->name() + " is on"));
    }
    picture_.clear();
    device_->rest();
    return {};
}

Result<void> KmsSource::dispatch() {
    take_events();
    if (activity_ == Activity::Suspended) {
        return {};
    }
    if (ended_) {
        return Failure(*ended_);
    }
    ORIEL_TRY_ASSIGN(const Sight sight, follow());
    ORIEL_TRY(make_way());
    if (sight == Sight::Shown && (lost_since_ || is_look_due(monotonic_now()))) {
        const bool is_reshaped = picture_.geometry().size != screen_.size;
        if (lost_since_ || is_reshaped || pending_.is_empty()) {
            ORIEL_TRY(look_or_glance());
        } else {
            // It is looked at when it is captured: that may be a while from now.
            is_late_ = true;
        }
    }
    plan();
    return {};
}

/// A vblank comes a little before or after a whole period.
bool KmsSource::is_look_due(Nanoseconds now) const {
    return pace_.next_look() <= now + pace_.period() / 4;
}

void KmsSource::take_events() {
    wakeups_.drain();
    if (events_) {
        const ChangeNotice notice = events_->take();
        if (notice.is_content) {
            const Nanoseconds now = monotonic_now();
            pace_.note_event(now);
            told_since_ = told_since_ ? told_since_ : std::min(notice.since.value_or(now), now);
        }
    }
    if (const auto vblank = device_->take_vblank()) {
        last_vblank_ = *vblank;
    }
}

Result<void> KmsSource::set_activity(Activity activity) {
    if (activity == activity_) {
        return {};
    }
    activity_ = activity;
    if (activity == Activity::Suspended) {
        rest();
        return {};
    }
    ORIEL_TRY(wake());
    if (events_) {
        ORIEL_TRY(events_->start());
    }
    cursor_.forget_image();
    pace_.ask();
    ORIEL_TRY(follow_and_look());
    mark(Damage::whole(picture_.geometry().size), monotonic_now());
    plan();
    return {};
}

void KmsSource::rest() {
    if (events_) {
        events_->stop();
    }
    pending_.clear();
    pending_since_.reset();
    told_since_.reset();
    lost_since_.reset();
    is_late_ = false;
    picture_.clear();
    device_->rest();
    wakeups_.disarm();
}

Result<void> KmsSource::follow_and_look() {
    ORIEL_TRY_ASSIGN(const Sight sight, follow());
    return sight == Sight::Shown ? look() : Result<void>();
}

Result<void> KmsSource::wake() {
    ORIEL_TRY(device_->wake());
    // A descriptor that was closed is watched no more.
    return device_->vblank_fd() >= 0 ? wakeups_.watch(device_->vblank_fd()) : Result<void>();
}

/// A program that had the screen to itself has ended. The console comes back when the last one that
/// has the device open closes it, which may be us.
Result<void> KmsSource::make_way() {
    const bool is_unset = screen_.power == KmsScreen::Power::Unset;
    if (!lost_since_ || !is_unset || has_made_way_ ||
        monotonic_now() - *lost_since_ < kConsoleWait) {
        return {};
    }
    has_made_way_ = true;
    device_->rest();
    return wake();
}

/// Asks what is scanned out now, and where the pointer is.
Result<KmsSource::Sight> KmsSource::follow() {
    last_follow_ = monotonic_now();
    ORIEL_TRY_ASSIGN(const KmsScreen screen, device_->screen());
    if (!screen.is_on()) {
        screen_ = screen;
        lose();
        return Sight::Dark;
    }
    ORIEL_TRY_ASSIGN(const auto planes, device_->planes());
    ORIEL_TRY_ASSIGN(PlaneChoice choice, choose_planes(planes));
    if (choice.layers.empty()) {
        // On, with nothing to show: the program that had it ended.
        screen_.power = KmsScreen::Power::Unset;
        lose();
        return Sight::Dark;
    }
    cursor_.follow(*device_, choice.cursor);
    if (screen != screen_ || choice.layers != layers_) {
        screen_ = screen;
        layers_ = std::move(choice.layers);
        pace_.set_refresh(screen.refresh_mhz);
        pace_.forget_untold();
        pace_.ask();
    }
    return Sight::Shown;
}

Result<void> KmsSource::look() {
    const Nanoseconds start = monotonic_now();
    const auto changed = picture_.look(*device_, screen_.size, layers_);
    if (!changed) {
        return bear(changed.error());
    }
    lost_since_.reset();
    const bool is_still = changed->is_empty();
    pace_.note_look(start,
                    monotonic_now(),
                    is_still ? ScreenLookPace::Found::Nothing : ScreenLookPace::Found::Change);
    if (!is_still) {
        mark(*changed, told_since_.value_or(start));
    }
    told_since_.reset();
    return {};
}

/// Where nothing tells of a change, some of the rows say first whether there may be one.
Result<void> KmsSource::look_or_glance() {
    if (lost_since_ || !pace_.is_glance_enough()) {
        return look();
    }
    const auto has_changed = picture_.glance(*device_, screen_.size, layers_);
    if (!has_changed) {
        return bear(has_changed.error());
    }
    if (*has_changed) {
        return look();
    }
    // Asking what is scanned out is part of it.
    pace_.note_glance(last_follow_, monotonic_now());
    return {};
}

/// What a change of modes brings for a moment, is waited for.
Result<void> KmsSource::bear(Error error) {
    if (error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Protocol) {
        lose();
        return {};
    }
    return Failure(std::move(error));
}

void KmsSource::lose() {
    if (!lost_since_) {
        lost_since_ = monotonic_now();
        has_made_way_ = false;
    }
}

/// When to wake up next without an event.
void KmsSource::plan() {
    const Nanoseconds now = monotonic_now();
    if (lost_since_) {
        wakeups_.arm_at(now + (now - *lost_since_ < kPatience ? kShortWait : kLongWait));
        return;
    }
    const Nanoseconds next_follow = last_follow_ + pace_.period();
    // While something is late, the capture will look.
    Nanoseconds next = is_late_ ? last_follow_ + kLongWait : pace_.next_look();
    if (pace_.has_to_ask_for_flips()) {
        next = std::min(next, next_follow);
    }
    const bool is_next_period = next > now && next <= now + pace_.period() * 3 / 2;
    if (is_next_period && device_->request_vblank()) {
        // A driver may stop its vblanks at any time.
        next += pace_.period() * 2;
    }
    wakeups_.arm_at(next);
}

void KmsSource::mark(const Damage& damage, Nanoseconds since) {
    pending_.add(damage);
    if (!pending_since_ && !pending_.is_empty()) {
        pending_since_ = since;
    }
}

Result<Captured> KmsSource::capture(const CaptureTarget& target) {
    ORIEL_TRY(check(target));
    if (std::exchange(is_late_, false)) {
        if (auto looked = follow_and_look(); !looked) {
            // Only dispatch() can end a source.
            ended_ = looked.error();
            wakeups_.arm_at(monotonic_now());
            return Failure(std::move(looked).error());
        }
        ORIEL_TRY(check(target));
    }
    Captured captured;
    captured.damage = pending_;
    captured.damage.clip(Rect::of(target.geometry.size));
    captured.capture_start = pending_since_.value_or(monotonic_now());
    captured.vblank = last_vblank_;
    captured.bytes_moved = write(target, captured.damage);
    pending_.clear();
    pending_since_.reset();
    plan();
    return captured;
}

Result<void> KmsSource::check(const CaptureTarget& target) const {
    if (activity_ == Activity::Suspended) {
        return Failure(Error::usage("cannot capture: " + description() + " is suspended"));
    }
    if (lost_since_) {
        return Failure(Error::busy("the screen of " + device_->name() + " is off"));
    }
    if (target.geometry != geometry() || target.pixels.size() < target.geometry.bytes()) {
        return Failure(Error::busy("the screen of " + device_->name() + " changed its size"));
    }
    return {};
}

/// Returns the bytes written: the damage and what is stale.
std::uint64_t KmsSource::write(const CaptureTarget& target, const Damage& damage) const {
    const std::uint64_t pixels = write_in_bands(
        target, damage, [&](const Rect& rect) { picture_.write(rect, target.pixels); });
    return pixels * bytes_per_pixel(target.geometry.format);
}

void KmsSource::return_damage(const Damage& damage) {
    Damage returned = damage;
    returned.clip(Rect::of(picture_.geometry().size));
    mark(returned, monotonic_now());
}

}  // namespace

Result<std::unique_ptr<Source>> make_kms_source(std::unique_ptr<KmsDevice> device,
                                                std::unique_ptr<ChangeEvents> events) {
    ORIEL_TRY_ASSIGN(Wakeups wakeups, Wakeups::make());
    auto source =
        std::make_unique<KmsSource>(std::move(device), std::move(events), std::move(wakeups));
    ORIEL_TRY(source->start());
    return source;
}

}  // namespace oriel::kms_capture
