// SPDX-License-Identifier: MIT
#include "input/spice/spice_client.h"

#include <cerrno>
#include <utility>

#include "input/key_table.h"
#include "input/spice/spice_codes.h"

namespace oriel {
namespace {

std::string text_of_error(SpiceChannel* channel) {
    const GError* const error = spice_channel_get_error(channel);
    std::string text = error == nullptr ? "" : error->message;
    for (char& c : text) {
        c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return text;
}

int number_property(gpointer object, const char* name) {
    int value = 0;
    g_object_get(object, name, &value, nullptr);
    return value;
}

}  // namespace

/// What the library calls. `data` is the client, whose signals are taken off before it ends.
struct SpiceClient::Callbacks {
    static SpiceClient& client(gpointer data) { return *static_cast<SpiceClient*>(data); }

    static void channel_new(SpiceSession* /*session*/, SpiceChannel* channel, gpointer data) {
        client(data).add_channel(channel);
    }

    static void channel_event(SpiceChannel* channel, SpiceChannelEvent event, gpointer data) {
        client(data).on_channel_event(channel, event);
    }

    static void mouse_mode(GObject* /*channel*/, GParamSpec* /*property*/, gpointer data) {
        client(data).listener_.news();
    }

    static void modifiers(SpiceChannel* /*channel*/, gpointer data) {
        client(data).leds_known_ = true;
        client(data).listener_.news();
    }

    static void open_fd(SpiceChannel* channel, gint /*with_tls*/, gpointer data) {
        auto connection = client(data).options_.open_connection();
        if (connection) {
            spice_channel_open_fd(channel, connection->release());
        } else {
            client(data).listener_.failure(SPICE_CHANNEL_ERROR_CONNECT, connection.error().message);
        }
    }

    static void flushed(GObject* /*channel*/, GAsyncResult* /*result*/, gpointer data) {
        const std::unique_ptr<std::function<void()>> done(
            static_cast<std::function<void()>*>(data));
        (*done)();
    }
};

SpiceClient::SpiceClient(const SpiceOptions& options,
                         const std::string& password,
                         Listener listener,
                         ScreenExchange& screen)
    : options_(options),
      listener_(std::move(listener)),
      session_(spice_session_new()),
      screen_(screen) {
    set_options(password);
    g_signal_connect(session_.get(), "channel-new", G_CALLBACK(Callbacks::channel_new), this);
}

SpiceClient::~SpiceClient() {
    const auto let_go = [this](auto& object) {
        if (object) {
            g_signal_handlers_disconnect_by_data(object.get(), this);
        }
    };
    let_go(main_);
    let_go(inputs_);
    screen_.let_go(this);
    let_go(session_);
    spice_session_disconnect(session_.get());
}

void SpiceClient::set_options(const std::string& password) {
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
    set_text("password", password);
    for (const char* unwanted : {"enable-audio", "enable-usbredir", "enable-smartcard"}) {
        g_object_set(session_.get(), unwanted, FALSE, nullptr);
    }
}

Result<void> SpiceClient::start() {
    gboolean is_begun = FALSE;
    if (options_.open_connection) {
        ORIEL_TRY_ASSIGN(UniqueFd connection, options_.open_connection());
        is_begun = spice_session_open_fd(session_.get(), connection.release());
    } else {
        is_begun = spice_session_connect(session_.get());
    }
    if (is_begun == FALSE) {
        return Failure(Error::system("begin a session with the spice server", EINVAL));
    }
    return {};
}

void SpiceClient::listen(SpiceChannel* channel, const char* signal, GCallback callback) {
    g_signal_connect_data(channel, signal, callback, this, nullptr, GConnectFlags{});
}

void SpiceClient::add_channel(SpiceChannel* channel) {
    const bool is_screens = screen_.add_channel(channel);
    if (SPICE_IS_MAIN_CHANNEL(channel)) {
        main_.reset(SPICE_MAIN_CHANNEL(g_object_ref(channel)));
        listen(channel, "notify::mouse-mode", G_CALLBACK(Callbacks::mouse_mode));
    } else if (SPICE_IS_INPUTS_CHANNEL(channel)) {
        inputs_.reset(SPICE_INPUTS_CHANNEL(g_object_ref(channel)));
        listen(channel, "inputs-modifiers", G_CALLBACK(Callbacks::modifiers));
    } else if (!is_screens) {
        return;
    }
    if (options_.open_connection) {
        listen(channel, "open-fd", G_CALLBACK(Callbacks::open_fd));
    }
    if (is_screens) {
        return;
    }
    listen(channel, "channel-event", G_CALLBACK(Callbacks::channel_event));
    if (SPICE_IS_INPUTS_CHANNEL(channel)) {
        spice_channel_connect(channel);
    }
}

void SpiceClient::on_channel_event(SpiceChannel* channel, SpiceChannelEvent event) {
    switch (event) {
    case SPICE_CHANNEL_OPENED:
        inputs_open_ = inputs_open_ || SPICE_IS_INPUTS_CHANNEL(channel);
        listener_.news();
        break;
    case SPICE_CHANNEL_NONE:
    case SPICE_CHANNEL_SWITCHING:
        break;
    default:
        listener_.failure(event, text_of_error(channel));
        break;
    }
}

PointerMode SpiceClient::pointer() const {
    switch (main_ ? number_property(main_.get(), "mouse-mode") : 0) {
    case SPICE_MOUSE_MODE_CLIENT:
        return PointerMode::Absolute;
    case SPICE_MOUSE_MODE_SERVER:
        return PointerMode::Relative;
    default:
        return PointerMode::None;
    }
}

std::optional<LockLeds> SpiceClient::leds() const {
    if (!leds_known_) {
        return std::nullopt;
    }
    const int bits = number_property(inputs_.get(), "key-modifiers");
    return LockLeds{.scroll_lock = (bits & SPICE_INPUTS_SCROLL_LOCK) != 0,
                    .num_lock = (bits & SPICE_INPUTS_NUM_LOCK) != 0,
                    .caps_lock = (bits & SPICE_INPUTS_CAPS_LOCK) != 0};
}

void SpiceClient::send(const GuestInput& event) {
    if (!inputs_) {
        return;
    }
    switch (event.kind) {
    case GuestInput::Kind::Key:
        send_key(event);
        break;
    case GuestInput::Kind::Button:
        send_button(event);
        break;
    case GuestInput::Kind::MoveTo:
        spice_inputs_channel_position(inputs_.get(),
                                      spice_position(event.x, event.width),
                                      spice_position(event.y, event.height),
                                      0,
                                      buttons_);
        break;
    case GuestInput::Kind::MoveBy:
        send_motion(event);
        break;
    case GuestInput::Kind::Scroll: {
        const int notch = event.y > 0 ? SPICE_MOUSE_BUTTON_UP : SPICE_MOUSE_BUTTON_DOWN;
        spice_inputs_channel_button_press(inputs_.get(), notch, buttons_);
        spice_inputs_channel_button_release(inputs_.get(), notch, buttons_);
        break;
    }
    }
}

void SpiceClient::send_key(const GuestInput& event) {
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

void SpiceClient::send_button(const GuestInput& event) {
    const SpiceButton button = spice_button(event.code);
    if (event.press == Press::Down) {
        buttons_ |= button.mask;
        spice_inputs_channel_button_press(inputs_.get(), button.number, buttons_);
    } else {
        buttons_ &= ~button.mask;
        spice_inputs_channel_button_release(inputs_.get(), button.number, buttons_);
    }
}

void SpiceClient::send_motion(const GuestInput& event) {
    if (event.x == 0 && event.y == 0) {
        // The library keeps motion of nothing to itself; a button that is none it sends on.
        spice_inputs_channel_button_release(inputs_.get(), SPICE_MOUSE_BUTTON_INVALID, buttons_);
        return;
    }
    spice_inputs_channel_motion(
        inputs_.get(), static_cast<int>(event.x), static_cast<int>(event.y), buttons_);
}

void SpiceClient::flush(std::function<void()> done) {
    spice_channel_flush_async(SPICE_CHANNEL(inputs_.get()),
                              nullptr,
                              Callbacks::flushed,
                              new std::function<void()>(std::move(done)));
}

}  // namespace oriel
