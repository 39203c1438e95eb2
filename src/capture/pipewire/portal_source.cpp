// SPDX-License-Identifier: MIT
#include "capture/pipewire/portal_source.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "capture/banded_write.h"
#include "capture/pipewire/portal.h"
#include "capture/pipewire/say.h"
#include "capture/pipewire/screen_stream.h"
#include "relay/copy_kernel.h"

namespace oriel::pipewire_capture {
namespace {

/// Told before the desktop has said how large its screen is.
constexpr FrameGeometry kUnknown{{1280, 720}, 1280 * 4, PixelFormat::Bgra8, 0};

constexpr std::uint32_t kNoEvents = 0;

class PortalSource final : public Source {
  public:
    explicit PortalSource(std::unique_ptr<Portal> portal) : portal_(std::move(portal)) {}

    Result<void> start();

    std::string description() const override { return "pipewire desktop portal"; }

    /// The compositor writes into buffers of its own.
    Result<void> bind_region(const UniqueFd& /*fd*/, const MappedMemory& /*memory*/) override {
        return {};
    }

    NativeHandle wake_handle() const override { return poll_.get(); }

    Result<void> dispatch() override;
    Result<void> set_activity(Activity activity) override;

    FrameGeometry geometry() const override { return geometry_; }

    std::uint32_t refresh_mhz() const override { return 0; }

    bool has_change() const override {
        return activity_ == Activity::Running && has_screen() && stream_->has_picture() &&
               (owes_all_ || !stream_->damage().is_empty());
    }

    std::optional<Nanoseconds> changed_since() const override {
        return stream_ ? stream_->changed_since() : std::nullopt;
    }

    bool has_screen() const override { return stream_ && !stream_->geometry().size.is_empty(); }

    Result<Captured> capture(const CaptureTarget& target) override;

    void return_damage(const Damage& damage) override {
        if (stream_) {
            stream_->add_damage(damage);
        }
    }

    std::optional<CursorPosition> cursor_position() const override {
        return stream_ ? stream_->cursor_position() : std::nullopt;
    }

    std::optional<CursorImage> take_cursor_image() override {
        return stream_ ? stream_->take_cursor_image() : std::nullopt;
    }

    Result<std::unique_ptr<ModeSetter>> open_mode_setter() const override {
        return Failure(Error::unsupported(
            "a desktop's portal sets no sizes: change the screen's in the desktop's settings"));
    }

  private:
    Result<void> follow_portal();
    Result<void> follow_stream();
    Result<void> poll_portal();
    void arm_timer() const;
    void go_dark(const std::string& reason);
    Result<void> control_poll(int operation, int fd, std::uint32_t events) const;

    UniqueFd poll_;
    UniqueFd timer_;
    std::unique_ptr<Portal> portal_;
    std::unique_ptr<ScreenStream> stream_;
    std::uint32_t portal_events_ = kNoEvents;
    FrameGeometry geometry_ = kUnknown;
    Activity activity_ = Activity::Suspended;
    bool owes_all_ = true;
};

Result<void> PortalSource::control_poll(int operation, int fd, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    return ::epoll_ctl(poll_.get(), operation, fd, &event) == 0
               ? Result<void>()
               : Result<void>(Failure(Error::system("poll the desktop portal", errno)));
}

Result<void> PortalSource::start() {
    poll_.reset(::epoll_create1(EPOLL_CLOEXEC));
    timer_.reset(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (!poll_ || !timer_) {
        return Failure(Error::system("poll the desktop portal", errno));
    }
    ORIEL_TRY(control_poll(EPOLL_CTL_ADD, timer_.get(), EPOLLIN));
    ORIEL_TRY(control_poll(EPOLL_CTL_ADD, portal_->fd(), kNoEvents));
    return dispatch();
}

Result<void> PortalSource::dispatch() {
    if (stream_) {
        // First, since a PipeWire that is gone takes the portal's session along.
        ORIEL_TRY(follow_stream());
    }
    if (portal_) {
        ORIEL_TRY(follow_portal());
    }
    arm_timer();
    return {};
}

Result<void> PortalSource::follow_portal() {
    ORIEL_TRY(portal_->dispatch());
    if (portal_->stage() == Portal::Stage::Over) {
        go_dark(portal_->reason());
        return {};
    }
    if (auto grant = portal_->take_grant()) {
        ORIEL_TRY_ASSIGN(stream_, ScreenStream::open(std::move(*grant)));
        ORIEL_TRY(control_poll(EPOLL_CTL_ADD, stream_->fd(), EPOLLIN));
        ORIEL_TRY(set_activity(activity_));
        ORIEL_TRY(follow_stream());
    }
    return portal_ ? poll_portal() : Result<void>();
}

Result<void> PortalSource::poll_portal() {
    if (const std::uint32_t events = portal_->events(); events != portal_events_) {
        ORIEL_TRY(control_poll(EPOLL_CTL_MOD, portal_->fd(), events));
        portal_events_ = events;
    }
    return {};
}

void PortalSource::arm_timer() const {
    std::uint64_t ignored = 0;
    static_cast<void>(::read(timer_.get(), &ignored, sizeof(ignored)));
    const auto none = Nanoseconds::max();
    const Nanoseconds portal_due = portal_ ? portal_->due().value_or(none) : none;
    const Nanoseconds stream_due = stream_ ? stream_->due().value_or(none) : none;
    const Nanoseconds due = std::max(std::min(portal_due, stream_due), Nanoseconds(1));
    itimerspec time{};
    if (due != none) {
        time.it_value.tv_sec = static_cast<time_t>(due / std::chrono::seconds(1));
        time.it_value.tv_nsec = static_cast<long>((due % std::chrono::seconds(1)).count());
    }
    static_cast<void>(::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &time, nullptr));
}

Result<void> PortalSource::follow_stream() {
    ORIEL_TRY(stream_->dispatch());
    if (stream_->is_over()) {
        go_dark(
            "the desktop has ended the sharing of the screen: start oriel-guest anew to be asked "
            "again (systemctl --user restart oriel-guest)");
        return {};
    }
    if (!stream_->geometry().size.is_empty() && stream_->geometry() != geometry_) {
        geometry_ = stream_->geometry();
        owes_all_ = true;
    }
    return {};
}

/// For good: to ask again would overrule a person, and a token would do so without a word.
void PortalSource::go_dark(const std::string& reason) {
    say(LogLevel::Warning, reason);
    stream_.reset();
    portal_.reset();
}

Result<void> PortalSource::set_activity(Activity activity) {
    if (activity != activity_) {
        activity_ = activity;
        owes_all_ = true;
    }
    if (stream_) {
        stream_->set_flow(activity == Activity::Running ? ScreenStream::Flow::Running
                                                        : ScreenStream::Flow::Paused);
    }
    return {};
}

Result<Captured> PortalSource::capture(const CaptureTarget& target) {
    if (activity_ == Activity::Suspended) {
        return Failure(Error::usage("cannot capture: " + description() + " is suspended"));
    }
    if (!stream_ || !stream_->has_picture() || target.geometry != geometry_) {
        return Failure(Error::busy("the desktop has no picture of that shape yet"));
    }
    Captured captured;
    captured.damage = owes_all_ ? Damage::whole(geometry_.size) : stream_->damage();
    captured.capture_start = stream_->changed_since().value_or(monotonic_now());
    const std::uint32_t pixel = bytes_per_pixel(geometry_.format);
    ORIEL_TRY(stream_->read([&](const ScreenStream::Pixels& pixels) {
        const auto copy = [&](const Rect& rect) {
            const std::size_t left = std::size_t{rect.x} * pixel;
            copy_rows(target.pixels.data() + std::size_t{rect.y} * geometry_.stride + left,
                      pixels.first + std::size_t{rect.y} * pixels.stride + left,
                      {.row_bytes = std::uint64_t{rect.width} * pixel,
                       .rows = rect.height,
                       .to_stride = geometry_.stride,
                       .from_stride = pixels.stride});
        };
        captured.bytes_moved = write_in_bands(target, captured.damage, copy) * pixel;
    }));
    stream_->take_damage();
    owes_all_ = false;
    return captured;
}

}  // namespace

Result<std::unique_ptr<Source>> open_portal_source(Say say) {
    set_say(say);
    ORIEL_TRY_ASSIGN(auto portal, Portal::open());
    auto source = std::make_unique<PortalSource>(std::move(portal));
    ORIEL_TRY(source->start());
    return source;
}

Result<void> probe_portal() {
    ORIEL_TRY(Portal::open());
    return {};
}

}  // namespace oriel::pipewire_capture
