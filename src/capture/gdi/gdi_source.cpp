// SPDX-License-Identifier: MIT
#include "capture/gdi/gdi_source.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/windows/waitable_timer.h"
#include "base/windows/wide_text.h"
#include "capture/banded_write.h"
#include "capture/gdi/desktop_bitmap.h"
#include "capture/gdi/pointer.h"
#include "capture/row_compare.h"
#include "capture/screen_look_pace.h"
#include "capture/windows/input_desktop.h"
#include "capture/windows/screen_power.h"
#include "capture/windows/windows_mode_setter.h"
#include "relay/copy_kernel.h"
#include "relay/layout.h"

namespace oriel::gdi_capture {
namespace {

/// Without a screen, or with the input on a desktop that we may not see.
constexpr Nanoseconds kBlindPause = std::chrono::milliseconds(250);

/// For so long that may be, as in a change of modes, before anybody is told.
constexpr Nanoseconds kPatience = std::chrono::seconds(1);

class GdiSource final : public Source {
  public:
    GdiSource(std::string name, WaitableTimer timer)
        : name_(std::move(name)), timer_(std::move(timer)), pace_(ScreenLookPace::Told::ByNobody) {}

    /// The first look. Errors: there is no such screen.
    Result<void> start();

    std::string description() const override { return "gdi " + to_utf8(screen_.device); }

    Result<void> bind_region(const OwnedHandle& /*file*/, const MappedMemory& /*memory*/) override {
        return {};
    }

    NativeHandle wake_handle() const override { return timer_.handle(); }

    Result<void> dispatch() override;
    Result<void> set_activity(Activity activity) override;

    FrameGeometry geometry() const override {
        return {.size = screen_.size,
                .stride = aligned_stride(screen_.size.width, PixelFormat::Bgra8)};
    }

    std::uint32_t refresh_mhz() const override { return screen_.refresh_mhz; }

    bool has_change() const override {
        return activity_ == Activity::Running && !pending_.is_empty();
    }

    std::optional<Nanoseconds> changed_since() const override { return pending_since_; }

    bool has_screen() const override {
        return !blind_since_ || monotonic_now() - *blind_since_ < kPatience;
    }

    Result<Captured> capture(const CaptureTarget& target) override;

    void return_damage(const Damage& damage) override { mark(damage, monotonic_now()); }

    std::optional<CursorPosition> cursor_position() const override { return pointer_.position(); }

    std::optional<CursorImage> take_cursor_image() override { return pointer_.take_image(); }

    bool is_kept_on() override { return is_screen_kept_on(); }

    Result<std::unique_ptr<ModeSetter>> open_mode_setter() const override {
        return make_windows_mode_setter(screen_.device);
    }

  private:
    Result<void> follow_screen();
    Result<void> look(Nanoseconds now);
    void go_blind(Nanoseconds now);
    void mark(const Damage& damage, Nanoseconds since);
    void plan(Nanoseconds now);

    std::string name_;  ///< As the person has it; empty: the primary screen, whichever it is.
    WaitableTimer timer_;
    ScreenLookPace pace_;
    InputDesktop desktop_;
    WindowsScreen screen_;
    std::optional<DesktopBitmap> bitmap_;
    std::vector<std::byte> picture_;  ///< As looked at last: rows of the bitmap's stride.
    Pointer pointer_;
    Activity activity_ = Activity::Suspended;
    Damage pending_;  ///< Looked at and not captured yet.
    std::optional<Nanoseconds> pending_since_;
    std::optional<Nanoseconds> blind_since_;
};

Result<void> GdiSource::start() {
    ORIEL_TRY_ASSIGN(screen_, find_screen(name_));
    pace_.set_refresh(screen_.refresh_mhz);
    return {};
}

Result<void> GdiSource::set_activity(Activity activity) {
    if (activity == Activity::Suspended) {
        timer_.disarm();
    } else if (activity_ == Activity::Suspended) {
        // What is in the slots may be another picture's; so may be what was looked at before.
        bitmap_.reset();
        pointer_.forget();
        pace_.ask();
        timer_.arm(Nanoseconds(0));
    }
    activity_ = activity;
    return {};
}

Result<void> GdiSource::dispatch() {
    if (activity_ == Activity::Suspended) {
        return {};
    }
    const Nanoseconds now = monotonic_now();
    const bool is_look_due = now >= pace_.next_look();
    if (is_look_due && !follow_screen()) {
        go_blind(now);
        return {};
    }
    pointer_.follow(screen_);
    if (is_look_due) {
        if (auto looked = look(now); !looked) {
            // The input went to another desktop, as a rule; the next look is made there.
            static_cast<void>(desktop_.enter());
            go_blind(now);
            return {};
        }
        blind_since_.reset();
    }
    plan(monotonic_now());
    return {};
}

/// The screen's place, size and rate, which change without a word.
Result<void> GdiSource::follow_screen() {
    ORIEL_TRY_ASSIGN(const WindowsScreen screen, find_screen(name_));
    if (screen != screen_) {
        screen_ = screen;
        bitmap_.reset();
        pace_.set_refresh(screen.refresh_mhz);
        pace_.ask();
    }
    return {};
}

Result<void> GdiSource::look(Nanoseconds now) {
    const bool is_new = !bitmap_;
    if (is_new) {
        ORIEL_TRY_ASSIGN(bitmap_, DesktopBitmap::make(screen_.size));
        picture_.assign(bitmap_->stride() * screen_.size.height, std::byte{0});
    }
    ORIEL_TRY(bitmap_->take(screen_));
    Damage changed = take_changes({.now = bitmap_->pixels(),
                                   .now_stride = bitmap_->stride(),
                                   .before = picture_.data(),
                                   .before_stride = bitmap_->stride(),
                                   .size = screen_.size,
                                   .bytes_per_pixel = bytes_per_pixel(PixelFormat::Bgra8)});
    if (is_new) {
        changed = Damage::whole(screen_.size);
        pending_.clear();
    }
    pace_.note_look(
        now,
        monotonic_now(),
        changed.is_empty() ? ScreenLookPace::Found::Nothing : ScreenLookPace::Found::Change);
    mark(changed, now);
    return {};
}

void GdiSource::go_blind(Nanoseconds now) {
    blind_since_ = blind_since_.value_or(now);
    pace_.ask();
    timer_.arm(kBlindPause);
}

void GdiSource::mark(const Damage& damage, Nanoseconds since) {
    if (damage.is_empty()) {
        return;
    }
    pending_.add(damage);
    pending_.clip(Rect::of(screen_.size));
    pending_since_ = pending_since_.value_or(since);
}

/// The pointer is followed once a refresh, whatever the screen does.
void GdiSource::plan(Nanoseconds now) {
    timer_.arm(std::min(pace_.next_look() - now, pace_.period()));
}

Result<Captured> GdiSource::capture(const CaptureTarget& target) {
    if (target.geometry != geometry() || target.pixels.size() < target.geometry.bytes() ||
        !bitmap_) {
        return Failure(Error::busy("the slot has not the shape of " + description()));
    }
    constexpr std::uint64_t kPixelBytes = bytes_per_pixel(PixelFormat::Bgra8);
    const std::uint64_t stride = bitmap_->stride();
    const std::uint64_t pixels = write_in_bands(target, pending_, [&](const Rect& rect) {
        copy_rows(&target.pixels[rect.y * target.geometry.stride + rect.x * kPixelBytes],
                  &picture_[rect.y * stride + rect.x * kPixelBytes],
                  {.row_bytes = rect.width * kPixelBytes,
                   .rows = rect.height,
                   .to_stride = target.geometry.stride,
                   .from_stride = stride});
    });
    Captured captured{.damage = std::exchange(pending_, {}),
                      .capture_start = pending_since_.value_or(monotonic_now()),
                      .bytes_moved = pixels * kPixelBytes};
    pending_since_.reset();
    return captured;
}

}  // namespace
}  // namespace oriel::gdi_capture

namespace oriel {

Result<std::unique_ptr<Source>> open_gdi_source(const std::string& screen) {
    ORIEL_TRY_ASSIGN(WaitableTimer timer, WaitableTimer::make());
    auto source = std::make_unique<gdi_capture::GdiSource>(screen, std::move(timer));
    ORIEL_TRY(source->start());
    return source;
}

}  // namespace oriel
