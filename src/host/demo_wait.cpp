// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include "base/output.h"
#include "host/demo_run.h"

namespace oriel {
namespace {

/// How often conditions are looked at again that no descriptor tells of.
constexpr Nanoseconds kLookAgain = std::chrono::milliseconds(20);

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
            return Failure(
                Error::protocol(fmt::format("waited {} s for {} in vain{}",
                                            std::chrono::ceil<std::chrono::seconds>(limit).count(),
                                            what,
                                            state)));
        }
        ORIEL_TRY(loop_.run_once(kLookAgain));
        if (loop_.is_stopped()) {
            return Failure(Error::busy("stopped before its end: nothing was compared"));
        }
    }
    return {};
}

/// Whoever ended early has said why on stderr.
Result<void> DemoRun::check_all_run() {
    const auto ended = [](const std::string& label) {
        return Failure(Error::protocol(fmt::format("the {} ended too early", label)));
    };
    for (DemoMember* member : {broker_.get(), agent_.get(), viewer_.get()}) {
        if (member != nullptr && member->is_silent()) {
            return ended(member->child().label());
        }
    }
    for (DemoServer* server : {guest_server_.get(), host_server_.get()}) {
        if (server != nullptr && server->process.has_ended()) {
            return ended(server->process.label());
        }
    }
    if (scene_) {
        if (const auto label = scene_->find_ended()) {
            return ended(*label + " in the guest");
        }
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
                           std::chrono::ceil<std::chrono::seconds>(options_.duration).count(),
                           region_->frames()));
}

void DemoRun::end_progress() const {
    if (is_terminal()) {
        print_text("\r\033[K");
    }
}

}  // namespace oriel
