// SPDX-License-Identifier: MIT
#include "capture/pipewire/portal.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>

#include "capture/pipewire/restore_token.h"
#include "capture/pipewire/say.h"

namespace oriel::pipewire_capture {
namespace {

constexpr const char* kName = "org.freedesktop.portal.Desktop";
constexpr const char* kPath = "/org/freedesktop/portal/desktop";
constexpr const char* kScreenCast = "org.freedesktop.portal.ScreenCast";
constexpr std::chrono::microseconds kPatience = std::chrono::seconds(5);

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

int append_option(sd_bus_message* message, const char* key, std::uint32_t value) {
    return sd_bus_message_append(message, "{sv}", key, "u", value);
}

int append_option(sd_bus_message* message, const char* key, const std::string& value) {
    return sd_bus_message_append(message, "{sv}", key, "s", value.c_str());
}

}  // namespace

Result<std::unique_ptr<Portal>> Portal::open() {
    sd_bus* raw = nullptr;
    if (const int opened = sd_bus_open_user(&raw); opened < 0) {
        return Failure(Error::not_found(fmt::format(
            "cannot reach a session bus ({}): run oriel-guest in the person's session, as with "
            "systemctl --user",
            std::strerror(-opened))));  // NOLINT(concurrency-mt-unsafe)
    }
    std::unique_ptr<Portal> portal(new Portal(UniqueBus(raw)));
    ORIEL_TRY(portal->read_abilities());
    ORIEL_TRY(portal->listen());
    portal->token_path_ = restore_token_path();
    portal->token_ = read_restore_token(portal->token_path_);
    if (const int done = portal->create_session(); done < 0) {
        return Failure(Error::system("ask the desktop portal", -done));
    }
    return portal;
}

Result<void> Portal::read_abilities() {
    UniqueBusMessage call;
    sd_bus_message* raw = nullptr;
    int done = sd_bus_message_new_method_call(
        bus_.get(), &raw, kName, kPath, "org.freedesktop.DBus.Properties", "GetAll");
    call.reset(raw);
    if (done >= 0) {
        done = sd_bus_message_append(call.get(), "s", kScreenCast);
    }
    sd_bus_error error{};
    sd_bus_message* answer = nullptr;
    if (done >= 0) {
        done = sd_bus_call(
            bus_.get(), call.get(), static_cast<std::uint64_t>(kPatience.count()), &error, &answer);
    }
    const UniqueBusMessage reply(answer);
    std::uint32_t sources = 0;
    if (done >= 0) {
        done = read_dictionary(reply.get(), [&](const std::string& key) {
            std::uint32_t* const to = key == "version"                ? &version_
                                      : key == "AvailableCursorModes" ? &cursor_modes_
                                      : key == "AvailableSourceTypes" ? &sources
                                                                      : nullptr;
            return to == nullptr ? 0 : sd_bus_message_read(reply.get(), "v", "u", to);
        });
    }
    const std::string said = error.message == nullptr ? "" : error.message;
    sd_bus_error_free(&error);
    if (done < 0) {
        return Failure(Error::not_found(fmt::format(
            "no desktop portal answers ({}): {}",
            said.empty() ? std::strerror(-done) : said,  // NOLINT(concurrency-mt-unsafe)
            kInstall)));
    }
    if ((sources & kMonitor) == 0) {
        return Failure(
            Error::unsupported(fmt::format("the desktop portal shares no screens: {}", kInstall)));
    }
    return {};
}

/// Before anything is asked: an answer may come before the call of its question returns.
Result<void> Portal::listen() {
    int done = sd_bus_match_signal_async(bus_.get(),
                                         nullptr,
                                         kName,
                                         nullptr,
                                         "org.freedesktop.portal.Request",
                                         "Response",
                                         on_response_message,
                                         nullptr,
                                         this);
    if (done >= 0) {
        done = sd_bus_match_signal_async(bus_.get(),
                                         nullptr,
                                         kName,
                                         nullptr,
                                         "org.freedesktop.portal.Session",
                                         "Closed",
                                         on_closed_message,
                                         nullptr,
                                         this);
    }
    return done < 0 ? Result<void>(Failure(Error::system("listen to the desktop portal", -done)))
                    : Result<void>();
}

std::uint32_t Portal::events() const {
    const int events = sd_bus_get_events(bus_.get());
    return events < 0 ? 0 : static_cast<std::uint32_t>(events);
}

std::optional<Nanoseconds> Portal::due() const {
    std::uint64_t microseconds = 0;
    if (sd_bus_get_timeout(bus_.get(), &microseconds) < 0 || microseconds == UINT64_MAX) {
        return std::nullopt;
    }
    return std::chrono::microseconds(microseconds);
}

Result<void> Portal::dispatch() {
    int done = 1;
    while (done > 0) {
        done = sd_bus_process(bus_.get(), nullptr);
    }
    if (failure_) {
        return Failure(*failure_);
    }
    if (done < 0) {
        return Failure(Error::system("listen to the session bus", -done));
    }
    return {};
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
        return open_remote();
    case Step::Done:
        break;
    }
    return 0;
}

int Portal::create_session() {
    return request("CreateSession", [](sd_bus_message* message) {
        return append_option(
            message, "session_handle_token", fmt::format("oriel{:x}", random_u64()));
    });
}

int Portal::select_sources() {
    return request("SelectSources", [this](sd_bus_message* message) {
        const bool has_metadata = (cursor_modes_ & kCursorMetadata) != 0;
        int done = append_option(message, "types", kMonitor);
        if (done >= 0 && (cursor_modes_ & (kCursorMetadata | kCursorEmbedded)) != 0) {
            done = append_option(
                message, "cursor_mode", has_metadata ? kCursorMetadata : kCursorEmbedded);
        }
        if (done < 0 || version_ < kVersionWithPersistence) {
            return done;
        }
        done = append_option(message, "persist_mode", kPersistUntilRevoked);
        return done < 0 || token_.empty() ? done : append_option(message, "restore_token", token_);
    });
}

int Portal::start() {
    return request("Start", [](sd_bus_message* /*message*/) { return 0; });
}

/// Calls one of the methods that answer by a signal from a request. `arguments` appends options.
int Portal::request(const char* member, const std::function<int(sd_bus_message*)>& arguments) {
    const std::string token = fmt::format("oriel{:x}", random_u64());
    request_ = "/" + token;
    sd_bus_message* raw = nullptr;
    int done = sd_bus_message_new_method_call(bus_.get(), &raw, kName, kPath, kScreenCast, member);
    const UniqueBusMessage call(raw);
    if (done >= 0 && step_ != Step::CreateSession) {
        done = sd_bus_message_append(call.get(), "o", session_.c_str());
    }
    if (done >= 0 && step_ == Step::Start) {
        // No window of ours that the dialog would belong to.
        done = sd_bus_message_append(call.get(), "s", "");
    }
    if (done >= 0) {
        done = sd_bus_message_open_container(call.get(), 'a', "{sv}");
    }
    if (done >= 0) {
        done = append_option(call.get(), "handle_token", token);
    }
    if (done >= 0) {
        done = arguments(call.get());
    }
    if (done >= 0) {
        done = sd_bus_message_close_container(call.get());
    }
    return done < 0 ? done
                    : sd_bus_call_async(bus_.get(), nullptr, call.get(), on_reply_message, this, 0);
}

int Portal::open_remote() {
    return sd_bus_call_method_async(bus_.get(),
                                    nullptr,
                                    kName,
                                    kPath,
                                    kScreenCast,
                                    "OpenPipeWireRemote",
                                    on_reply_message,
                                    this,
                                    "oa{sv}",
                                    session_.c_str(),
                                    0);
}

int Portal::on_reply_message(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    Portal& portal = *static_cast<Portal*>(self);
    if (portal.on_reply(message) < 0) {
        portal.fail(Error::protocol("the desktop portal opened no way to PipeWire"));
    }
    return 0;
}

int Portal::on_reply(sd_bus_message* message) {
    const sd_bus_error* const error = sd_bus_message_get_error(message);
    if (error == nullptr) {
        return step_ == Step::OpenRemote ? take_remote(message) : 0;
    }
    if (step_ == Step::SelectSources && !token_.empty()) {
        // Not one of this portal's, which then refuses all of the question.
        token_.clear();
        return select_sources();
    }
    fail(Error::unsupported(fmt::format("the desktop portal shares no screen: {}",
                                        error->message == nullptr ? error->name : error->message)));
    return 0;
}

int Portal::on_response_message(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    Portal& portal = *static_cast<Portal*>(self);
    if (const int done = portal.on_response(message); done < 0) {
        portal.fail(
            Error::protocol(fmt::format("cannot read what the desktop portal answered: {}",
                                        std::strerror(-done))));  // NOLINT(concurrency-mt-unsafe)
    }
    return 0;
}

int Portal::on_response(sd_bus_message* message) {
    const char* const path = sd_bus_message_get_path(message);
    if (path == nullptr || request_.empty() || !std::string(path).ends_with(request_)) {
        return 0;
    }
    request_.clear();
    std::uint32_t answer = 0;
    int done = sd_bus_message_read(message, "u", &answer);
    if (done < 0) {
        return done;
    }
    if (answer != kGranted) {
        stage_ = Stage::Over;
        reason_ = fmt::format("{}: {}",
                              answer == kCancelled
                                  ? "the person refused to share the screen with oriel-guest"
                                  : "the desktop portal gave up sharing the screen",
                              kAskAgain);
        return 0;
    }
    switch (step_) {
    case Step::CreateSession:
        done = take_session(message);
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

int Portal::take_session(sd_bus_message* message) {
    const int done = read_dictionary(message, [&](const std::string& key) {
        if (key != "session_handle") {
            return 0;
        }
        const char* text = nullptr;
        const int read = sd_bus_message_read(message, "v", "s", &text);
        session_ = read < 0 ? "" : text;
        return read;
    });
    return done < 0 || sd_bus_object_path_is_valid(session_.c_str()) > 0 ? done : -EBADMSG;
}

int Portal::take_streams(sd_bus_message* message) {
    std::string token;
    const int done = read_dictionary(message, [&](const std::string& key) {
        if (key == "streams") {
            return take_node(message);
        }
        if (key != "restore_token") {
            return 0;
        }
        const char* text = nullptr;
        const int read = sd_bus_message_read(message, "v", "s", &text);
        token = read < 0 ? "" : text;
        return read;
    });
    if (!token.empty() && !token_path_.empty()) {
        if (auto kept = write_restore_token(token_path_, token); !kept) {
            say(LogLevel::Warning,
                kept.error().message + "; the person will be asked the next time, too");
        }
    }
    return done < 0 || node_ ? done : -ENODATA;
}

/// Of the first stream; we asked for one.
int Portal::take_node(sd_bus_message* message) {
    int done = sd_bus_message_enter_container(message, 'v', "a(ua{sv})");
    if (done >= 0) {
        done = sd_bus_message_enter_container(message, 'a', "(ua{sv})");
    }
    while (done >= 0 && (done = sd_bus_message_enter_container(message, 'r', "ua{sv}")) > 0) {
        std::uint32_t node = 0;
        done = sd_bus_message_read(message, "u", &node);
        if (done >= 0) {
            node_ = node_.value_or(node);
            done = sd_bus_message_skip(message, "a{sv}");
        }
        if (done >= 0) {
            done = sd_bus_message_exit_container(message);
        }
    }
    if (done >= 0) {
        done = sd_bus_message_exit_container(message);
    }
    return done < 0 ? done : sd_bus_message_exit_container(message);
}

int Portal::take_remote(sd_bus_message* message) {
    int lent = -1;
    const int done = sd_bus_message_read(message, "h", &lent);
    if (done < 0) {
        return done;
    }
    UniqueFd remote(::fcntl(lent, F_DUPFD_CLOEXEC, 0));
    if (!remote) {
        return -errno;
    }
    step_ = Step::Done;
    stage_ = Stage::Granted;
    grant_ = Grant{std::move(remote), *node_};
    return 0;
}

int Portal::on_closed_message(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    return static_cast<Portal*>(self)->on_closed(message);
}

/// Perhaps the person stopped it, who is not to be overruled by a token.
int Portal::on_closed(sd_bus_message* message) {
    const char* const path = sd_bus_message_get_path(message);
    if (stage_ != Stage::Over && path != nullptr && !session_.empty() && session_ == path) {
        stage_ = Stage::Over;
        reason_ = fmt::format("the desktop has ended the sharing of the screen: {}", kAskAgain);
    }
    return 0;
}

void Portal::fail(Error error) {
    if (!failure_) {
        failure_ = std::move(error);
    }
}

}  // namespace oriel::pipewire_capture
