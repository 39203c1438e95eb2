// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include <spice-client.h>

#include "input/back_off.h"
#include "input/screen_exchange.h"
#include "input/spice/glib_handle.h"
#include "input/spice/glib_thread.h"

namespace oriel {

/// The machine's first screen over one connection to its SPICE server: the display channel, and the
/// pointer's. Both are connected only while pictures are wanted: a server draws for nobody else.
///
/// Threads: the GLib thread. Blocks: never.
/// Trust: the server decodes what the guest draws; the size of the picture is checked, and each
/// change is cut to it.
class SpiceScreen {
  public:
    explicit SpiceScreen(ScreenExchange& exchange);
    ~SpiceScreen();
    SpiceScreen(const SpiceScreen&) = delete;
    SpiceScreen& operator=(const SpiceScreen&) = delete;

    /// Takes a channel that the server has; one that is none of a screen's, or another screen's, is
    /// left alone. False: left alone.
    bool add_channel(SpiceChannel* channel);

    /// Takes what `listener` connected off the channels it was given.
    void let_go(void* listener);

    /// ScreenExchange's demand is another. Not from within a callback of the library's.
    void follow();

  private:
    struct Callbacks;

    /// A channel that comes and goes.
    struct Line {
        UniqueObject<SpiceChannel> channel;
        enum class State : std::uint8_t { Closed, Opening, Open, Closing } state = State::Closed;
    };

    void follow(Line& line, bool is_wanted);
    Line* line_of(SpiceChannel* channel);
    void on_event(SpiceChannel* channel, SpiceChannelEvent event);
    void await_content();
    void on_content();
    void draw();
    void schedule_drawing();

    ScreenExchange& exchange_;
    Line display_;
    Line cursor_;
    GlibTimer follow_timer_;  ///< What is done once the library's own callbacks have returned.
    GlibTimer draw_timer_;
    Nanoseconds drawn_at_{0};
    bool is_drawing_due_ = false;
    bool has_content_ = false;  ///< The surface shows the screen.
    BackOff back_off_;
};

}  // namespace oriel
