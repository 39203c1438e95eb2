// SPDX-License-Identifier: MIT
#include "viewer/viewer.h"

#include <chrono>
#include <utility>

#include "base/log.h"
#include "viewer/open_presenter.h"

namespace oriel {
namespace {

/// While a frame waits, rings that follow each other faster than this ...
constexpr Nanoseconds kHastyRing = std::chrono::milliseconds(8);
/// ... are left unheard for so long.
constexpr Nanoseconds kDeafness = std::chrono::milliseconds(4);

}  // namespace

Viewer::Viewer(PollLoop& loop, const ViewerOptions& options, ViewerObserver& observer)
    : loop_(loop), options_(options), observer_(observer), mode_(options.mode) {
    tick_timer_ = loop_.add_timer([this] { on_tick(); });
    display_timer_ = loop_.add_timer([this] { find_display(); });
    poll_timer_ = loop_.add_timer([this] { on_poll(); });
    message_timer_ = loop_.add_timer([this] { show_message_now(); });
    wish_timer_ = loop_.add_timer([this] { follow_size_wish(); });
    pace_timer_ = loop_.add_timer([this] { follow_presenter(); });
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
    if (!options.window_file.empty()) {
        viewer->memory_.emplace(options.window_file);
    }
    const ViewerOptions remembered = viewer->remembered_options();
    viewer->mode_ = remembered.mode;
    ORIEL_TRY_ASSIGN(viewer->presenter_, open_presenter(remembered));
    viewer->open_layers();
    viewer->pump_ = std::make_unique<FramePump>(*viewer->subscriber_, *viewer->presenter_);
    viewer->screen_ = std::make_unique<ScreenPump>(*viewer->presenter_);
    viewer->bind_region();
    ORIEL_TRY(viewer->open_input());
    viewer->watch_presenter();
    viewer->flush_hook_ = loop.before_sleep([raw = viewer.get()] { raw->prepare_to_sleep(); });
    viewer->tell_refresh();
    if (options.overlay == ViewerOptions::Overlay::Shown) {
        viewer->overlay_->toggle_figures();
    }
    viewer->loop_.arm(viewer->message_timer_, kMessageDelay);
    viewer->look(monotonic_now());
    return viewer;
}

Viewer::~Viewer() {
    if (presenter_) {
        remember_window();
    }
    if (memory_) {
        memory_->finish();
    }
    if (subscriber_) {
        subscriber_->leave();
        region_->ring_publisher();
    }
    unwatch_region();
    unwatch_presenter();
    if (flush_hook_) {
        loop_.remove(*flush_hook_);
    }
    for (const PollLoop::Id timer :
         {tick_timer_,
          backoff_timer_,
          poll_timer_,
          message_timer_,
          pace_timer_,
          display_timer_,
          wish_timer_}) {
        loop_.remove(timer);
    }
}

Result<void> Viewer::open_input() {
    // Two ways to one guest would take it from each other.
    screen_->set_source(nullptr);
    input_.reset();
    told_input_ = region_->input_uri();
    FoundInput found;
    if (options_.input) {
        ORIEL_TRY_ASSIGN(found, options_.input(told_input_));
    }
    if (!found.lack.empty()) {
        log(LogLevel::Debug, found.lack);
    }
    const GrabWishes wishes{options_.host_key, options_.grab_on_start, options_.auto_grab};
    options_.grab_on_start = false;  // That was the start.
    input_ = std::make_unique<ViewerInput>(loop_,
                                           *presenter_,
                                           std::move(found),
                                           wishes,
                                           ViewerInput::Listener{[this] { on_input_note(); },
                                                                 [this] {
                                                                     follow_screen();
                                                                 }});
    input_->on_visibility(is_visible_);
    input_->on_focus(has_focus_);
    return {};
}

/// A broker that came back may have been told otherwise than the one before.
void Viewer::follow_broker() {
    if (region_->input_uri() == told_input_) {
        return;
    }
    if (auto opened = open_input(); !opened) {
        fail(opened.error());
        return;
    }
    set_title();
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
    const bool was_put_off = std::exchange(is_frame_put_off_, is_put_off(outcome));
    if (is_frame_put_off_ && was_put_off && woke - put_off_ < kHastyRing && doorbell_watch_) {
        // The presenter's next event, or the pace, is when there is something to do. Only where it
        // is rung again soon: mostly it is not, and then the timer would wake us for nothing.
        loop_.pause(*doorbell_watch_);
        loop_.arm(backoff_timer_, kDeafness);
    }
    if (is_frame_put_off_) {
        put_off_ = woke;
    }
    const News cursor = follow_cursor();
    follow_screen();
    follow_state();
    follow_size_wish();
    follow_idle();
    schedule();
    const bool measured = clock_before.has_value() != subscriber_->clock_offset(woke).has_value();
    const bool news = changes.session || measured || cursor == News::Some ||
                      outcome == FramePump::Outcome::Shown || is_frame_put_off_;
    return news ? News::Some : News::None;
}

void Viewer::apply(const Subscriber::Changes& changes) {
    if (changes.session && pump_) {
        pump_->forget_session();
        agent_pointer_ = {};
        size_wish_.lose_answer(monotonic_now());
    }
    if (changes.ring_publisher) {
        region_->ring_publisher();
    }
}

FramePump::Outcome Viewer::show_newest(Nanoseconds woke) {
    if (failure_ || subscriber_->status().state != SessionStatus::State::Live) {
        return FramePump::Outcome::Nothing;
    }
    const bool was_covered = !message().empty();
    if (was_covered && (pump_->has_shown_in_session() ||
                        subscriber_->has_news(FramePump::kOutput, FrameFeed::Wanted::Finished))) {
        clear_message();
    }
    if (picture_ == ViewerObserver::Picture::Machine && pump_->has_shown_in_session()) {
        pump_->show_again();  // A publisher that was silent goes on.
    }
    const auto outcome = pump_->pump(woke);
    if (!outcome) {
        lose_display(outcome.error());
        return FramePump::Outcome::Nothing;
    }
    if (*outcome == FramePump::Outcome::Shown) {
        found_.frame = PollPace::Look::Frame::Shown;
    } else if (is_put_off(*outcome)) {
        found_.frame = PollPace::Look::Frame::PutOff;
    }
    if (*outcome == FramePump::Outcome::TooSoon) {
        loop_.arm_at(pace_timer_, pump_->next_show());
    }
    if (*outcome == FramePump::Outcome::Shown || *outcome == FramePump::Outcome::MadeWhole) {
        set_picture(ViewerObserver::Picture::Agent);
    }
    if (*outcome == FramePump::Outcome::Shown) {
        loop_.disarm(message_timer_);
        if (!had_first_frame_) {
            had_first_frame_ = true;
            observer_.on_first_frame();
            note_window();
        }
    }
    return *outcome;
}

Viewer::News Viewer::follow_cursor() {
    const auto news = subscriber_->cursor_news(FramePump::kOutput);
    if (!news) {
        return News::None;
    }
    show_pointer(*news);
    if (news->image) {
        agent_pointer_.image = news->image;
    }
    if (news->position) {
        agent_pointer_.position = news->position;
    }
    if (!news->image && !news->position) {
        return News::None;
    }
    found_.pointer = PollPace::Look::Pointer::Moved;
    return News::Some;
}

void Viewer::show_pointer(const CursorNews& news) {
    if (news.image) {
        presenter_->set_cursor(*news.image);
    }
    if (news.position) {
        presenter_->set_cursor_position(*news.position);
    }
}

void Viewer::fail(Error error) {
    if (!failure_) {
        failure_ = std::move(error);
    }
    loop_.stop();
}

}  // namespace oriel
