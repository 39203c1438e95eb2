// SPDX-License-Identifier: MIT
#include "input/spice/spice_screen.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "abi/region.h"
#include "input/spice/surface_pixels.h"

namespace oriel {
namespace {

/// From one picture to the next: a text that scrolls is hundreds of changes a second.
constexpr Nanoseconds kLeastGap = std::chrono::milliseconds(8);

int channel_number(SpiceChannel* channel) {
    int number = -1;
    g_object_get(channel, "channel-id", &number, nullptr);
    return number;
}

/// The surface as it lies in the library's memory now. Nothing where there is none.
std::optional<SurfacePixels::Claim> primary_of(SpiceChannel* channel) {
    SpiceDisplayPrimary primary{};
    if (spice_display_channel_get_primary(channel, 0, &primary) == FALSE) {
        return std::nullopt;
    }
    return SurfacePixels::Claim{
        primary.format, primary.width, primary.height, primary.stride, primary.data};
}

}  // namespace

/// What the library calls. `data` is the screen, whose signals are taken off before it ends.
struct SpiceScreen::Callbacks {
    static SpiceScreen& screen(gpointer data) { return *static_cast<SpiceScreen*>(data); }

    static void event(SpiceChannel* channel, SpiceChannelEvent event, gpointer data) {
        screen(data).on_event(channel, event);
    }

    // NOLINTBEGIN(readability-function-size): the library's own parameters
    // Of these, what primary_of() says as well.
    static void primary_create(SpiceChannel* /*channel*/,
                               gint /*format*/,
                               gint /*width*/,
                               gint /*height*/,
                               gint /*stride*/,
                               gint /*shared*/,
                               gpointer /*pixels*/,
                               gpointer data) {
        screen(data).await_content();
    }

    static void primary_destroy(SpiceChannel* /*channel*/, gpointer data) {
        screen(data).await_content();
    }

    static void mark(SpiceChannel* /*channel*/, gint /*is_marked*/, gpointer data) {
        screen(data).on_content();
    }

    static void invalidate(
        SpiceChannel* /*channel*/, gint x, gint y, gint width, gint height, gpointer data) {
        if (x < 0 || y < 0 || width <= 0 || height <= 0) {
            return;
        }
        const auto side = [](gint length) {
            return std::min(static_cast<std::uint32_t>(length), abi::kMaxSide);
        };
        screen(data).on_content();
        screen(data).exchange_.note_change({side(x), side(y), side(width), side(height)});
        screen(data).schedule_drawing();
    }

    static void gl_scanout(SpiceChannel* /*channel*/, GParamSpec* /*property*/, gpointer data) {
        screen(data).exchange_.refuse(
            "the VM's screen is drawn by the host's GPU (SPICE with gl=on), which is not shown");
    }

    static void cursor_set(SpiceChannel* /*channel*/,
                           gint width,
                           gint height,
                           gint hot_x,
                           gint hot_y,
                           gpointer rgba,
                           gpointer data) {
        if (width > 0 && height > 0 && rgba != nullptr) {
            const Size size{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
            screen(data).exchange_.set_cursor(size,
                                              static_cast<std::uint32_t>(std::max(hot_x, 0)),
                                              static_cast<std::uint32_t>(std::max(hot_y, 0)),
                                              static_cast<const std::byte*>(rgba));
        }
    }

    // NOLINTEND(readability-function-size)

    static void cursor_move(SpiceChannel* /*channel*/, gint x, gint y, gpointer data) {
        screen(data).exchange_.place_cursor(x, y);
    }

    static void cursor_hide(SpiceChannel* /*channel*/, gpointer data) {
        screen(data).exchange_.hide_cursor();
    }
};

SpiceScreen::SpiceScreen(ScreenExchange& exchange)
    : exchange_(exchange), follow_timer_([this] { follow(); }), draw_timer_([this] { draw(); }) {}

SpiceScreen::~SpiceScreen() {
    let_go(this);
    exchange_.refuse({});
}

void SpiceScreen::let_go(void* listener) {
    for (Line* line : {&display_, &cursor_}) {
        if (line->channel) {
            g_signal_handlers_disconnect_by_data(line->channel.get(), listener);
        }
    }
}

bool SpiceScreen::add_channel(SpiceChannel* channel) {
    const bool is_display = SPICE_IS_DISPLAY_CHANNEL(channel);
    if ((!is_display && !SPICE_IS_CURSOR_CHANNEL(channel)) || channel_number(channel) != 0) {
        return false;
    }
    Line& line = is_display ? display_ : cursor_;
    if (line.channel) {
        return false;
    }
    line.channel.reset(static_cast<SpiceChannel*>(g_object_ref(channel)));
    const auto listen = [this, channel](const char* signal, GCallback callback) {
        g_signal_connect_data(channel, signal, callback, this, nullptr, GConnectFlags{});
    };
    listen("channel-event", G_CALLBACK(Callbacks::event));
    if (is_display) {
        listen("display-primary-create", G_CALLBACK(Callbacks::primary_create));
        listen("display-primary-destroy", G_CALLBACK(Callbacks::primary_destroy));
        listen("display-mark", G_CALLBACK(Callbacks::mark));
        listen("display-invalidate", G_CALLBACK(Callbacks::invalidate));
        listen("notify::gl-scanout", G_CALLBACK(Callbacks::gl_scanout));
        exchange_.expect();
    } else {
        listen("cursor-set", G_CALLBACK(Callbacks::cursor_set));
        listen("cursor-move", G_CALLBACK(Callbacks::cursor_move));
        listen("cursor-hide", G_CALLBACK(Callbacks::cursor_hide));
        listen("cursor-reset", G_CALLBACK(Callbacks::cursor_hide));
    }
    follow_timer_.arm_now();
    return true;
}

void SpiceScreen::follow() {
    const bool is_wanted = exchange_.is_wanted();
    follow(display_, is_wanted);
    follow(cursor_, is_wanted);
    if (is_wanted) {
        schedule_drawing();
    }
}

void SpiceScreen::follow(Line& line, bool is_wanted) {
    if (!line.channel) {
        return;
    }
    // What opens or closes is waited for: on_event() comes back here.
    if (is_wanted && line.state == Line::State::Closed) {
        line.state = Line::State::Opening;
        if (&line == &display_) {
            await_content();
        }
        if (spice_channel_connect(line.channel.get()) == FALSE) {
            line.state = Line::State::Closed;
        }
    } else if (!is_wanted && line.state == Line::State::Open) {
        line.state = Line::State::Closing;
        spice_channel_disconnect(line.channel.get(), SPICE_CHANNEL_NONE);
    }
}

SpiceScreen::Line* SpiceScreen::line_of(SpiceChannel* channel) {
    return channel == display_.channel.get() ? &display_ : &cursor_;
}

/// Whatever ends a channel of these, the connection may go on: keys still arrive. One that the
/// server closes, as while it changes its screens, is opened again, ever more rarely.
void SpiceScreen::on_event(SpiceChannel* channel, SpiceChannelEvent event) {
    Line& line = *line_of(channel);
    switch (event) {
    case SPICE_CHANNEL_OPENED:
        line.state = Line::State::Open;
        follow_timer_.arm_now();
        return;
    case SPICE_CHANNEL_NONE:
    case SPICE_CHANNEL_SWITCHING:
        return;
    default:
        break;
    }
    const bool was_meant = std::exchange(line.state, Line::State::Closed) == Line::State::Closing;
    if (was_meant) {
        back_off_.reset();
        follow_timer_.arm_now();
    } else {
        if (&line == &display_) {
            exchange_.expect();
        }
        follow_timer_.arm_at(monotonic_now() + back_off_.next());
    }
}

/// A surface that was made just now is black, and one that is used again has what was on it when
/// its channel was closed: neither is the screen before something is drawn.
void SpiceScreen::await_content() {
    has_content_ = false;
    exchange_.expect();
}

void SpiceScreen::on_content() {
    if (std::exchange(has_content_, true)) {
        return;
    }
    const auto claim = primary_of(display_.channel.get());
    if (!claim) {
        return;
    }
    if (const std::string format = refused_format(claim->format); !format.empty()) {
        exchange_.refuse("the VM's screen has pixels of " + format + ", which cannot be shown");
        return;
    }
    const auto surface = SurfacePixels::check(*claim);
    if (!surface) {
        exchange_.refuse(fmt::format("the VM's screen makes no sense: {}x{}, rows of {} bytes",
                                     claim->width,
                                     claim->height,
                                     claim->stride));
        return;
    }
    back_off_.reset();
    if (exchange_.begin(surface->size())) {
        schedule_drawing();
    }
}

void SpiceScreen::schedule_drawing() {
    if (!std::exchange(is_drawing_due_, true)) {
        draw_timer_.arm_at(drawn_at_ + kLeastGap);
    }
}

void SpiceScreen::draw() {
    is_drawing_due_ = false;
    const auto claim = display_.channel ? primary_of(display_.channel.get()) : std::nullopt;
    const auto surface = claim ? SurfacePixels::check(*claim) : std::nullopt;
    if (!surface) {
        return;
    }
    drawn_at_ = monotonic_now();
    exchange_.pass_on([&](const Rect& part, std::span<std::byte> to, std::uint32_t stride) {
        surface->copy(part, to, stride);
    });
}

}  // namespace oriel
