// SPDX-License-Identifier: MIT
#include "input/spice/spice_link.h"

#include <fstream>
#include <utility>

#include <gio/gio.h>

#include "base/linux/unix_socket.h"
#include "input/key_table.h"
#include "input/spice/spice_codes.h"

namespace oriel {
namespace {

/// Between the two looks at who took the connection.
constexpr Nanoseconds kLookDelay = std::chrono::milliseconds(100);
constexpr unsigned kLookSeconds = 2;
constexpr Nanoseconds kFlushPatience = std::chrono::milliseconds(200);
constexpr std::size_t kMaxPassword = 1024;

std::string text_of_error(SpiceChannel* channel) {
    const GError* const error = spice_channel_get_error(channel);
    std::string text = error == nullptr ? "" : error->message;
    for (char& c : text) {
        c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return text;
}

std::string behind_colon(const std::string& text) {
    return text.empty() ? "" : ": " + text;
}

int enum_property(gpointer object, const char* name) {
    int value = 0;
    g_object_get(object, name, &value, nullptr);
    return value;
}

PointerMode pointer_of(int mouse_mode) {
    switch (mouse_mode) {
    case SPICE_MOUSE_MODE_CLIENT:
        return PointerMode::Absolute;
    case SPICE_MOUSE_MODE_SERVER:
        return PointerMode::Relative;
    default:
        return PointerMode::None;
    }
}

using SharedLink = std::shared_ptr<SpiceLink>;

}  // namespace

/// What the library calls. `data` is the link, whose signals are taken off before it ends.
struct SpiceLink::Callbacks {
    static SpiceLink& link(gpointer data) { return *static_cast<SpiceLink*>(data); }

    static void channel_new(SpiceSession* /*session*/, SpiceChannel* channel, gpointer data) {
        link(data).add_channel(channel);
    }

    static void channel_event(SpiceChannel* channel, SpiceChannelEvent event, gpointer data) {
        link(data).on_channel_event(channel, event);
    }

    static void mouse_mode(GObject* /*channel*/, GParamSpec* /*property*/, gpointer data) {
        link(data).on_news_of_guest();
    }

    static void modifiers(SpiceChannel* /*channel*/, gpointer data) {
        link(data).leds_known_ = true;
        link(data).on_news_of_guest();
    }

    static void open_fd(SpiceChannel* channel, gint /*with_tls*/, gpointer data) {
        auto connection = link(data).options_.open_connection();
        if (connection) {
            spice_channel_open_fd(channel, connection->release());
        } else {
            link(data).failure_text_ = connection.error().message;
            link(data).on_channel_event(channel, SPICE_CHANNEL_ERROR_CONNECT);
        }
    }

    static void looked(GObject* client, GAsyncResult* result, gpointer data) {
        const std::unique_ptr<SharedLink> self(static_cast<SharedLink*>(data));
        const UniqueObject<GSocketConnection> connection(
            g_socket_client_connect_finish(G_SOCKET_CLIENT(client), result, nullptr));
        (*self)->on_server_there(static_cast<bool>(connection));
    }

    static void flushed(GObject* /*channel*/, GAsyncResult* /*result*/, gpointer data) {
        const std::unique_ptr<SharedLink> self(static_cast<SharedLink*>(data));
        (*self)->finish();
    }
};

SpiceLink::SpiceLink(SpiceOptions options, std::shared_ptr<SpiceShared> shared)
    : options_(std::move(options)),
      shared_(std::move(shared)),
      pump_([this] { pump(); }),
      timer_([this] { on_timer(); }) {
    // What the library complains of is said once, in state(), and not in its own form on stderr.
    g_log_set_handler(
        "GSpice",
        G_LOG_LEVEL_MASK,
        [](const gchar*, GLogLevelFlags, const gchar*, gpointer) {},
        nullptr);
}

SpiceLink::~SpiceLink() {
    drop_session();
}

void SpiceLink::connect() {
    if (is_ending_) {
        return;
    }
    drop_session();
    set_up_session();
    if (set_password()) {
        start_session();
    }
}

void SpiceLink::set_up_session() {
    session_.reset(spice_session_new());
    const auto set_text = [this](const char* name, const std::string& value) {
        if (!value.empty()) {
            g_object_set(session_.get(), name, value.c_str(), nullptr);
        }
    };
    const auto set_port = [&](const char* name, std::uint16_t port) {
        set_text(name, port == 0 ? "" : std::to_string(port));
    };
    set_text("unix-path", options_.unix_path);
    set_text("host", options_.host);
    set_port("port", options_.port);
    set_port("tls-port", options_.tls_port);
    set_text("ca-file", options_.ca_file);
    set_text("cert-subject", options_.host_subject);
    for (const char* unwanted : {"enable-audio", "enable-usbredir", "enable-smartcard"}) {
        g_object_set(session_.get(), unwanted, FALSE, nullptr);
    }
    g_signal_connect(session_.get(), "channel-new", G_CALLBACK(Callbacks::channel_new), this);
}

/// False: it cannot be read, which is said.
bool SpiceLink::set_password() {
    std::string password = options_.password.value_or("");
    if (!options_.password && !options_.password_file.empty()) {
        std::ifstream file(options_.password_file);
        if (!std::getline(file, password) || password.size() > kMaxPassword) {
            refuse("cannot read a password from " + options_.password_file);
            return false;
        }
        if (password.ends_with('\r')) {
            password.pop_back();
        }
    }
    if (!password.empty()) {
        g_object_set(session_.get(), "password", password.c_str(), nullptr);
    }
    return true;
}

void SpiceLink::start_session() {
    if (!options_.open_connection) {
        if (spice_session_connect(session_.get()) == FALSE) {
            lose("cannot connect to spice at " + options_.address());
        }
        return;
    }
    auto connection = options_.open_connection();
    if (!connection) {
        lose(connection.error().message);
    } else if (spice_session_open_fd(session_.get(), connection->release()) == FALSE) {
        lose("cannot connect to spice " + options_.address());
    }
}

void SpiceLink::drop_session() {
    inputs_open_ = false;
    leds_known_ = false;
    buttons_ = 0;
    const auto let_go = [this](auto& object) {
        if (object) {
            g_signal_handlers_disconnect_by_data(object.get(), this);
        }
    };
    let_go(main_);
    let_go(inputs_);
    let_go(session_);
    if (session_) {
        spice_session_disconnect(session_.get());
    }
    main_.reset();
    inputs_.reset();
    session_.reset();
}

void SpiceLink::add_channel(SpiceChannel* channel) {
    const auto listen = [this, channel](const char* signal, GCallback callback) {
        g_signal_connect_data(channel, signal, callback, this, nullptr, GConnectFlags{});
    };
    if (SPICE_IS_MAIN_CHANNEL(channel)) {
        main_.reset(SPICE_MAIN_CHANNEL(g_object_ref(channel)));
        listen("notify::mouse-mode", G_CALLBACK(Callbacks::mouse_mode));
    } else if (SPICE_IS_INPUTS_CHANNEL(channel)) {
        inputs_.reset(SPICE_INPUTS_CHANNEL(g_object_ref(channel)));
        listen("inputs-modifiers", G_CALLBACK(Callbacks::modifiers));
    } else {
        return;
    }
    listen("channel-event", G_CALLBACK(Callbacks::channel_event));
    if (options_.open_connection) {
        listen("open-fd", G_CALLBACK(Callbacks::open_fd));
    }
    if (SPICE_IS_INPUTS_CHANNEL(channel)) {
        spice_channel_connect(channel);
    }
}

void SpiceLink::on_channel_event(SpiceChannel* channel, SpiceChannelEvent event) {
    switch (event) {
    case SPICE_CHANNEL_OPENED:
        inputs_open_ = inputs_open_ || SPICE_IS_INPUTS_CHANNEL(channel);
        on_news_of_guest();
        return;
    case SPICE_CHANNEL_NONE:
    case SPICE_CHANNEL_SWITCHING:
        return;
    default:
        break;
    }
    if (next_ == Next::Fail || is_ending_) {
        return;  // the first reason is the true one
    }
    failure_ = event;
    if (const std::string text = text_of_error(channel); !text.empty()) {
        failure_text_ = text;
    }
    // The library is still in the midst of it.
    next_ = Next::Fail;
    timer_.arm_now();
}

bool SpiceLink::was_ready() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->state.link == Link::Ready;
}

void SpiceLink::on_failure(SpiceChannelEvent event, const std::string& why) {
    const std::string place = "spice at " + options_.address();
    const bool has_password = options_.password || !options_.password_file.empty();
    switch (event) {
    case SPICE_CHANNEL_ERROR_AUTH:
        refuse(has_password ? place + " refuses the password"
                            : place + " wants a password: give password-file=FILE");
        return;
    case SPICE_CHANNEL_ERROR_TLS:
        refuse("cannot trust " + place + behind_colon(why) + ": see ca-file= and host-subject=");
        return;
    case SPICE_CHANNEL_ERROR_CONNECT:
        lose("cannot connect to " + place + behind_colon(why));
        return;
    case SPICE_CHANNEL_ERROR_LINK:
        lose(place + " does not answer as a SPICE server does" + behind_colon(why));
        return;
    default:
        break;
    }
    const bool may_be_taken = was_ready();
    lose("lost the connection to " + place + behind_colon(why));
    if (may_be_taken) {
        looks_ = 0;
        look_who_took_it();
    }
}

/// Known: whether the guest takes keys, its mouse or tablet, its lock lights.
void SpiceLink::on_news_of_guest() {
    if (!main_ || !inputs_ || !inputs_open_) {
        return;
    }
    const PointerMode pointer = pointer_of(enum_property(main_.get(), "mouse-mode"));
    InputState state{.link = Link::Ready, .pointer = pointer, .leds = {}, .reason = {}};
    if (leds_known_) {
        const int bits = enum_property(inputs_.get(), "key-modifiers");
        state.leds = LockLeds{.scroll_lock = (bits & SPICE_INPUTS_SCROLL_LOCK) != 0,
                              .num_lock = (bits & SPICE_INPUTS_NUM_LOCK) != 0,
                              .caps_lock = (bits & SPICE_INPUTS_CAPS_LOCK) != 0};
    }
    back_off_.reset();
    set_state(std::move(state));
}

/// Not tried again before a person asks for it.
void SpiceLink::refuse(std::string reason) {
    drop_session();
    next_ = Next::Nothing;
    set_state({.link = Link::Refused,
               .pointer = PointerMode::None,
               .leds = {},
               .reason = std::move(reason)});
}

void SpiceLink::lose(std::string reason) {
    drop_session();
    next_ = Next::Connect;
    timer_.arm_at(monotonic_now() + back_off_.next());
    set_state({.link = Link::Lost,
               .pointer = PointerMode::None,
               .leds = {},
               .reason = std::move(reason)});
}

/// The server closed a connection that was good. If it is still there, it did so for another
/// client; connecting again would take it back from that one, and so on for ever. Looked for at
/// once, since a new server may follow soon; and twice, since an old one may not be quite gone.
void SpiceLink::look_who_took_it() {
    next_ = Next::Nothing;
    timer_.disarm();
    if (options_.open_connection) {
        on_server_there(options_.open_connection().has_value());
        return;
    }
    if (!options_.unix_path.empty()) {
        on_server_there(connect_unix_now(options_.unix_path, SocketKind::Stream).has_value());
        return;
    }
    const UniqueObject<GSocketClient> client(g_socket_client_new());
    g_socket_client_set_timeout(client.get(), kLookSeconds);
    const std::uint16_t port = options_.port != 0 ? options_.port : options_.tls_port;
    g_socket_client_connect_to_host_async(client.get(),
                                          options_.host.c_str(),
                                          port,
                                          nullptr,
                                          Callbacks::looked,
                                          new SharedLink(shared_from_this()));
}

void SpiceLink::on_server_there(bool is_there) {
    if (is_ending_ || session_) {
        return;  // a person asked for another attempt meanwhile
    }
    if (is_there && looks_++ == 0) {
        next_ = Next::LookWhoTookIt;
        timer_.arm_at(monotonic_now() + kLookDelay);
    } else if (is_there) {
        refuse("another SPICE client has taken the place at " + options_.address() +
               ": end it to type here again");
    } else {
        next_ = Next::Connect;
        timer_.arm_at(monotonic_now() + back_off_.next());
    }
}

void SpiceLink::on_timer() {
    switch (std::exchange(next_, Next::Nothing)) {
    case Next::Nothing:
        break;
    case Next::Connect:
        connect();
        break;
    case Next::LookWhoTookIt:
        look_who_took_it();
        break;
    case Next::Fail:
        on_failure(failure_, std::exchange(failure_text_, {}));
        break;
    }
    if (is_ending_) {
        finish();
    }
}

void SpiceLink::retry() {
    const std::unique_lock lock(shared_->mutex);
    if (shared_->state.link == Link::Refused) {
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
            } else {
                shared_->changed.notify_all();
            }
            return;
        }
        lock.unlock();
        send(*event);
    }
}

void SpiceLink::send(const InputEvent& event) {
    SpiceInputsChannel* const channel = inputs_.get();
    if (channel == nullptr) {
        return;
    }
    switch (event.kind) {
    case InputEvent::Kind::Key:
        send_key(event);
        break;
    case InputEvent::Kind::Button:
        send_button(event);
        break;
    case InputEvent::Kind::MoveTo:
        spice_inputs_channel_position(channel,
                                      spice_position(event.x, event.width),
                                      spice_position(event.y, event.height),
                                      0,
                                      buttons_);
        break;
    case InputEvent::Kind::MoveBy:
        if (event.x == 0 && event.y == 0) {
            // The library keeps motion of nothing to itself; a button that is none it sends on.
            spice_inputs_channel_button_release(channel, SPICE_MOUSE_BUTTON_INVALID, buttons_);
            break;
        }
        spice_inputs_channel_motion(
            channel, static_cast<int>(event.x), static_cast<int>(event.y), buttons_);
        break;
    case InputEvent::Kind::Scroll: {
        const int notch = event.y > 0 ? SPICE_MOUSE_BUTTON_UP : SPICE_MOUSE_BUTTON_DOWN;
        spice_inputs_channel_button_press(channel, notch, buttons_);
        spice_inputs_channel_button_release(channel, notch, buttons_);
        break;
    }
    }
}

void SpiceLink::send_key(const InputEvent& event) {
    const KeyName* const row = find_key(event.code);
    if (row == nullptr) {
        return;
    }
    if (event.press == Press::Down) {
        spice_inputs_channel_key_press(inputs_.get(), row->scan);
    } else {
        spice_inputs_channel_key_release(inputs_.get(), row->scan);
    }
}

void SpiceLink::send_button(const InputEvent& event) {
    const SpiceButton button = spice_button(event.code);
    if (event.press == Press::Down) {
        buttons_ |= button.mask;
        spice_inputs_channel_button_press(inputs_.get(), button.number, buttons_);
    } else {
        buttons_ &= ~button.mask;
        spice_inputs_channel_button_release(inputs_.get(), button.number, buttons_);
    }
}

void SpiceLink::end() {
    is_ending_ = true;
    next_ = Next::Nothing;
    if (!inputs_open_) {
        finish();
        return;
    }
    timer_.arm_at(monotonic_now() + kFlushPatience);
    spice_channel_flush_async(SPICE_CHANNEL(inputs_.get()),
                              nullptr,
                              Callbacks::flushed,
                              new SharedLink(shared_from_this()));
}

void SpiceLink::finish() {
    drop_session();
    timer_.disarm();
    pump_.disarm();
    const std::lock_guard lock(shared_->mutex);
    shared_->has_ended = true;
    shared_->changed.notify_all();
}

}  // namespace oriel
