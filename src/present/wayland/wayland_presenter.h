// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "present/presenter.h"

namespace oriel {

struct WaylandPresenterOptions {
    // NOLINTBEGIN(readability-redundant-member-init): gcc wants them, or every field named
    std::string display{};           ///< A socket's name or path; empty: as the environment says.
    std::optional<Size> size{};      ///< The window's, kept; without one it follows the guest's.
    std::string activation_token{};  ///< As in $XDG_ACTIVATION_TOKEN: gives the window the focus.
    std::string output{};            ///< The screen that is filled at first, where there is it.
    // NOLINTEND(readability-redundant-member-init)
    std::string title = "Oriel";
    Presenter::Follow follow = Presenter::Follow::Always;
    Presenter::WindowMode mode = Presenter::WindowMode::Normal;
};

/// A window of a Wayland compositor's. It appears with the first frame or message.
///
/// The compositor reads the guest's memory itself (wl_shm), and scales it (wp_viewporter). One
/// frame is on its way at a time: the next one is taken when the compositor asks for it.
///
/// Blocks: a few round trips. Errors: NotFound where there is no such compositor, Unsupported
/// where it lacks what is needed.
Result<std::unique_ptr<Presenter>> open_wayland_presenter(const WaylandPresenterOptions& options);

}  // namespace oriel
