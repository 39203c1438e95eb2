// SPDX-License-Identifier: MIT
#include "host/demo/demo_key_meter.h"

#include <cstring>

namespace oriel {
namespace {

constexpr std::size_t kBytesPerPixel = 4;

}  // namespace

Result<DemoKeyMeter> DemoKeyMeter::open(const DemoWindow& window) {
    ORIEL_TRY_ASSIGN(DisplayClient client,
                     DisplayClient::open(window.screen->display(), window.cookie));
    const Size size = window.screen->window_size(window.window);
    client.watch_damage(window.window, XCB_DAMAGE_REPORT_LEVEL_RAW_RECTANGLES);
    DemoKeyMeter meter(std::move(client), window.window, size);
    meter.seen_ = meter.client_.image(window.window, Rect::of(size));
    if (size.is_empty() || meter.seen_.size() != size.area() * kBytesPerPixel) {
        return Failure(Error::unsupported("cannot read the viewer's window"));
    }
    return meter;
}

/// Takes over what the window shows there now; whether it was something else.
bool DemoKeyMeter::update(const Rect& rect) {
    const Rect inside = rect.intersected(Rect::of(size_));
    const auto now = client_.image(window_, inside);
    const std::size_t row = inside.width * kBytesPerPixel;
    if (now.size() != row * inside.height) {
        return false;
    }
    bool is_changed = false;
    for (std::size_t y = 0; y < inside.height; ++y) {
        const std::size_t at = ((inside.y + y) * size_.width + inside.x) * kBytesPerPixel;
        const std::uint8_t* line = now.data() + y * row;
        is_changed = is_changed || std::memcmp(&seen_[at], line, row) != 0;
        std::memcpy(&seen_[at], line, row);
    }
    return is_changed;
}

/// What was drawn since the last key is none of the next one's.
void DemoKeyMeter::catch_up() {
    client_.sync();
    while (const auto drawn = client_.await_damage(monotonic_now())) {
        update(*drawn);
    }
}

std::optional<DemoKeyTime> DemoKeyMeter::measure(DemoHand& hand, std::uint32_t code) {
    catch_up();
    DemoKeyTime time{.pressed = monotonic_now()};
    hand.key(code, Press::Down);
    bool is_seen = false;
    while (!is_seen) {
        const auto drawn = client_.await_damage(time.pressed + kPatience);
        if (!drawn) {
            break;
        }
        time.seen = monotonic_now();
        is_seen = update(*drawn);
    }
    hand.key(code, Press::Up);
    return is_seen ? std::optional(time) : std::nullopt;
}

}  // namespace oriel
