// SPDX-License-Identifier: MIT
#include "viewer/viewer.h"

#include <chrono>
#include <utility>

#include "base/log.h"

namespace oriel {
namespace {

constexpr Nanoseconds kTick = std::chrono::milliseconds(500);

SubscriberOptions::Doorbell doorbell_for(const ViewerOptions& options) {
    const bool copies = options.platform == ViewerOptions::Platform::Offscreen;
    return copies ? SubscriberOptions::Doorbell::Announced : SubscriberOptions::Doorbell::Finished;
}

}  // namespace

Viewer::Viewer(PollLoop& loop, const ViewerOptions& options, ViewerObserver& observer)
    : loop_(loop),
      options_(options),
      observer_(observer),
      link_(options.target, doorbell_for(options)),
      watch_(loop,
             {.look = [this](Nanoseconds woke) { return look(woke); },
              .looked = [this] { check_truncation(); },
              .connection =
                  [this] {
                      on_connection();
                  }}),
      display_(loop,
               options_,
               {.event = [this] { on_presenter(); },
                .replaced = [this](ViewerDisplay::Kind kind) { return take_presenter(kind); },
                .mode =
                    [this] {
                        note_window();
                        idle_.follow();
                    },
                .failed =
                    [this](Error error) {
                        fail(std::move(error));
                    }}),
      picture_(loop,
               link_,
               watch_,
               display_,
               {.whose =
                    [this](ViewerObserver::Picture whose) {
                        observer_.on_picture(whose);
                        window_.set_title();
                    },
                .first_frame =
                    [this] {
                        observer_.on_first_frame();
                        note_window();
                    },
                .due =
                    [this] {
                        follow_presenter();
                    }}),
      window_(loop, options_, link_, display_, picture_, [this] { follow_screen(); }),
      teller_(link_, picture_, window_, observer),
      idle_(options_, link_, display_),
      panel_({loop, options_, link_, display_, picture_, window_, idle_}),
      tick_timer_(loop.add_timer([this] { on_tick(); })) {
    if (options_.resize == ViewerOptions::Resize::Window) {
        resizer_.emplace(
            loop, link_, [this](const SizeWish::Mode& mode, WishEnd end, const std::string& note) {
                observer_.on_wish(mode, end, note);
                window_.set_guest_note(note);
            });
    }
}

Result<std::unique_ptr<Viewer>> Viewer::open(PollLoop& loop,
                                             const ViewerOptions& options,
                                             ViewerObserver& observer) {
    std::unique_ptr<Viewer> viewer(new Viewer(loop, options, observer));
    ORIEL_TRY(viewer->open());
    return viewer;
}

Result<void> Viewer::open() {
    // The region first: the guest's agent wakes up and captures while the window opens.
    ORIEL_TRY(open_region());
    ORIEL_TRY(display_.open());
    picture_.open();
    bind_region();
    ORIEL_TRY(window_.open());
    flush_hook_ = loop_.before_sleep([this] { prepare_to_sleep(); });
    picture_.follow_refresh();
    look(monotonic_now());
    return {};
}

Viewer::~Viewer() {
    link_.leave();
    if (flush_hook_) {
        loop_.remove(*flush_hook_);
    }
    loop_.remove(tick_timer_);
}

Result<void> Viewer::open_region() {
    watch_.unwatch();
    ORIEL_TRY(link_.open());
    watch_.watch(link_.region());
    return {};
}

void Viewer::bind_region() {
    const Region& region = link_.region();
    if (auto bound = display_.presenter().bind_region(region.fd(), region.memory()); !bound) {
        log(LogLevel::Debug, bound.error().message);
    }
}

Result<void> Viewer::open_region_again() {
    ORIEL_TRY(open_region());
    picture_.change_region();
    bind_region();
    return {};
}

/// All that a wake-up may be about. News: it was about something.
RegionWatch::News Viewer::look(Nanoseconds woke) {
    using News = RegionWatch::News;
    if (failure_) {
        return News::None;
    }
    const bool had_clock = link_.subscriber().clock_offset(woke).has_value();
    const Subscriber::Changes changes = link_.subscriber().refresh(woke);
    apply(changes);
    const auto outcome = picture_.show_newest(woke);
    const bool is_put_off = ViewerPicture::is_put_off(outcome);
    watch_.note_waiting(is_put_off ? RegionWatch::Waiting::Frame : RegionWatch::Waiting::None,
                        woke);
    const News pointer = picture_.follow_pointer();
    follow_screen();
    teller_.follow();
    if (resizer_) {
        resizer_->follow();
    }
    idle_.follow();
    schedule();
    const bool measured = had_clock != link_.subscriber().clock_offset(woke).has_value();
    const bool is_news = changes.session || measured || pointer == News::Some ||
                         outcome == FramePump::Outcome::Shown || is_put_off;
    return is_news ? News::Some : News::None;
}

void Viewer::apply(const Subscriber::Changes& changes) {
    if (changes.session) {
        picture_.forget_session();
        if (resizer_) {
            resizer_->lose_answer();
        }
    }
    link_.apply(changes);
}

void Viewer::on_connection() {
    link_.region().serve_connection();
    if (link_.region().link() == Region::Link::Alone && watch_.unwatch_connection()) {
        log(LogLevel::Warning, "the broker is gone; the picture goes on, waiting for it to return");
    }
    schedule();
}

void Viewer::on_tick() {
    switch (link_.serve()) {
    case RegionLink::Turn::Replaced:
        if (auto opened = open_region_again(); !opened) {
            fail(opened.error());
            return;
        }
        follow_broker();
        break;
    case RegionLink::Turn::BrokerBack:
        watch_.watch(link_.region());
        follow_broker();
        break;
    case RegionLink::Turn::None:
        break;
    }
    display_.remember_window();
    apply(link_.subscriber().tick(monotonic_now()));
    if (link_.region().doorbell_handle() < 0) {
        watch_.look_now();  // A frame that came just now is one of the rate, too.
        return;
    }
    check_truncation();
    look(monotonic_now());
}

/// The tick runs while there is somebody to tell and hear, or a broker to find again.
void Viewer::schedule() {
    const Region& region = link_.region();
    const bool is_needed = link_.status().state != SessionStatus::State::NoPublisher ||
                           region.link() != Region::Link::Served || region.doorbell_handle() < 0;
    if (!is_needed) {
        loop_.disarm(tick_timer_);
    } else if (!loop_.is_armed(tick_timer_)) {
        loop_.arm(tick_timer_, kTick);
    }
}

void Viewer::follow_broker() {
    if (auto followed = window_.follow_broker(); !followed) {
        fail(followed.error());
    }
}

void Viewer::check_truncation() {
    if (auto error = link_.truncation()) {
        fail(std::move(*error));
    }
}

void Viewer::on_presenter() {
    if (auto done = display_.presenter().dispatch(*this); !done) {
        display_.lose(done.error());
        return;
    }
    heard_presenter_ = false;
    follow_presenter();
}

FramePump::Outcome Viewer::follow_presenter() {
    const Nanoseconds now = monotonic_now();
    auto outcome = picture_.show_newest(now);
    if (outcome == FramePump::Outcome::Shown) {
        watch_.note_frame_between(now);
    }
    if (follow_screen() == ScreenPump::Outcome::Shown) {
        outcome = FramePump::Outcome::Shown;
    }
    if (!ViewerPicture::is_put_off(outcome)) {
        watch_.hear_again();
    }
    picture_.follow_refresh();
    return outcome;
}

/// A display library also reads while it writes: what it took in then wakes no poll().
void Viewer::prepare_to_sleep() {
    if (!failure_) {
        window_.refresh_figures();
    }
    do {
        display_.presenter().flush();
        if (auto done = display_.presenter().dispatch_read(*this); !done) {
            display_.lose(done.error());
            return;
        }
    } while (std::exchange(heard_presenter_, false) &&
             follow_presenter() == FramePump::Outcome::Shown);
}

/// What refers to the presenter is made anew.
Result<void> Viewer::take_presenter(ViewerDisplay::Kind kind) {
    window_.close();
    picture_.change_presenter();
    bind_region();
    ORIEL_TRY(window_.open());
    window_.set_title();
    on_visibility(kind == ViewerDisplay::Kind::Display);
    if (kind == ViewerDisplay::Kind::Display) {
        look(monotonic_now());
    }
    return {};
}

ScreenPump::Outcome Viewer::follow_screen() {
    return window_.is_open() ? picture_.follow_screen(window_.machine_screen())
                             : ScreenPump::Outcome::Nothing;
}

/// Not before there is a picture, whose size the window takes on at first.
void Viewer::note_window() {
    if (!resizer_ || !picture_.had_first_frame()) {
        return;
    }
    const bool is_full_screen = display_.mode() == Presenter::WindowMode::FullScreen;
    resizer_->set_window(
        {display_.presenter().area().size, is_full_screen ? picture_.refresh_mhz() : 0});
}

void Viewer::fail(Error error) {
    if (!failure_) {
        failure_ = std::move(error);
    }
    picture_.stop();
    loop_.stop();
}

void Viewer::on_released(std::uint64_t token) {
    heard_presenter_ = true;
    picture_.on_released(token);
}

void Viewer::on_shown(std::uint64_t token, Nanoseconds when) {
    if (const auto frame = picture_.on_shown(token, when)) {
        window_.overlay().note_frame(*frame);
        observer_.on_frame(*frame);
    }
}

void Viewer::on_exposed() {
    heard_presenter_ = true;
    picture_.on_exposed();
}

void Viewer::on_visibility(bool is_visible) {
    link_.subscriber().set_visibility(is_visible ? Subscriber::Visibility::Visible
                                                 : Subscriber::Visibility::Hidden);
    link_.ring();
    display_.set_visible(is_visible);
    picture_.on_visibility(is_visible);
    window_.on_visibility(is_visible);
    idle_.follow();
    follow_screen();
}

void Viewer::on_resized(const WindowArea& /*area*/) {
    picture_.on_resized();
    window_.on_resized();
    note_window();
}

}  // namespace oriel
