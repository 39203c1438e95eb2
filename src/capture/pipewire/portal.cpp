// SPDX-License-Identifier: MIT
#include "capture/pipewire/portal.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "capture/pipewire/restore_token.h"
#include "capture/pipewire/say.h"

namespace oriel::pipewire_capture {
namespace {

// Of org.freedesktop.portal.ScreenCast.
constexpr std::uint32_t kMonitor = 1;
constexpr std::uint32_t kCursorEmbedded = 2;
constexpr std::uint32_t kCursorMetadata = 4;
constexpr std::uint32_t kPersistUntilRevoked = 2;
constexpr std::uint32_t kVersionWithPersistence = 4;

// Of org.freedesktop.portal.Request.
constexpr std::uint32_t kGranted = 0;
constexpr std::uint32_t kCancelled = 1;

constexpr const char* kAskAgain =
    "start oriel-guest anew to be asked again (systemctl --user restart oriel-guest)";
constexpr const char* kInstall =
    "install xdg-desktop-portal and that of the desktop (xdg-desktop-portal-gnome, -kde)";

}  // namespace

Result<std::unique_ptr<Portal>> Portal::open() {
    std::unique_ptr<Portal> portal(new Portal);
    ORIEL_TRY(portal->begin());
    return portal;
}

Result<void> Portal::begin() {
    ORIEL_TRY_ASSIGN(bus_, PortalBus::open(*this));
    const auto abilities = bus_->ask_abilities();
    if (!abilities) {
        return Failure(Error::not_found(fmt::format(
            "no desktop portal answers ({}): {}", abilities.error().message, kInstall)));
    }
    abilities_ = *abilities;
    if ((abilities_.source_types & kMonitor) == 0) {
        return Failure(
            Error::unsupported(fmt::format("the desktop portal shares no screens: {}", kInstall)));
    }
    token_path_ = restore_token_path();
    token_ = read_restore_token(token_path_);
    if (const int done = create_session(); done < 0) {
        return Failure(Error::system("ask the desktop portal", -done));
    }
    return {};
}

Result<void> Portal::dispatch() {
    const auto done = bus_->dispatch();
    return failure_ ? Result<void>(Failure(*failure_)) : done;
}

int Portal::next(Step step) {
    step_ = step;
    switch (step) {
    case Step::CreateSession:
        return create_session();
    case Step::SelectSources:
        return select_sources();
    case Step::Start:
        return start();
    case Step::OpenRemote:
        return bus_->open_remote(session_);
    case Step::Done:
        break;
    }
    return 0;
}

int Portal::create_session() {
    return send(
        {.member = "CreateSession", .session = nullptr, .options = [](sd_bus_message* message) {
             return append_option(
                 message, "session_handle_token", fmt::format("oriel{:x}", random_u64()));
         }});
}

int Portal::select_sources() {
    return send({.member = "SelectSources",
                 .session = session_.c_str(),
                 .options = [this](sd_bus_message* message) {
                     const std::uint32_t modes = abilities_.cursor_modes;
                     const bool has_metadata = (modes & kCursorMetadata) != 0;
                     int done = append_option(message, "types", kMonitor);
                     if (done >= 0 && (modes & (kCursorMetadata | kCursorEmbedded)) != 0) {
                         done = append_option(message,
                                              "cursor_mode",
                                              has_metadata ? kCursorMetadata : kCursorEmbedded);
                     }
                     if (done < 0 || abilities_.version < kVersionWithPersistence) {
                         return done;
                     }
                     done = append_option(message, "persist_mode", kPersistUntilRevoked);
                     return done < 0 || token_.empty()
                                ? done
                                : append_option(message, "restore_token", token_);
                 }});
}

/// There is no window of ours that the dialog would belong to.
int Portal::start() {
    return send({.member = "Start",
                 .session = session_.c_str(),
                 .parent = PortalBus::Request::Parent::Nobody,
                 .options = [](sd_bus_message* /*message*/) {
                     return 0;
                 }});
}

int Portal::send(PortalBus::Request request) {
    const std::string token = fmt::format("oriel{:x}", random_u64());
    request_ = "/" + token;
    return bus_->send(request, token);
}

void Portal::on_reply(sd_bus_message* message) {
    int done = 0;
    const sd_bus_error* const error = sd_bus_message_get_error(message);
    if (error == nullptr) {
        done = step_ == Step::OpenRemote ? take_remote(message) : 0;
    } else if (step_ == Step::SelectSources && !token_.empty()) {
        // Not one of this portal's, which then refuses all of the question.
        token_.clear();
        done = select_sources();
    } else {
        fail(Error::unsupported(
            fmt::format("the desktop portal shares no screen: {}",
                        error->message == nullptr ? error->name : error->message)));
    }
    if (done < 0) {
        fail(Error::protocol("the desktop portal opened no way to PipeWire"));
    }
}

void Portal::on_response(sd_bus_message* message) {
    const char* const path = sd_bus_message_get_path(message);
    if (path == nullptr || request_.empty() || !std::string(path).ends_with(request_)) {
        return;
    }
    request_.clear();
    if (const int done = take_response(message); done < 0) {
        fail(Error::protocol(fmt::format("cannot read what the desktop portal answered: {}",
                                         std::strerror(-done))));  // NOLINT(concurrency-mt-unsafe)
    }
}

int Portal::take_response(sd_bus_message* message) {
    std::uint32_t answer = 0;
    int done = sd_bus_message_read(message, "u", &answer);
    if (done < 0) {
        return done;
    }
    if (answer != kGranted) {
        end(answer == kCancelled ? "the person refused to share the screen with oriel-guest"
                                 : "the desktop portal gave up sharing the screen");
        return 0;
    }
    switch (step_) {
    case Step::CreateSession:
        done = read_session(message, session_);
        return done < 0 ? done : next(Step::SelectSources);
    case Step::SelectSources:
        return next(Step::Start);
    case Step::Start:
        done = take_streams(message);
        return done < 0 ? done : next(Step::OpenRemote);
    default:
        return 0;
    }
}

/// We asked for one.
int Portal::take_streams(sd_bus_message* message) {
    GrantedStreams granted;
    const int done = read_streams(message, granted);
    if (!granted.restore_token.empty() && !token_path_.empty()) {
        if (auto kept = write_restore_token(token_path_, granted.restore_token); !kept) {
            say(LogLevel::Warning,
                kept.error().message + "; the person will be asked the next time, too");
        }
    }
    node_ = granted.node;
    return done < 0 || node_ ? done : -ENODATA;
}

int Portal::take_remote(sd_bus_message* message) {
    UniqueFd remote;
    if (const int done = read_remote(message, remote); done < 0) {
        return done;
    }
    step_ = Step::Done;
    stage_ = Stage::Granted;
    grant_ = Grant{std::move(remote), *node_};
    return 0;
}

/// Perhaps the person stopped it, who is not to be overruled by a token.
void Portal::on_closed(sd_bus_message* message) {
    const char* const path = sd_bus_message_get_path(message);
    if (stage_ != Stage::Over && path != nullptr && !session_.empty() && session_ == path) {
        end("the desktop has ended the sharing of the screen");
    }
}

void Portal::end(const std::string& reason) {
    stage_ = Stage::Over;
    reason_ = fmt::format("{}: {}", reason, kAskAgain);
}

void Portal::fail(Error error) {
    if (!failure_) {
        failure_ = std::move(error);
    }
}

}  // namespace oriel::pipewire_capture
