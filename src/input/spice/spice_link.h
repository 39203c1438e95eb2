// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <spice-client.h>

#include "input/back_off.h"
#include "input/input_event.h"
#include "input/spice/glib_handle.h"
#include "input/spice/glib_thread.h"
#include "input/spice/spice_shared.h"
#include "input/spice_options.h"

namespace oriel {

/// The connection to a SPICE server: its main channel and its inputs channel, no other.
///
/// Threads: the GLib thread, but for the constructor and wake(). Blocks: never.
class SpiceLink : public std::enable_shared_from_this<SpiceLink> {
  public:
    SpiceLink(SpiceOptions options, std::shared_ptr<SpiceShared> shared);
    ~SpiceLink();
    SpiceLink(const SpiceLink&) = delete;
    SpiceLink& operator=(const SpiceLink&) = delete;

    /// Has what waits in the queue sent. Threads: any, with the lock of SpiceShared.
    void wake() { pump_.arm_now(); }

    void connect();
    void retry();

    /// Sends what the library has not written yet, then ends; SpiceShared::has_ended tells.
    void end();

  private:
    using Link = InputState::Link;

    struct Callbacks;

    void set_up_session();
    bool set_password();
    void start_session();
    void drop_session();
    void add_channel(SpiceChannel* channel);
    void on_channel_event(SpiceChannel* channel, SpiceChannelEvent event);
    void on_failure(SpiceChannelEvent event, const std::string& why);
    void on_news_of_guest();
    void refuse(std::string reason);
    void lose(std::string reason);
    void look_who_took_it();
    void on_server_there(bool is_there);
    void on_timer();
    void pump();
    void send(const InputEvent& event);
    void send_key(const InputEvent& event);
    void send_button(const InputEvent& event);
    void set_state(InputState state);
    bool was_ready() const;
    void finish();

    SpiceOptions options_;
    std::shared_ptr<SpiceShared> shared_;
    GlibTimer pump_;
    GlibTimer timer_;  ///< The next attempt, or the look at who took the connection.
    BackOff back_off_;
    UniqueObject<SpiceSession> session_;
    UniqueObject<SpiceMainChannel> main_;
    UniqueObject<SpiceInputsChannel> inputs_;
    bool inputs_open_ = false;
    bool leds_known_ = false;
    int buttons_ = 0;  ///< Those held down, in SPICE's bits.
    int looks_ = 0;    ///< At who took the connection.
    bool is_ending_ = false;

    /// What on_timer() does, once the library's own callbacks have returned.
    enum class Next : std::uint8_t { Nothing, Connect, LookWhoTookIt, Fail } next_ = Next::Nothing;
    SpiceChannelEvent failure_ = SPICE_CHANNEL_NONE;
    std::string failure_text_;
};

}  // namespace oriel
