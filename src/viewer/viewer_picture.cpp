// SPDX-License-Identifier: MIT
#include "viewer/viewer_picture.h"

#include <algorithm>
#include <utility>

#include "viewer/status_text.h"

namespace oriel {
namespace {

constexpr const char* kNoPictureYet = "waiting for the guest's first picture";

}  // namespace

ViewerPicture::ViewerPicture(PollLoop& loop,
                             const RegionLink& link,
                             RegionWatch& watch,
                             ViewerDisplay& display,
                             Listener listener)
    : loop_(loop),
      link_(link),
      watch_(watch),
      display_(display),
      listener_(std::move(listener)),
      message_timer_(loop.add_timer([this] { show_message_now(); })),
      pace_timer_(loop.add_timer([this] { listener_.due(); })) {}

ViewerPicture::~ViewerPicture() {
    loop_.remove(message_timer_);
    loop_.remove(pace_timer_);
}

void ViewerPicture::open() {
    make_message();
    pump_ = std::make_unique<FramePump>(link_.subscriber(), display_.presenter());
    screen_ = std::make_unique<ScreenPump>(display_.presenter());
    loop_.arm(message_timer_, kMessageDelay);
}

void ViewerPicture::make_message() {
    message_ = std::make_unique<StatusMessage>(
        loop_, display_.presenter(), [this](Error error) { display_.lose(std::move(error)); });
}

void ViewerPicture::change_region() {
    pump_ = std::make_unique<FramePump>(link_.subscriber(), display_.presenter());
    pump_->set_refresh(told_refresh_mhz_);
}

void ViewerPicture::change_presenter() {
    screen_.reset();
    message_.reset();
    pump_->change_presenter(display_.presenter());
    screen_ = std::make_unique<ScreenPump>(display_.presenter());
    make_message();
    told_refresh_mhz_ = 0;
    become(Whose::None);
    show_pointer(agent_pointer_);
}

void ViewerPicture::forget_session() {
    pump_->forget_session();
    agent_pointer_ = {};
}

FramePump::Outcome ViewerPicture::show_newest(Nanoseconds woke) {
    if (is_stopped_ || link_.status().state != SessionStatus::State::Live) {
        return FramePump::Outcome::Nothing;
    }
    uncover();
    const auto outcome = pump_->pump(woke);
    if (!outcome) {
        display_.lose(outcome.error());
        return FramePump::Outcome::Nothing;
    }
    note(*outcome);
    return *outcome;
}

/// A frame is to be seen: takes away what is in its place.
void ViewerPicture::uncover() {
    const bool is_covered = !message().empty();
    if (is_covered &&
        (pump_->has_shown_in_session() ||
         link_.subscriber().has_news(FramePump::kOutput, FrameFeed::Wanted::Finished))) {
        clear_message();
    }
    if (whose_ == Whose::Machine && pump_->has_shown_in_session()) {
        pump_->show_again();  // A publisher that was silent goes on.
    }
}

void ViewerPicture::note(FramePump::Outcome outcome) {
    const bool is_shown = outcome == FramePump::Outcome::Shown;
    if (is_shown) {
        watch_.note_frame(PollPace::Look::Frame::Shown);
    } else if (is_put_off(outcome)) {
        watch_.note_frame(PollPace::Look::Frame::PutOff);
    }
    if (outcome == FramePump::Outcome::TooSoon) {
        loop_.arm_at(pace_timer_, pump_->next_show());
    }
    if (is_shown || outcome == FramePump::Outcome::MadeWhole) {
        become(Whose::Agent);
    }
    if (is_shown) {
        loop_.disarm(message_timer_);
        if (!std::exchange(had_first_frame_, true)) {
            listener_.first_frame();
        }
    }
}

RegionWatch::News ViewerPicture::follow_pointer() {
    const auto news = link_.subscriber().cursor_news(FramePump::kOutput);
    if (!news) {
        return RegionWatch::News::None;
    }
    show_pointer(*news);
    if (news->image) {
        agent_pointer_.image = news->image;
    }
    if (news->position) {
        agent_pointer_.position = news->position;
    }
    if (!news->image && !news->position) {
        return RegionWatch::News::None;
    }
    watch_.note_pointer();
    return RegionWatch::News::Some;
}

void ViewerPicture::show_pointer(const CursorNews& news) {
    if (news.image) {
        display_.presenter().set_cursor(*news.image);
    }
    if (news.position) {
        display_.presenter().set_cursor_position(*news.position);
    }
}

/// Until the agent's first picture, and once an agent gives no sign of life. Not for the moment in
/// which its screen changes its mode.
bool ViewerPicture::is_screen_due() const {
    const SessionStatus& status = link_.status();
    const bool is_at_work =
        status.state == SessionStatus::State::Live ||
        (status.state == SessionStatus::State::Waiting && status.reason == abi::kReasonModeChange);
    return !is_at_work || whose_ != Whose::Agent;
}

/// A picture of it is likely to come soon.
bool ViewerPicture::is_screen_awaited() const {
    return screen_due_since_ && screen_->standing() != MachineScreen::Standing::None &&
           monotonic_now() < *screen_due_since_ + kScreenPatience;
}

ScreenPump::Outcome ViewerPicture::follow_screen(MachineScreen* screen) {
    if (is_stopped_) {
        return ScreenPump::Outcome::Nothing;
    }
    const bool is_due = is_screen_due();
    const bool is_visible = display_.is_visible();
    screen_->set_source(screen);
    screen_->want(is_due && is_visible ? MachineScreen::Wanted::Yes : MachineScreen::Wanted::No);
    if (!is_due) {
        screen_due_since_.reset();
        return ScreenPump::Outcome::Nothing;
    }
    if (!screen_due_since_) {
        screen_due_since_ = monotonic_now();
    }
    if (!is_visible) {
        return ScreenPump::Outcome::Nothing;
    }
    const MachineScreen::Standing standing = screen_->standing();
    if (standing == MachineScreen::Standing::None && whose_ == Whose::Machine) {
        become(Whose::None);
        loop_.arm(message_timer_, kMessageDelay);
    }
    if (standing != MachineScreen::Standing::Shown || !display_.presenter().is_ready()) {
        return ScreenPump::Outcome::Nothing;
    }
    return show_screen();
}

ScreenPump::Outcome ViewerPicture::show_screen() {
    if (!message().empty()) {
        clear_message();
        screen_->show_again();
    }
    show_pointer(screen_->cursor_news());
    const auto outcome = screen_->pump();
    if (!outcome) {
        display_.lose(outcome.error());
        return ScreenPump::Outcome::Nothing;
    }
    if (*outcome == ScreenPump::Outcome::Shown) {
        loop_.disarm(message_timer_);
        become(Whose::Machine);
    }
    return *outcome;
}

void ViewerPicture::become(Whose whose) {
    if (std::exchange(whose_, whose) == whose) {
        return;
    }
    if (whose == Whose::Agent) {
        show_pointer(agent_pointer_);
    }
    listener_.whose(whose);
}

std::string ViewerPicture::screen_mark() const {
    return whose_ == Whose::Machine ? no_agent_mark(link_.status(), link_.cure()) : "";
}

void ViewerPicture::follow_state(const std::string& text) {
    if (text.empty()) {
        if (!pump_->has_shown_in_session() && message().empty() &&
            !loop_.is_armed(message_timer_)) {
            loop_.arm(message_timer_, kMessageDelay);
        }
    } else if (had_first_frame_ || !message().empty()) {
        show_message_now();
    }
}

void ViewerPicture::show_message_now() {
    if (is_stopped_ || whose_ == Whose::Machine) {
        return;  // screen_mark() says it, where there is one.
    }
    if (is_screen_awaited()) {
        if (!loop_.is_armed(message_timer_)) {
            loop_.arm_at(message_timer_, *screen_due_since_ + kScreenPatience);
        }
        return;
    }
    std::string text = link_.text();
    if (text.empty()) {
        if (pump_->has_shown_in_session()) {
            return;
        }
        text = kNoPictureYet;
    }
    loop_.disarm(message_timer_);
    become(Whose::None);
    message_->show(text);
}

void ViewerPicture::clear_message() {
    message_->show("");
    pump_->show_again();
}

void ViewerPicture::follow_refresh() {
    const Presenter::Refresh refresh = display_.presenter().refresh();
    if (refresh.mhz != told_refresh_mhz_) {
        told_refresh_mhz_ = refresh.mhz;
        pump_->set_refresh(refresh.mhz);
        link_.subscriber().set_refresh(refresh.mhz, refresh.phase);
        link_.ring();
    }
}

Result<CopiedPicture> ViewerPicture::copy() const {
    auto picture = link_.status().state == SessionStatus::State::Live ? pump_->copy_of_picture()
                                                                      : std::nullopt;
    if (!picture) {
        std::string why = message().empty() ? kNoPictureYet : message();
        std::ranges::replace(why, '\n', ' ');
        return Failure(Error::not_found("there is no picture now: " + why));
    }
    return std::move(*picture);
}

void ViewerPicture::on_released(std::uint64_t token) {
    if (!screen_->on_released(token)) {
        pump_->on_released(token);
    }
}

std::optional<ShownFrame> ViewerPicture::on_shown(std::uint64_t token, Nanoseconds when) {
    return pump_->on_shown(token, when);
}

void ViewerPicture::on_exposed() {
    if (whose_ == Whose::Machine) {
        screen_->show_again();
    } else if (message().empty()) {
        pump_->show_again();
    }
}

}  // namespace oriel
