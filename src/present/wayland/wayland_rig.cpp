// SPDX-License-Identifier: MIT
#include "present/wayland/wayland_rig.h"

#include <cstring>
#include <utility>

#include "base/assert.h"

namespace oriel::test {
namespace {

Compositor start(const SwayRig::Options& options) {
    auto sway = Compositor::start_sway(options.outputs, options.lines);
    ORIEL_ASSERT(sway);
    return std::move(*sway);
}

std::unique_ptr<Presenter> open_on(const Compositor& compositor, WaylandPresenterOptions options) {
    options.display = compositor.display();
    auto presenter = open_wayland_presenter(options);
    ORIEL_ASSERT(presenter);
    return std::move(*presenter);
}

}  // namespace

SwayRig::SwayRig(Options options)
    : sway(start(options)), presenter(open_on(sway, options.presenter)), driver(*presenter) {}

bool SwayRig::bind() {
    return presenter->bind_region(region.fd(), region.memory()).has_value() &&
           presenter->use() == Presenter::Use::HandsOn;
}

std::vector<std::uint32_t> SwayRig::look(const Rect& rect, const std::string& output) {
    // It puts windows into their places a frame or two after they have told of them.
    for (int i = 0; i < 3; ++i) {
        driver.settle();
    }
    const auto picture = sway.picture(output);
    std::vector<std::uint32_t> seen;
    if (!picture || !Rect::of(picture->size).contains(rect)) {
        return seen;
    }
    for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
        for (std::uint32_t x = rect.x; x < rect.right(); ++x) {
            std::uint32_t pixel = 0;
            std::memcpy(&pixel,
                        &picture->pixels[(std::size_t{y} * picture->size.width + x) * 4],
                        sizeof pixel);
            seen.push_back(pixel & 0xFFFFFFU);
        }
    }
    return seen;
}

bool SwayRig::tell(const std::string& line) const {
    return sway.tell({line}).has_value();
}

}  // namespace oriel::test
