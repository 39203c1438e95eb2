// SPDX-License-Identifier: MIT
#include "capture/x11/x11_source.h"

#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/log.h"
#include "capture/x11/blank_watch.h"
#include "capture/x11/connection.h"
#include "capture/x11/cursor_tracker.h"
#include "capture/x11/damage_tracker.h"
#include "capture/x11/event.h"
#include "capture/x11/mode_setter.h"
#include "capture/x11/pixel_transfer.h"
#include "capture/x11/screen.h"
#include "capture/x11/screen_reader.h"

namespace oriel {
namespace x11_capture {
namespace {

class X11Source final : public Source {
  public:
    explicit X11Source(Connection connection)
        : connection_(std::move(connection)),
          screen_(connection_),
          damage_(connection_),
          transfer_(connection_),
          reader_(damage_, transfer_),
          cursor_(connection_) {}

    std::string description() const override { return "x11 " + connection_.display(); }

    Result<void> bind_region(const UniqueFd& fd, const MappedMemory& memory) override;

    NativeHandle wake_handle() const override { return xcb_get_file_descriptor(connection_.get()); }

    Result<void> dispatch() override;
    Result<void> set_activity(Activity activity) override;
    FrameGeometry geometry() const override;

    std::uint32_t refresh_mhz() const override { return screen_.refresh_mhz(); }

    std::optional<Nanoseconds> changed_since() const override { return pending_since_; }

    bool has_change() const override;
    Result<Captured> capture(const CaptureTarget& target) override;
    void return_damage(const Damage& damage) override;

    std::optional<CursorPosition> cursor_position() const override { return cursor_.position(); }

    std::optional<CursorImage> take_cursor_image() override { return cursor_.take_image(); }

    bool is_kept_on() override;

    Result<std::unique_ptr<ModeSetter>> open_mode_setter() const override {
        return open_x11_mode_setter(connection_.display());
    }

  private:
    void handle(const xcb_generic_event_t& event);
    void settle();
    void mark(const Damage& damage);
    Result<void> check(const CaptureTarget& target) const;
    Error size_changed() const;

    Connection connection_;
    Screen screen_;
    DamageTracker damage_;
    PixelTransfer transfer_;
    ScreenReader reader_;
    CursorTracker cursor_;
    BlankWatch blank_watch_;
    Activity activity_ = Activity::Suspended;
    bool is_noticed_ = false;  ///< The server has changes that were not taken.
    Damage changed_;           ///< Taken from the server and not captured yet.
    std::optional<Nanoseconds> pending_since_;
};

Result<void> X11Source::bind_region(const UniqueFd& fd, const MappedMemory& memory) {
    transfer_.bind_region(fd, memory.bytes());
    return connection_.is_gone() ? Failure(connection_.gone()) : Result<void>();
}

Result<void> X11Source::dispatch() {
    settle();
    return connection_.is_gone() ? Failure(connection_.gone()) : Result<void>();
}

Result<void> X11Source::set_activity(Activity activity) {
    if (activity == activity_) {
        return {};
    }
    activity_ = activity;
    if (activity == Activity::Running) {
        damage_.start();
        cursor_.start();
        mark(Damage::whole(screen_.size()));
    } else {
        damage_.stop();
        cursor_.stop();
        is_noticed_ = false;
    }
    connection_.flush();
    return connection_.is_gone() ? Failure(connection_.gone()) : Result<void>();
}

FrameGeometry X11Source::geometry() const {
    const Size size = screen_.size();
    return {size, size.width * bytes_per_pixel(PixelFormat::Bgra8), PixelFormat::Bgra8, 0};
}

bool X11Source::has_change() const {
    return activity_ == Activity::Running && (is_noticed_ || !changed_.is_empty());
}

Result<Captured> X11Source::capture(const CaptureTarget& target) {
    ORIEL_TRY(check(target));
    // Before the pixels: its answer is there when theirs are, and wakes nobody.
    cursor_.ask_position();
    cursor_.update();
    auto frame = reader_.read(target, changed_);
    is_noticed_ = false;
    const Nanoseconds since = pending_since_ ? *pending_since_ : monotonic_now();
    pending_since_.reset();
    settle();
    const bool is_too_late = screen_.size() != target.geometry.size;
    if (!frame || is_too_late) {
        is_noticed_ = true;
        pending_since_ = since;
        return Failure(frame ? size_changed() : std::move(frame).error());
    }
    changed_.clear();
    if (!frame->late.is_empty()) {
        mark(frame->late);
    }
    return Captured{frame->damage, since, Nanoseconds{0}, frame->bytes_moved};
}

void X11Source::return_damage(const Damage& damage) {
    if (!damage.is_empty()) {
        Damage returned = damage;
        returned.clip(Rect::of(screen_.size()));
        mark(returned);
    }
}

bool X11Source::is_kept_on() {
    const bool is_on = blank_watch_.is_kept_on(connection_);
    settle();  // The reply may have brought events along, for which the descriptor wakes nobody.
    return is_on;
}

/// Reads what came, without waiting. Replies that capture() waited for bring events along: none
/// may be left in xcb's queue, or the next one sleeps there until another arrives.
void X11Source::settle() {
    while (const auto event = connection_.poll_event()) {
        if (!was_sent(*event)) {
            handle(*event);
        }
    }
    cursor_.update();
    connection_.flush();
}

void X11Source::handle(const xcb_generic_event_t& event) {
    if (type_of(event) == 0) {
        const auto& error = event_as<xcb_generic_error_t>(event);
        log(LogLevel::Debug,
            fmt::format("the X server of {} refused request {}.{} with error {}",
                        connection_.display(),
                        int{error.major_code},
                        int{error.minor_code},
                        int{error.error_code}));
        return;
    }
    if (damage_.is_notice(event)) {
        is_noticed_ = true;
        mark({});
        return;
    }
    if (screen_.handle(event) == Screen::Change::Size) {
        transfer_.forget_slots();
        changed_.clear();
        mark(Damage::whole(screen_.size()));
        return;
    }
    cursor_.handle(event);
}

/// Something (empty: it is not known yet what) has to be captured.
void X11Source::mark(const Damage& damage) {
    changed_.add(damage);
    if (!pending_since_) {
        pending_since_ = monotonic_now();
    }
}

Result<void> X11Source::check(const CaptureTarget& target) const {
    if (activity_ == Activity::Suspended) {
        return Failure(Error::usage("cannot capture: " + description() + " is suspended"));
    }
    if (target.geometry != geometry()) {
        return Failure(size_changed());
    }
    return {};
}

Error X11Source::size_changed() const {
    return Error::busy("the screen of " + connection_.display() + " changed its size");
}

}  // namespace
}  // namespace x11_capture

Result<std::unique_ptr<Source>> open_x11_source(const std::string& display,
                                                X11SourceOptions options) {
    ORIEL_TRY_ASSIGN(auto connection, x11_capture::Connection::open(display));
    if (options.shared_pixmaps == X11SourceOptions::SharedPixmaps::Avoid) {
        connection.avoid_shared_pixmaps();
    }
    auto source = std::make_unique<x11_capture::X11Source>(std::move(connection));
    if (source->geometry().size.is_empty()) {
        return Failure(Error::not_found("the X server of " + source->description() + " is gone"));
    }
    return source;
}

}  // namespace oriel
