// SPDX-License-Identifier: MIT
#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "base/output.h"
#include "host/demo/demo_run.h"

namespace oriel {
namespace {

/// How often conditions are looked at again that no descriptor tells of.
constexpr Nanoseconds kLookAgain = std::chrono::milliseconds(20);

constexpr Nanoseconds kEndLimit = std::chrono::seconds(5);

Error stopped() {
    return Error::busy("stopped before its end: nothing was compared");
}

bool is_terminal() {
    static const bool answer = ::isatty(STDOUT_FILENO) == 1;
    return answer;
}

}  // namespace

Result<void> DemoRun::wait_for(const std::string& what,
                               Nanoseconds limit,
                               const std::function<bool()>& is_so) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (!is_so()) {
        ORIEL_TRY(check_all_run());
        if (monotonic_now() >= give_up) {
            const std::string state =
                viewer_ && !viewer_->said().state.empty()
                    ? fmt::format(" (the viewer's last word: {})", viewer_->said().state)
                    : "";
            return Failure(Error::protocol(
                fmt::format("waited {} s for {} in vain{}", whole_seconds(limit), what, state)));
        }
        ORIEL_TRY(loop_.run_once(kLookAgain));
        if (loop_.is_stopped()) {
            return Failure(stopped());
        }
    }
    return {};
}

Result<void> DemoRun::pause(Nanoseconds time) {
    const Nanoseconds end = monotonic_now() + time;
    while (monotonic_now() < end) {
        ORIEL_TRY(check_all_run());
        ORIEL_TRY(loop_.run_once(std::min(kLookAgain, end - monotonic_now())));
        if (loop_.is_stopped()) {
            return Failure(stopped());
        }
    }
    return {};
}

Result<void> DemoRun::pass_time(Nanoseconds limit, const std::function<bool()>& is_so) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (!is_so() && monotonic_now() < give_up && !loop_.is_stopped()) {
        ORIEL_TRY(loop_.run_once(kLookAgain));
    }
    return {};
}

/// Whoever ended early has said why on stderr.
Result<void> DemoRun::check_all_run() {
    const auto ended = [](const std::string& label) {
        return Failure(Error::protocol(fmt::format("the {} ended too early", label)));
    };
    if (viewer_ && viewer_->is_silent() && !has_own_host()) {
        is_closed_ = viewer_->child().wait(kEndLimit) && viewer_->child().exit_code() == 0;
        if (is_closed_) {
            return Failure(Error::busy("the window was closed"));
        }
    }
    for (DemoMember* member : {broker_.get(), viewer_.get()}) {
        if (member != nullptr && member->is_silent()) {
            return ended(member->child().label());
        }
    }
    if (host_server_ && host_server_->process.has_ended()) {
        return ended(host_server_->process.label());
    }
    if (const auto label = guest_->find_ended()) {
        return ended(*label);
    }
    return {};
}

void DemoRun::show_progress(Nanoseconds since) {
    if (!is_terminal() || monotonic_now() - last_progress_ < std::chrono::milliseconds(500)) {
        return;
    }
    last_progress_ = monotonic_now();
    region_->look(last_progress_);
    print_text(fmt::format("\r  {} of {} s, {} frames ",
                           std::chrono::floor<std::chrono::seconds>(last_progress_ - since).count(),
                           whole_seconds(options_.duration),
                           region_->frames()));
}

void DemoRun::end_progress() const {
    if (is_terminal()) {
        print_text("\r\033[K");
    }
}

}  // namespace oriel
