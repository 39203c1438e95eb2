// SPDX-License-Identifier: MIT
#include "host/broker_command.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/linux/service_manager.h"
#include "base/log.h"
#include "base/output.h"
#include "base/poll_loop.h"
#include "host/broker_text.h"
#include "region/broker.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

using Json = nlohmann::ordered_json;

std::string ready_line(const BrokerOptions& options) {
    return json_text(Json{{"event", "ready"},
                          {"region", options.name},
                          {"size", options.size},
                          {"vm_socket", vm_socket(options.folder)},
                          {"viewer_socket", viewer_socket(options.folder)},
                          {"qemu", qemu_arguments(options)},
                          {"libvirt", libvirt_xml(options)}});
}

std::string peer_line(const char* what, const BrokerEvent& event) {
    Json line{{"event", what}, {"peer", peer_word(event.peer)}};
    if (event.peer == BrokerEvent::Peer::Viewer) {
        line["index"] = event.index;
    }
    if (event.pid > 0) {
        line["pid"] = event.pid;
    }
    return json_text(line);
}

/// Tells what the broker does, and notes if it cannot.
class Teller {
  public:
    /// `manager` is null where the broker is no service.
    Teller(BrokerOptions broker,
           BrokerCommandOptions::Output output,
           PollLoop& loop,
           const ServiceManager* manager)
        : broker_(std::move(broker)), output_(output), loop_(loop), manager_(manager) {}

    void take(const BrokerEvent& event) {
        tell(event);
        tell_manager(event);
    }

    const std::optional<Error>& failure() const { return failure_; }

  private:
    void tell(const BrokerEvent& event) {
        switch (event.kind) {
        case BrokerEvent::Kind::Serving:
            if (is_json()) {
                print_line(ready_line(broker_));
            } else {
                print_text(broker_introduction(broker_));
            }
            return;
        case BrokerEvent::Kind::PeerConnected:
            return tell_of_peer(event, "peer-connected", "connected");
        case BrokerEvent::Kind::PeerReturned:
            return tell_of_peer(event, "peer-returned", "is back");
        case BrokerEvent::Kind::PeerGone:
            return tell_of_peer(event, "peer-gone", "is gone");
        case BrokerEvent::Kind::Failed:
            failure_ = Error{ErrorKind::System, 0, event.error};
            loop_.stop();
        }
    }

    void tell_manager(const BrokerEvent& event) {
        if (manager_ == nullptr || event.kind == BrokerEvent::Kind::Failed) {
            return;
        }
        if (unsigned* const number = peers_.of(event.peer)) {
            *number += event.kind == BrokerEvent::Kind::PeerGone ? -1U : 1U;
        }
        auto told = manager_->status(serving_text(broker_, peers_));
        if (told && event.kind == BrokerEvent::Kind::Serving) {
            told = manager_->ready();
        }
        if (!told) {
            log(LogLevel::Warning, told.error().message);
        }
    }

    bool is_json() const { return output_ == BrokerCommandOptions::Output::Json; }

    void tell_of_peer(const BrokerEvent& event, const char* name, const char* words) const {
        if (is_json()) {
            print_line(peer_line(name, event));
        } else {
            log(LogLevel::Info, fmt::format("{} {}", peer_text(event), words));
        }
    }

    BrokerOptions broker_;
    BrokerCommandOptions::Output output_;
    PollLoop& loop_;
    const ServiceManager* manager_;
    BrokerPeers peers_;
    std::optional<Error> failure_;
};

}  // namespace

Result<int> run_broker(const BrokerCommandOptions& options) {
    ORIEL_TRY_ASSIGN(const std::optional<ServiceManager> manager,
                     ServiceManager::from_environment());
    const ServiceManager* const keeper = manager ? &*manager : nullptr;
    ORIEL_TRY_ASSIGN(std::vector<PassedFd> passed, take_passed_fds());
    ORIEL_TRY_ASSIGN(BrokerService service, broker_service(std::move(passed), keeper));
    BrokerOptions wanted = options.broker;
    if (!service.folder.empty()) {
        wanted.folder = service.folder;
    }
    ORIEL_TRY_ASSIGN(const BrokerOptions broker_options, completed(std::move(wanted)));
    PollLoop loop;
    ORIEL_TRY(loop.stop_on_signals());
    Teller teller(broker_options, options.output, loop, keeper);
    const auto tell = [&teller](const BrokerEvent& event) {
        teller.take(event);
    };
    ORIEL_TRY_ASSIGN(const auto broker,
                     Broker::start(loop, broker_options, tell, std::move(service)));
    ORIEL_TRY(loop.run());
    if (const std::optional<Error>& failure = teller.failure()) {
        return Failure(*failure);
    }
    return 0;
}

}  // namespace oriel
