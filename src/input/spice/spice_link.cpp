// SPDX-License-Identifier: MIT
#include "input/spice/spice_link.h"

#include <array>
#include <fstream>
#include <utility>

#include <gio/gio.h>

#include "base/linux/unix_socket.h"

namespace oriel {
namespace {

/// From one look at who took the connection to the next.
constexpr std::array<Nanoseconds, 4> kLookDelays{std::chrono::milliseconds(2),
                                                 std::chrono::milliseconds(6),
                                                 std::chrono::milliseconds(20),
                                                 std::chrono::milliseconds(80)};
constexpr unsigned kLookSeconds = 2;
constexpr Nanoseconds kFlushPatience = std::chrono::milliseconds(200);
constexpr std::size_t kMaxPassword = 1024;

std::string behind_colon(const std::string& text) {
    return text.empty() ? "" : ": " + text;
}

}  // namespace

/// What GLib calls once a server answered, or did not.
struct SpiceLink::Looked {
    std::shared_ptr<SpiceLink> link;

    static void call(GObject* client, GAsyncResult* result, gpointer data) {
        const std::unique_ptr<Looked> self(static_cast<Looked*>(data));
        const UniqueObject<GSocketConnection> connection(
            g_socket_client_connect_finish(G_SOCKET_CLIENT(client), result, nullptr));
        self->link->on_server_there(static_cast<bool>(connection));
    }
};

SpiceLink::SpiceLink(SpiceOptions options, std::shared_ptr<SpiceShared> shared)
    : options_(std::move(options)),
      place_((options_.open_connection ? "spice " : "spice at ") + options_.address()),
      shared_(std::move(shared)),
      pump_([this] { pump(); }),
      screen_timer_([this] {
          if (client_) {
              client_->screen().follow();
          }
      }),
      timer_([this] { on_timer(); }) {
    if (!options_.open_connection && !options_.unix_path.empty()) {
        options_.open_connection = [this] {
            return connect_to_socket();
        };
    }
    // What the library complains of is said once, in state(), and not in its own form on stderr.
    const auto keep_quiet = [](const gchar*, GLogLevelFlags, const gchar*, gpointer) {
    };
    for (const char* library : {"GSpice", "Spice"}) {
        g_log_set_handler(library, G_LOG_LEVEL_MASK, keep_quiet, nullptr);
    }
}

void SpiceLink::connect() {
    if (is_ending_) {
        return;
    }
    client_.reset();
    failed_.reset();
    const auto password = read_password();
    if (!password) {
        refuse(password.error().message);
        return;
    }
    SpiceClient::Listener listener;
    listener.news = [this] {
        on_news_of_guest();
    };
    listener.failure = [this](SpiceChannelEvent event, const std::string& why) {
        if (!failed_) {  // the first reason is the true one
            failed_ = Failed{event, why};
            timer_.arm_now();
        }
    };
    client_ =
        std::make_unique<SpiceClient>(options_, *password, std::move(listener), shared_->screen);
    if (const auto begun = client_->start(); !begun) {
        lose(begun.error().message);
    }
}

/// Notes which process serves there.
Result<UniqueFd> SpiceLink::connect_to_socket() {
    ORIEL_TRY_ASSIGN(UniqueFd connection, connect_unix_now(options_.unix_path, SocketKind::Stream));
    ORIEL_TRY_ASSIGN(const PeerIdentity server, peer_identity(connection));
    server_ = server.pid;
    return connection;
}

Result<std::string> SpiceLink::read_password() const {
    if (options_.password || options_.password_file.empty()) {
        return options_.password.value_or("");
    }
    std::ifstream file(options_.password_file);
    std::string password;
    if (!std::getline(file, password) || password.size() > kMaxPassword) {
        return Failure(Error::usage("cannot read a password from " + options_.password_file));
    }
    if (password.ends_with('\r')) {
        password.pop_back();
    }
    return password;
}

/// Known: whether the guest takes keys, its mouse or tablet, its lock lights.
void SpiceLink::on_news_of_guest() {
    if (!client_ || !client_->is_open() || failed_) {
        return;
    }
    back_off_.reset();
    set_state({.link = Link::Ready,
               .pointer = client_->pointer(),
               .leds = client_->leds(),
               .reason = {}});
}

void SpiceLink::on_failure(const Failed& failed) {
    const std::string why = behind_colon(failed.why);
    switch (failed.event) {
    case SPICE_CHANNEL_ERROR_AUTH:
        refuse(options_.password || !options_.password_file.empty()
                   ? place_ + " refuses the password"
                   : place_ + " wants a password: give password-file=FILE");
        return;
    case SPICE_CHANNEL_ERROR_TLS:
        refuse("cannot trust " + place_ + why + "; see ca-file= and host-subject=");
        return;
    case SPICE_CHANNEL_ERROR_CONNECT:
        lose("cannot connect to " + place_ + why);
        return;
    case SPICE_CHANNEL_ERROR_LINK:
        lose(place_ + " does not answer as a SPICE server does" + why);
        return;
    default:
        break;
    }
    const bool may_be_taken = was_ready();
    lose("lost the connection to " + place_ + why);
    if (may_be_taken) {
        looks_ = 0;
        look_who_took_it();
    }
}

bool SpiceLink::was_ready() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->state.link == Link::Ready;
}

/// Not tried again before a person asks for it.
void SpiceLink::refuse(std::string reason) {
    client_.reset();
    next_ = Next::Nothing;
    set_state({.link = Link::Refused,
               .pointer = PointerMode::None,
               .leds = {},
               .reason = std::move(reason)});
}

void SpiceLink::lose(std::string reason) {
    client_.reset();
    next_ = Next::Connect;
    timer_.arm_at(monotonic_now() + back_off_.next());
    set_state({.link = Link::Lost,
               .pointer = PointerMode::None,
               .leds = {},
               .reason = std::move(reason)});
}

/// The server closed a connection that was good. If it is still there, it did so for another
/// client; connecting again would take it back from that one, and so on for ever. Looked for
/// several times: a server that ends may close its door last, and a new one may open it soon.
void SpiceLink::look_who_took_it() {
    next_ = Next::Nothing;
    timer_.disarm();
    if (options_.open_connection) {
        const pid_t before = server_;
        on_server_there(options_.open_connection().has_value() && server_ == before);
        return;
    }
    const UniqueObject<GSocketClient> client(g_socket_client_new());
    g_socket_client_set_timeout(client.get(), kLookSeconds);
    const std::uint16_t port = options_.port != 0 ? options_.port : options_.tls_port;
    g_socket_client_connect_to_host_async(client.get(),
                                          options_.host.c_str(),
                                          port,
                                          nullptr,
                                          Looked::call,
                                          new Looked{shared_from_this()});
}

void SpiceLink::on_server_there(bool is_there) {
    if (is_ending_ || client_) {
        return;  // a person asked for another attempt meanwhile
    }
    if (!is_there) {
        next_ = Next::Connect;
        timer_.arm_at(monotonic_now() + back_off_.next());
    } else if (looks_ < kLookDelays.size()) {
        next_ = Next::LookWhoTookIt;
        timer_.arm_at(monotonic_now() + kLookDelays[looks_++]);
    } else {
        refuse("another SPICE client has taken the place, " + place_ +
               ": click into the picture to take it back");
    }
}

void SpiceLink::on_timer() {
    if (is_ending_) {
        finish();
        return;
    }
    if (const auto failed = std::exchange(failed_, std::nullopt)) {
        on_failure(*failed);
        return;
    }
    switch (std::exchange(next_, Next::Nothing)) {
    case Next::Nothing:
        break;
    case Next::Connect:
        connect();
        break;
    case Next::LookWhoTookIt:
        look_who_took_it();
        break;
    }
}

void SpiceLink::retry() {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->state.link == Link::Refused && !is_ending_) {
        next_ = Next::Connect;
        timer_.arm_now();
    }
}

void SpiceLink::set_state(InputState state) {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->state == state) {
        return;
    }
    shared_->queue.set_ready(state.link == Link::Ready);
    shared_->state = std::move(state);
    ring_event_fd(shared_->news);
    shared_->changed.notify_all();
    pump_.arm_now();
}

void SpiceLink::pump() {
    while (true) {
        std::unique_lock lock(shared_->mutex);
        const Nanoseconds now = monotonic_now();
        const auto event = shared_->queue.take(now);
        if (!event) {
            // Armed under the lock, so that a wake() behind it is not undone.
            if (const auto when = shared_->queue.when(now)) {
                pump_.arm_at(*when);
            }
            shared_->changed.notify_all();
            return;
        }
        lock.unlock();
        if (client_) {
            client_->send(*event);
        }
    }
}

void SpiceLink::end() {
    is_ending_ = true;
    self_ = shared_from_this();
    if (!client_ || !client_->is_open()) {
        finish();
        return;
    }
    timer_.arm_at(monotonic_now() + kFlushPatience);
    // Not from within the library's callback: ending the client ends its channels.
    client_->flush([self = shared_from_this()] { self->timer_.arm_now(); });
}

void SpiceLink::finish() {
    client_.reset();
    timer_.disarm();
    pump_.disarm();
    screen_timer_.disarm();
    // Not here: this may be called by the timer, which is a part of it.
    GlibThread::post([self = std::move(self_)] {});
    const std::lock_guard lock(shared_->mutex);
    shared_->has_ended = true;
    shared_->changed.notify_all();
}

}  // namespace oriel
