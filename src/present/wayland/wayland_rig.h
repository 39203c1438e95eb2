// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "present/presenter_rig.h"
#include "present/wayland/wayland_presenter.h"
#include "wayland/compositor.h"

namespace oriel::test {

/// Sway, and a presenter on it with a region. Its window is as large as it wants to be, in the
/// output's upper left corner, unless `lines` of sway's configuration say otherwise.
class SwayRig {
  public:
    struct Options {
        WaylandPresenterOptions presenter{};
        std::vector<Size> outputs{{640, 480}};
        std::vector<std::string> lines{
            "for_window [app_id=\"oriel\"] floating enable, move position 0 0"};
    };

    SwayRig() : SwayRig(Options{}) {}

    explicit SwayRig(Options options);

    /// Has the region lent to the compositor.
    bool bind();

    /// What the output shows in `rect`, 0xRRGGBB, rows packed, once sway has come to rest.
    std::vector<std::uint32_t> look(const Rect& rect, const std::string& output = "HEADLESS-1");

    /// As a person at the window: one line as in sway's configuration. False where it refuses.
    bool tell(const std::string& line) const;

    Compositor sway;
    TestRegion region{1 << 23};
    std::unique_ptr<Presenter> presenter;
    Driver driver;
};

}  // namespace oriel::test
