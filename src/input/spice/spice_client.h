// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <spice-client.h>

#include "input/guest_input.h"
#include "input/spice/glib_handle.h"
#include "input/spice/spice_screen.h"
#include "input/spice_options.h"

namespace oriel {

/// One attempt at a SPICE server, and what comes of it: its main channel, its inputs channel, and
/// while they are wanted those of its screen.
///
/// Threads: the GLib thread. Blocks: never.
class SpiceClient {
  public:
    /// Who is told. Not the place to end the client: the library is in the midst of it.
    struct Listener {
        std::function<void()> news;  ///< What the getters below say may be another.
        std::function<void(SpiceChannelEvent, const std::string& why)> failure;
    };

    /// `options` and `password` ("" for none) are for this attempt.
    SpiceClient(const SpiceOptions& options,
                const std::string& password,
                Listener listener,
                ScreenExchange& screen);
    ~SpiceClient();
    SpiceClient(const SpiceClient&) = delete;
    SpiceClient& operator=(const SpiceClient&) = delete;

    /// Begins to connect. Errors: System, and those of SpiceOptions::open_connection.
    Result<void> start();

    /// The guest gets what is sent.
    bool is_open() const { return inputs_open_ && main_; }

    PointerMode pointer() const;
    std::optional<LockLeds> leds() const;

    void send(const GuestInput& event);

    SpiceScreen& screen() { return screen_; }

    /// Calls back once the library has written all that was sent. Outlives this client.
    void flush(std::function<void()> done);

  private:
    struct Callbacks;

    void set_options(const std::string& password);
    void add_channel(SpiceChannel* channel);
    void listen(SpiceChannel* channel, const char* signal, GCallback callback);
    void on_channel_event(SpiceChannel* channel, SpiceChannelEvent event);
    void send_key(const GuestInput& event);
    void send_button(const GuestInput& event);
    void send_motion(const GuestInput& event);

    const SpiceOptions& options_;
    Listener listener_;
    UniqueObject<SpiceSession> session_;
    UniqueObject<SpiceMainChannel> main_;
    UniqueObject<SpiceInputsChannel> inputs_;
    SpiceScreen screen_;
    bool inputs_open_ = false;
    bool leds_known_ = false;
    int buttons_ = 0;  ///< Those held down, in SPICE's bits.
};

}  // namespace oriel
