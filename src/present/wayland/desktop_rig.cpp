// SPDX-License-Identifier: MIT
#include "present/wayland/desktop_rig.h"

#include <cstdlib>

#include <linux/input-event-codes.h>

#include "base/assert.h"

namespace oriel::test {
std::unique_ptr<Presenter> open_frameless(const Compositor& compositor,
                                          WaylandPresenterOptions options) {
    options.display = compositor.display();
    constexpr const char* kVariable = "ORIEL_NO_LIBDECOR";
    ::setenv(kVariable, "1", 1);  // NOLINT(concurrency-mt-unsafe): one thread
    auto presenter = open_wayland_presenter(options);
    ::unsetenv(kVariable);  // NOLINT(concurrency-mt-unsafe): one thread
    ORIEL_ASSERT(presenter);
    return std::move(*presenter);
}

void PrintTo(const Desktop& desktop, std::ostream* out) {
    *out << desktop.name;
}

std::vector<Desktop> desktops() {
    return {
        {"Mutter", "Meta-0", KEY_H, false, Compositor::start_mutter, DesktopHand::open_at_mutter},
        {"KWin",
         "Virtual-0",
         KEY_PAGEDOWN,
         true,
         Compositor::start_kwin,
         DesktopHand::open_at_kwin}};
}

DesktopRig::DesktopRig(const Desktop& desktop, WaylandPresenterOptions options)
    : compositor(desktop.start(kOutput).value()),
      presenter(open_frameless(compositor, std::move(options))),
      driver(*presenter),
      hand(desktop.open_hand(compositor).value()) {}

bool DesktopRig::begin(Size picture) {
    geometry_ = bgrx(picture);
    region.fill(0, geometry_, Rect::of(picture), test_colour);
    if (!presenter->bind_region(region.fd(), region.memory()) || !driver.show_whole(frame())) {
        return false;
    }
    driver.settle();
    return true;
}

}  // namespace oriel::test
