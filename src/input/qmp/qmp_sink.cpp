// SPDX-License-Identifier: MIT
#include "input/qmp/qmp_sink.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <ranges>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/log.h"

namespace oriel {
namespace {

using Link = InputState::Link;

/// Commands on their way at a time. One would do; a few more hide the way to QEMU and back.
constexpr std::size_t kMaxUnanswered = 8;
constexpr Nanoseconds kGreetingPatience = std::chrono::seconds(2);
constexpr Nanoseconds kRefusedPause = std::chrono::milliseconds(500);
constexpr Nanoseconds kMiceStale = std::chrono::seconds(1);

timespec timespec_of(Nanoseconds time) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    return {static_cast<time_t>(time.count() / kSecond), static_cast<long>(time.count() % kSecond)};
}

}  // namespace

Result<std::unique_ptr<QmpSink>> QmpSink::open(const std::string& path) {
    UniqueFd poll(::epoll_create1(EPOLL_CLOEXEC));
    UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (!poll || !timer) {
        return Failure(Error::system("prepare input over qmp", errno));
    }
    epoll_event event{.events = EPOLLIN, .data = {.fd = timer.get()}};
    if (::epoll_ctl(poll.get(), EPOLL_CTL_ADD, timer.get(), &event) != 0) {
        return Failure(Error::system("prepare input over qmp", errno));
    }
    std::unique_ptr<QmpSink> sink(new QmpSink(path, std::move(poll), std::move(timer)));
    sink->connect_at_ = monotonic_now();
    sink->step();
    return sink;
}

QmpSink::QmpSink(std::string path, UniqueFd poll, UniqueFd timer)
    : path_(std::move(path)), poll_(std::move(poll)), timer_(std::move(timer)) {}

QmpSink::~QmpSink() {
    queue_.release_all();
    static_cast<void>(drain(kLastWait));
}

bool QmpSink::dispatch() {
    std::uint64_t expirations = 0;
    static_cast<void>(::read(timer_.get(), &expirations, sizeof(expirations)));
    const Nanoseconds now = monotonic_now();
    if (link_ && !link_->flush()) {
        lose(Link::Lost, "qmp " + path_ + " is gone", now);
    }
    read(now);
    step();
    const bool is_news = state_ != told_;
    told_ = state_;
    return is_news;
}

void QmpSink::key(std::uint32_t code, Press press) {
    // What QEMU has no name for would only hold the queue up.
    if (qmp_event_command({.code = code}, 1).empty()) {
        return;
    }
    queue_.key(code, press);
    step();
}

void QmpSink::button(std::uint32_t code, Press press) {
    queue_.button(code, press);
    step();
}

void QmpSink::move_to(std::uint32_t x,
                      std::uint32_t y,
                      std::uint32_t screen_width,
                      std::uint32_t screen_height) {
    queue_.move_to(x, y, screen_width, screen_height);
    step();
}

void QmpSink::move_by(std::int32_t x, std::int32_t y) {
    queue_.move_by(x, y);
    step();
}

void QmpSink::scroll(std::int32_t x, std::int32_t y) {
    queue_.scroll(x, y);
    step();
}

void QmpSink::release_all() {
    queue_.release_all();
    step();
}

void QmpSink::retry() {
    if (state_.link == Link::Refused && phase_ == Phase::Apart) {
        connect_at_ = monotonic_now();
        step();
    }
}

void QmpSink::connect(Nanoseconds now) {
    connect_at_.reset();
    auto link = QmpLink::connect(path_);
    if (!link) {
        const bool is_final = link.error().kind == ErrorKind::System;
        lose(is_final ? Link::Refused : Link::Lost, link.error().message, now);
        return;
    }
    link_ = std::move(*link);
    epoll_event event{.events = EPOLLIN, .data = {.fd = link_->socket().get()}};
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, link_->socket().get(), &event) != 0) {
        lose(Link::Lost, Error::system("watch qmp " + path_, errno).message, now);
        return;
    }
    phase_ = Phase::AwaitingGreeting;
    silent_since_ = now;
}

/// Lost: it is tried again by itself.
void QmpSink::lose(Link link, std::string reason, Nanoseconds now) {
    held_keys_.reset();
    link_.reset();  // closing it takes it out of the epoll
    phase_ = Phase::Apart;
    // Backwards, so that what was sent first is first again.
    for (const Command& command : unanswered_ | std::views::reverse) {
        const GuestInput event = command.event.value_or(GuestInput{});
        if (event.is_release()) {
            queue_.put_back(event);
        }
    }
    unanswered_.clear();
    queue_.set_ready(false);
    if (link == Link::Lost) {
        connect_at_ = now + back_off_.next();
    }
    state_ = {.link = link, .pointer = PointerMode::None, .leds = {}, .reason = std::move(reason)};
}

void QmpSink::read(Nanoseconds now) {
    if (!link_) {
        return;
    }
    const bool is_there = link_->receive();
    while (link_) {
        const auto line = link_->next_line();
        if (!line) {
            break;
        }
        const auto message = read_qmp_message(*line);
        if (!message || !take_message(*message, now)) {
            lose(Link::Lost, path_ + " does not speak QEMU's machine protocol (qmp)", now);
        }
    }
    if (link_ && !is_there) {
        lose(Link::Lost, "qmp " + path_ + " has ended", now);
    }
}

/// False: that is no QMP.
bool QmpSink::take_message(const QmpMessage& message, Nanoseconds now) {
    using Kind = QmpMessage::Kind;
    if (message.kind == Kind::Event) {
        return phase_ != Phase::AwaitingGreeting;
    }
    if (phase_ == Phase::AwaitingGreeting) {
        if (message.kind != Kind::Greeting) {
            return false;
        }
        phase_ = Phase::AwaitingAnswer;
        say(qmp_capabilities_command(++last_id_), now);
        return true;
    }
    if (phase_ == Phase::AwaitingAnswer) {
        if (message.kind != Kind::Return) {
            return false;
        }
        become_ready(now);
        return true;
    }
    take_answer(message, now);
    return message.kind != Kind::Greeting;
}

void QmpSink::become_ready(Nanoseconds now) {
    phase_ = Phase::Ready;
    back_off_.reset();
    held_until_ = Nanoseconds{0};
    if (auto watched = HeldKeys::watch_over(link_->socket())) {
        held_keys_ = std::move(*watched);
    } else {
        log(LogLevel::Warning, watched.error().message);
    }
    ask_for_mice(now);
}

void QmpSink::take_answer(const QmpMessage& message, Nanoseconds now) {
    const auto command = std::ranges::find(unanswered_, message.id, &Command::id);
    if (command == unanswered_.end()) {
        return;
    }
    const std::optional<GuestInput> event = command->event;
    unanswered_.erase(command);
    if (!event) {
        // The link is ready once it is known how the guest takes a pointer.
        queue_.set_ready(true);
        state_.link = Link::Ready;
        state_.pointer = message.pointer.value_or(PointerMode::None);
        state_.reason.clear();
    } else if (message.kind == QmpMessage::Kind::Refusal) {
        queue_.put_back(*event);
        if (event->is_release()) {
            held_until_ = now + kRefusedPause;
        }
        state_.reason = "qemu takes no input: " + message.text;
    } else {
        state_.reason.clear();
    }
}

void QmpSink::step() {
    const Nanoseconds now = monotonic_now();
    if (connect_at_ && now >= *connect_at_) {
        connect(now);
    }
    if (phase_ == Phase::AwaitingGreeting && now >= silent_since_ + kGreetingPatience) {
        // Connected, but not let in yet: QEMU speaks to one client at a time. It will to us.
        state_.link = Link::Refused;
        state_.reason = "qmp " + path_ +
                        " is taken by another program: give the viewer a -qmp socket of its own";
    }
    send_waiting(now);
    watch();
    arm(now);
}

void QmpSink::send_waiting(Nanoseconds now) {
    if (phase_ != Phase::Ready || now < held_until_) {
        return;
    }
    const bool is_used = !queue_.is_empty() || state_.pointer == PointerMode::None;
    if (is_used && now >= mice_asked_at_ + kMiceStale) {
        ask_for_mice(now);
    }
    while (link_ && unanswered_.size() < kMaxUnanswered) {
        const auto event = queue_.take(now);
        if (!event) {
            break;
        }
        const std::string line = qmp_event_command(*event, ++last_id_);
        if (!line.empty()) {
            unanswered_.push_back({last_id_, event});
            if (held_keys_) {
                held_keys_->note(*event);
            }
            say(line, now);
        }
    }
}

void QmpSink::ask_for_mice(Nanoseconds now) {
    mice_asked_at_ = now;
    if (std::ranges::any_of(unanswered_, [](const Command& command) { return !command.event; })) {
        return;
    }
    unanswered_.push_back({++last_id_, std::nullopt});
    say(qmp_query_mice_command(last_id_), now);
}

void QmpSink::say(const std::string& line, Nanoseconds now) {
    if (link_ && !link_->send(line)) {
        lose(Link::Lost, "qmp " + path_ + " is gone", now);
    }
}

/// Has the epoll wait for room where there is something left to send.
void QmpSink::watch() {
    if (link_) {
        const std::uint32_t wanted = link_->has_unsent() ? EPOLLIN | EPOLLOUT : EPOLLIN;
        epoll_event event{.events = wanted, .data = {.fd = link_->socket().get()}};
        static_cast<void>(::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, link_->socket().get(), &event));
    }
}

/// Has the timer wake us when there is something to do that nobody tells.
void QmpSink::arm(Nanoseconds now) {
    std::optional<Nanoseconds> next;
    const auto consider = [&next](Nanoseconds when) {
        next = std::min(next.value_or(when), when);
    };
    if (state_ != told_) {
        consider(now);
    }
    if (connect_at_) {
        consider(*connect_at_);
    }
    if (phase_ == Phase::AwaitingGreeting && state_.link != Link::Refused) {
        consider(silent_since_ + kGreetingPatience);
    }
    if (phase_ == Phase::Ready && unanswered_.size() < kMaxUnanswered) {
        if (const auto due = queue_.when(now)) {
            consider(std::max(*due, held_until_));
        }
        if (state_.pointer == PointerMode::None) {
            consider(std::max(mice_asked_at_ + kMiceStale, held_until_));
        }
    }
    itimerspec setting{};
    if (next) {
        // Zero would disarm it.
        setting.it_value = timespec_of(std::max(*next, Nanoseconds{1}));
    }
    static_cast<void>(::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &setting, nullptr));
}

/// Goes on until all is sent and answered; false where `limit` was too short.
bool QmpSink::drain(Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    step();
    while (link_ && phase_ == Phase::Ready && !(queue_.is_empty() && unanswered_.empty())) {
        const Nanoseconds left = give_up - monotonic_now();
        if (left <= Nanoseconds{0}) {
            return false;
        }
        pollfd entry{poll_.get(), POLLIN, 0};
        const timespec rest = timespec_of(left);
        static_cast<void>(::ppoll(&entry, 1, &rest, nullptr));
        static_cast<void>(dispatch());
    }
    return true;
}

}  // namespace oriel
