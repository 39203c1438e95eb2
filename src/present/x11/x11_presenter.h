// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "present/presenter.h"

namespace oriel {

struct X11PresenterOptions {
    // NOLINTBEGIN(readability-redundant-member-init): gcc wants them, or every field named
    std::string display{};       ///< As in $DISPLAY; empty: that.
    std::optional<Size> size{};  ///< The window's, kept; without one it follows the guest's.
    std::optional<WindowPlace::Point> position{};  ///< Ignored where it is off the screen.
    // NOLINTEND(readability-redundant-member-init)
    std::string title = "Oriel";
    Presenter::Follow follow = Presenter::Follow::Always;
    Presenter::WindowMode mode = Presenter::WindowMode::Normal;
};

/// A window on an X server. It appears with the first frame or message.
///
/// The server reads the guest's memory itself where it can (MIT-SHM with a descriptor); it scales
/// where it has to (RENDER). No focus is taken, and nothing grabbed before set_grab().
///
/// Blocks: a few round trips. Errors: NotFound where there is no such server, Unsupported where
/// its screen cannot show our pixels.
Result<std::unique_ptr<Presenter>> open_x11_presenter(const X11PresenterOptions& options);

}  // namespace oriel
