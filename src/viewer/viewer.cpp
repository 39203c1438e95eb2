// SPDX-License-Identifier: MIT
#include "viewer/viewer.h"

#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "viewer/open_presenter.h"
#include "viewer/status_text.h"

namespace oriel {
namespace {

constexpr Nanoseconds kTick = std::chrono::milliseconds(500);

/// A picture may be on its way: so long nothing is said about there being none.
constexpr Nanoseconds kMessageDelay = std::chrono::milliseconds(300);

}  // namespace

Viewer::Viewer(PollLoop& loop, const ViewerOptions& options, ViewerObserver& observer)
    : loop_(loop), options_(options), observer_(observer), mode_(options.mode) {
    tick_timer_ = loop_.add_timer([this] { on_tick(); });
    poll_timer_ = loop_.add_timer([this] { on_poll(); });
    message_timer_ = loop_.add_timer([this] { show_message_now(); });
    backoff_timer_ = loop_.add_timer([this] {
        if (doorbell_watch_) {
            loop_.resume(*doorbell_watch_);
        }
    });
}

Result<std::unique_ptr<Viewer>> Viewer::open(PollLoop& loop,
                                             const ViewerOptions& options,
                                             ViewerObserver& observer) {
    std::unique_ptr<Viewer> viewer(new Viewer(loop, options, observer));
    // The region first: the guest's agent wakes up and captures while the window opens.
    ORIEL_TRY(viewer->open_region());
    ORIEL_TRY_ASSIGN(viewer->presenter_, open_presenter(options));
    viewer->pump_ = std::make_unique<FramePump>(*viewer->subscriber_, *viewer->presenter_);
    viewer->bind_region();
    if (viewer->presenter_->fd() >= 0) {
        viewer->presenter_watch_ =
            loop.watch(viewer->presenter_->fd(), [raw = viewer.get()] { raw->on_presenter(); });
    }
    viewer->flush_hook_ = loop.before_sleep([raw = viewer.get()] { raw->prepare_to_sleep(); });
    viewer->tell_refresh();
    viewer->loop_.arm(viewer->message_timer_, kMessageDelay);
    viewer->look(monotonic_now());
    return viewer;
}

Viewer::~Viewer() {
    if (subscriber_) {
        subscriber_->leave();
        region_->ring_publisher();
    }
    unwatch_region();
    if (presenter_watch_) {
        loop_.remove(*presenter_watch_);
    }
    if (flush_hook_) {
        loop_.remove(*flush_hook_);
    }
    for (const PollLoop::Id timer : {tick_timer_, backoff_timer_, poll_timer_, message_timer_}) {
        loop_.remove(timer);
    }
}

Result<void> Viewer::open_region() {
    unwatch_region();
    subscriber_.reset();
    region_.reset();
    ORIEL_TRY_ASSIGN(region_, Region::open(options_.target, Role::Show));
    const bool copies = options_.platform == ViewerOptions::Platform::Offscreen;
    subscriber_ = std::make_unique<Subscriber>(
        region_->memory().bytes(),
        SubscriberOptions{.viewer = region_->viewer_index(),
                          .doorbell = copies ? SubscriberOptions::Doorbell::Announced
                                             : SubscriberOptions::Doorbell::Finished,
                          .clock_domain = clock_domain()});
    apply(subscriber_->refresh(monotonic_now()));
    watch_region();
    return {};
}

void Viewer::bind_region() {
    if (auto bound = presenter_->bind_region(region_->fd(), region_->memory()); !bound) {
        log(LogLevel::Debug, bound.error().message);
    }
}

void Viewer::watch_region() {
    if (region_->doorbell_fd() >= 0) {
        doorbell_watch_ = loop_.watch(region_->doorbell_fd(), [this] { on_doorbell(); });
    } else {
        loop_.arm(poll_timer_, Nanoseconds(0));
    }
    if (region_->connection_fd() >= 0) {
        connection_watch_ = loop_.watch(region_->connection_fd(), [this] { on_connection(); });
    }
}

void Viewer::unwatch_region() {
    if (doorbell_watch_) {
        loop_.remove(*std::exchange(doorbell_watch_, std::nullopt));
    }
    if (connection_watch_) {
        loop_.remove(*std::exchange(connection_watch_, std::nullopt));
    }
}

void Viewer::on_doorbell() {
    const Nanoseconds woke = monotonic_now();
    region_->drain_doorbell();
    if (look(woke) == News::Some) {
        backoff_.note_news();
        return;
    }
    if (doorbell_watch_) {
        loop_.pause(*doorbell_watch_);
        loop_.arm(backoff_timer_, backoff_.note_idle_wake());
    }
}

void Viewer::on_presenter() {
    if (auto done = presenter_->dispatch(*this); !done) {
        fail(done.error());
        return;
    }
    heard_presenter_ = false;
    follow_presenter();
}

FramePump::Outcome Viewer::follow_presenter() {
    const auto outcome = show_newest(monotonic_now());
    if (outcome != FramePump::Outcome::Busy && doorbell_watch_) {
        loop_.disarm(backoff_timer_);
        loop_.resume(*doorbell_watch_);
    }
    tell_refresh();
    return outcome;
}

/// A display library also reads while it writes: what it took in then wakes no poll().
void Viewer::prepare_to_sleep() {
    do {
        presenter_->flush();
        if (auto done = presenter_->dispatch(*this); !done) {
            fail(done.error());
            return;
        }
    } while (std::exchange(heard_presenter_, false) &&
             follow_presenter() == FramePump::Outcome::Shown);
}

void Viewer::on_connection() {
    region_->serve_connection();
    if (region_->link() == Region::Link::Alone && connection_watch_) {
        log(LogLevel::Warning, "the broker is gone; the picture goes on, waiting for it to return");
        loop_.remove(*std::exchange(connection_watch_, std::nullopt));
    }
    schedule();
}

void Viewer::on_tick() {
    const bool was_alone = region_->link() == Region::Link::Alone;
    if (was_alone) {
        region_->serve_connection();
    }
    if (region_->link() == Region::Link::Replaced) {
        log(LogLevel::Warning, "a new broker serves other memory; opening it");
        if (auto opened = open_region(); !opened) {
            fail(opened.error());
            return;
        }
        pump_ = std::make_unique<FramePump>(*subscriber_, *presenter_);
        bind_region();
    } else if (was_alone && region_->link() == Region::Link::Served) {
        log(LogLevel::Info, "the broker is back");
        unwatch_region();
        watch_region();
    }
    apply(subscriber_->tick(monotonic_now()));
    check_truncation();
    look(monotonic_now());
}

void Viewer::on_poll() {
    const Nanoseconds now = monotonic_now();
    const auto found = look(now) == News::Some ? PollPace::Look::News : PollPace::Look::Nothing;
    check_truncation();
    loop_.arm(poll_timer_, poll_pace_.sleep_after(found, now));
}

void Viewer::check_truncation() {
    if (region_->memory().was_truncated()) {
        fail(Error::not_found(fmt::format(
            "the region {} was cut short while it was in use; start the broker or create the "
            "file again",
            region_->description())));
    }
}

/// All that a wake-up may be about. News: it was about something.
Viewer::News Viewer::look(Nanoseconds woke) {
    if (failure_) {
        return News::None;
    }
    const std::optional<ClockOffset> clock_before = subscriber_->clock_offset(woke);
    const Subscriber::Changes changes = subscriber_->refresh(woke);
    apply(changes);
    const auto outcome = show_newest(woke);
    if (outcome == FramePump::Outcome::Busy && doorbell_watch_) {
        // The presenter's next event is when there is something to do.
        loop_.pause(*doorbell_watch_);
        loop_.arm(backoff_timer_, std::chrono::milliseconds(4));
    }
    const News cursor = follow_cursor();
    follow_state();
    schedule();
    const bool measured = clock_before.has_value() != subscriber_->clock_offset(woke).has_value();
    const bool news =
        changes.session || measured || cursor == News::Some || outcome == FramePump::Outcome::Shown;
    return news ? News::Some : News::None;
}

void Viewer::apply(const Subscriber::Changes& changes) {
    if (changes.session && pump_) {
        pump_->forget_session();
    }
    if (changes.ring_publisher) {
        region_->ring_publisher();
    }
}

FramePump::Outcome Viewer::show_newest(Nanoseconds woke) {
    if (failure_ || subscriber_->status().state != SessionStatus::State::Live) {
        return FramePump::Outcome::Nothing;
    }
    const bool was_covered = !message_.empty();
    if (was_covered && (pump_->has_shown_in_session() ||
                        subscriber_->has_news(FramePump::kOutput, FrameReader::Wanted::Finished))) {
        clear_message();
    }
    const auto outcome = pump_->pump(woke);
    if (!outcome) {
        fail(outcome.error());
        return FramePump::Outcome::Nothing;
    }
    if (*outcome == FramePump::Outcome::Shown) {
        loop_.disarm(message_timer_);
        if (!had_first_frame_) {
            had_first_frame_ = true;
            observer_.on_first_frame();
        }
    }
    return *outcome;
}

Viewer::News Viewer::follow_cursor() {
    const auto news = subscriber_->cursor_news(FramePump::kOutput);
    if (!news) {
        return News::None;
    }
    if (news->image) {
        presenter_->set_cursor(*news->image);
    }
    if (news->position) {
        presenter_->set_cursor_position(*news->position);
    }
    return news->image || news->position ? News::Some : News::None;
}

void Viewer::follow_state() {
    const SessionStatus& status = subscriber_->status();
    const std::string text = status_text(status, options_.target.text());
    if (told_state_ != status.state) {
        told_state_ = status.state;
        presenter_->set_title(window_title(status, options_.target.text()));
        observer_.on_state(status.state, text);
    }
    if (text.empty()) {
        if (!pump_->has_shown_in_session() && message_.empty() && !loop_.is_armed(message_timer_)) {
            loop_.arm(message_timer_, kMessageDelay);
        }
    } else if (had_first_frame_ || !message_.empty()) {
        show_message_now();
    }
}

void Viewer::show_message_now() {
    const SessionStatus& status = subscriber_->status();
    std::string text = status_text(status, options_.target.text());
    if (text.empty()) {
        if (pump_->has_shown_in_session()) {
            return;
        }
        text = "waiting for the guest's first picture";
    }
    loop_.disarm(message_timer_);
    if (text == message_) {
        return;
    }
    message_ = text;
    if (auto shown = presenter_->show_message(text); !shown) {
        fail(shown.error());
    }
}

void Viewer::clear_message() {
    message_.clear();
    if (auto shown = presenter_->show_message(""); !shown) {
        fail(shown.error());
        return;
    }
    pump_->show_again();
}

void Viewer::tell_refresh() {
    const Presenter::Refresh refresh = presenter_->refresh();
    if (refresh.mhz != told_refresh_mhz_) {
        told_refresh_mhz_ = refresh.mhz;
        subscriber_->set_refresh(refresh.mhz, refresh.phase);
        region_->ring_publisher();
    }
}

/// The tick runs while there is somebody to tell and hear, or a broker to find again.
void Viewer::schedule() {
    const bool needed = subscriber_->status().state != SessionStatus::State::NoPublisher ||
                        region_->link() != Region::Link::Served || region_->doorbell_fd() < 0;
    if (!needed) {
        loop_.disarm(tick_timer_);
    } else if (!loop_.is_armed(tick_timer_)) {
        loop_.arm(tick_timer_, kTick);
    }
}

void Viewer::fail(Error error) {
    if (!failure_) {
        failure_ = std::move(error);
    }
    loop_.stop();
}

void Viewer::on_released(std::uint64_t token) {
    heard_presenter_ = true;
    pump_->on_released(token);
}

void Viewer::on_shown(std::uint64_t token, Nanoseconds when) {
    pump_->on_shown(token, when);
}

void Viewer::on_exposed() {
    heard_presenter_ = true;
    if (message_.empty()) {
        pump_->show_again();
    }
}

void Viewer::on_visibility(bool is_visible) {
    subscriber_->set_visibility(is_visible ? Subscriber::Visibility::Visible
                                           : Subscriber::Visibility::Hidden);
    region_->ring_publisher();
}

void Viewer::on_resized(Size /*window*/) {}

void Viewer::on_focus(bool has_focus) {
    if (!has_focus) {
        host_keys_.on_focus_lost();
    }
}

void Viewer::on_input(const InputEvent& event) {
    const auto command = host_keys_.on_input(event);
    if (!command) {
        return;
    }
    switch (*command) {
    case HostCommand::ToggleFullScreen:
        mode_ = mode_ == Presenter::WindowMode::Normal ? Presenter::WindowMode::FullScreen
                                                       : Presenter::WindowMode::Normal;
        presenter_->set_window_mode(mode_);
        return;
    case HostCommand::Quit:
        loop_.stop();
        return;
    }
}

void Viewer::on_close_wanted() {
    loop_.stop();
}

}  // namespace oriel
