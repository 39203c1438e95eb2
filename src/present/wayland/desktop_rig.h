// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "present/presenter_rig.h"
#include "present/wayland/wayland_presenter.h"
#include "wayland/compositor.h"
#include "wayland/desktop_hand.h"

namespace oriel::test {

/// A desktop's compositor, as a test parameter.
struct Desktop {
    std::string name;
    std::string output;          ///< What it calls its only one.
    std::uint32_t minimise_key;  ///< With Super it minimises the window.

    /// By Alt+Tab. Mutter without GNOME Shell gives it the focus and does not show it.
    bool shows_minimised_again;
    Result<Compositor> (*start)(Size output);
    Result<std::unique_ptr<DesktopHand>> (*open_hand)(const Compositor& compositor);
};

void PrintTo(const Desktop& desktop, std::ostream* out);  // NOLINT(readability-identifier-naming)

/// GNOME's and KDE's.
std::vector<Desktop> desktops();

/// A window there without a frame by libdecor, which has tests of its own.
std::unique_ptr<Presenter> open_frameless(const Compositor& compositor,
                                          WaylandPresenterOptions options);

/// One of them with an output of kOutput, a presenter on it with a region, and a person's hands.
/// A sizeable window is where the compositor puts it.
class DesktopRig {
  public:
    static constexpr Size kOutput = {640, 480};

    explicit DesktopRig(const Desktop& desktop, WaylandPresenterOptions options = {});

    /// Shows a picture of test_colour(). False where that fails.
    bool begin(Size picture);

    PresentFrame frame() const { return region.frame(0, geometry_); }

    Compositor compositor;
    TestRegion region{1 << 22};
    std::unique_ptr<Presenter> presenter;
    Driver driver;
    std::unique_ptr<DesktopHand> hand;

  private:
    FrameGeometry geometry_;
};

}  // namespace oriel::test
