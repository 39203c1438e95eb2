// SPDX-License-Identifier: MIT
#include "viewer/domain_input.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>

#include "base/linux/event_fd.h"
#include "base/log.h"
#include "domain/domain_graphics.h"
#include "input/open_input.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

constexpr std::chrono::seconds kFirstPause(1);
constexpr std::chrono::seconds kLongestPause(15);

/// Why there is no way yet.
struct Lack {
    std::string text;  ///< For the window.
    enum class Hope : std::uint8_t { None, LookAgain } hope = Hope::None;
};

/// A connection of its own each time: a daemon that was started anew does not matter.
Result<UniqueFd> open_graphics(const std::string& region, const std::string& uri) {
    ORIEL_TRY_ASSIGN(const DomainGraphics graphics, DomainGraphics::of_region(region, uri));
    return graphics.open();
}

Lack lack_of(const Error& error) {
    log(LogLevel::Debug, error.message);
    const auto hope = error.kind == ErrorKind::NotFound ? Lack::Hope::LookAgain : Lack::Hope::None;
    return {kNoInputKnown, hope};
}

/// The one daemon that can have the region's machine.
Result<std::string, Lack> daemon_of(const std::string& region) {
    const std::string given = default_libvirt_uri();
    if (!given.empty()) {
        // Behind the slashes a host would stand.
        if (!given.contains(":///")) {
            return Failure(lack_of(
                Error::unsupported("not asking " + given + ": the machine is on this host")));
        }
        return given;
    }
    if (is_system_folder(viewer_socket_of(region))) {
        return "qemu:///system";
    }
    if (!is_user_libvirt_running()) {
        return Failure(lack_of(Error::not_found("no libvirt daemon of this user is running")));
    }
    return "qemu:///session";
}

Result<std::unique_ptr<InputSink>, Lack> look_for(const std::string& region) {
    ORIEL_TRY_ASSIGN(const std::string uri, daemon_of(region));
    const auto graphics = DomainGraphics::of_region(region, uri);
    if (!graphics) {
        return Failure(lack_of(graphics.error()));
    }
    if (const auto connection = graphics->open(); !connection) {
        return Failure(Lack{connection.error().message, Lack::Hope::LookAgain});
    }
    SpiceOptions options;
    options.open_connection = [region, uri] {
        return open_graphics(region, uri);
    };
    auto sink = open_spice(std::move(options));
    if (!sink) {
        return Failure(Lack{sink.error().message});
    }
    return std::move(*sink);
}

InputState refused(std::string reason) {
    return {.link = InputState::Link::Refused,
            .pointer = PointerMode::None,
            .leds = {},
            .reason = std::move(reason)};
}

}  // namespace

/// What the thread and the viewer share, guarded by `mutex`.
struct DomainInput::Search {
    std::string region;
    UniqueFd news;

    std::mutex mutex;
    std::condition_variable changed;
    std::unique_ptr<InputSink> found;
    std::string lack;
    bool is_wanted_now = false;
    bool is_ending = false;
    bool has_ended = false;

    void run() {
        std::chrono::seconds pause = kFirstPause;
        std::unique_lock lock(mutex);
        while (!is_ending) {
            is_wanted_now = false;
            lock.unlock();
            auto sink = look_for(region);
            lock.lock();
            if (sink) {
                found = std::move(*sink);
                break;
            }
            if (lack != sink.error().text) {
                lack = sink.error().text;
                ring_event_fd(news);
            }
            wait(lock, sink.error().hope, pause);
            pause = std::min(2 * pause, kLongestPause);
        }
        has_ended = true;
        changed.notify_all();
        ring_event_fd(news);
    }

    void wait(std::unique_lock<std::mutex>& lock, Lack::Hope hope, std::chrono::seconds pause) {
        const auto is_due = [this] {
            return is_wanted_now || is_ending;
        };
        if (hope == Lack::Hope::None) {
            changed.wait(lock, is_due);
        } else {
            changed.wait_for(lock, pause, is_due);
        }
    }
};

Result<std::unique_ptr<InputSink>> DomainInput::open(const std::string& region) {
    auto search = std::make_shared<Search>();
    search->region = region;
    ORIEL_TRY_ASSIGN(search->news, create_event_fd());
    ORIEL_TRY_ASSIGN(StableFd news, StableFd::create());
    return std::unique_ptr<InputSink>(new DomainInput(std::move(search), std::move(news)));
}

DomainInput::DomainInput(std::shared_ptr<Search> search, StableFd news)
    : search_(std::move(search)), news_(std::move(news)) {
    news_.lead_to(search_->news);
    std::thread([search = search_] { search->run(); }).detach();
}

DomainInput::~DomainInput() {
    std::unique_lock lock(search_->mutex);
    search_->is_ending = true;
    search_->changed.notify_all();
    search_->changed.wait_for(lock, kLastWait, [this] { return search_->has_ended; });
    const std::unique_ptr<InputSink> untaken = std::move(search_->found);
    lock.unlock();
}

std::string DomainInput::description() const {
    return sink_ ? sink_->description()
                 : fmt::format("the libvirt domain of region {}", search_->region);
}

bool DomainInput::dispatch() {
    if (sink_) {
        return sink_->dispatch();
    }
    static_cast<void>(drain_event_fd(search_->news));
    const std::lock_guard lock(search_->mutex);
    InputState before =
        std::exchange(state_, search_->lack.empty() ? InputState{} : refused(search_->lack));
    sink_ = std::move(search_->found);
    if (sink_) {
        // The search is over, and what it rang for has been heard.
        const UniqueFd sink_fd(::fcntl(sink_->fd(), F_DUPFD_CLOEXEC, 0));
        news_.lead_to(sink_fd);
    }
    return before != state();
}

void DomainInput::key(std::uint32_t code, Press press) {
    if (sink_) {
        sink_->key(code, press);
    }
}

void DomainInput::button(std::uint32_t code, Press press) {
    if (sink_) {
        sink_->button(code, press);
    }
}

void DomainInput::move_to(std::uint32_t x,
                          std::uint32_t y,
                          std::uint32_t screen_width,
                          std::uint32_t screen_height) {
    if (sink_) {
        sink_->move_to(x, y, screen_width, screen_height);
    }
}

void DomainInput::move_by(std::int32_t x, std::int32_t y) {
    if (sink_) {
        sink_->move_by(x, y);
    }
}

void DomainInput::scroll(std::int32_t x, std::int32_t y) {
    if (sink_) {
        sink_->scroll(x, y);
    }
}

void DomainInput::release_all() {
    if (sink_) {
        sink_->release_all();
    }
}

void DomainInput::retry() {
    if (sink_) {
        sink_->retry();
        return;
    }
    const std::lock_guard lock(search_->mutex);
    search_->is_wanted_now = true;
    search_->changed.notify_all();
}

}  // namespace oriel
