// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "input/input_sink.h"
#include "present/presenter.h"
#include "region/target.h"
#include "relay/geometry.h"
#include "viewer/host_key.h"

namespace oriel {

/// A way to the guest's keyboard and pointer, or why there is none.
struct FoundInput {
    std::unique_ptr<InputSink> sink;  ///< Null: there is none.
    std::string lack;                 ///< Then: what is missing, for the window; empty: as asked.
};

/// Opens the way to the guest's keyboard and pointer. `told`: what the region's broker was told
/// with `--input` (Region::input_uri()); empty: nothing.
/// Errors: end the viewer.
using OpenInput = std::function<Result<FoundInput>(const std::string& told)>;

struct RereadOptionsFound;

/// Looks again at what a person may have changed since the start: for `oriel ctl reload`.
/// Errors: nothing has changed, then.
using RereadOptions = std::function<Result<RereadOptionsFound>()>;

struct ViewerOptions {
    Target target{};
    enum class Platform : std::uint8_t {
        Auto,  ///< Wayland where there is one, else X11.
        Wayland,
        X11,
        Offscreen,
    } platform = Platform::Auto;
    Presenter::WindowMode mode = Presenter::WindowMode::Normal;
    enum class ModeFrom : std::uint8_t {
        Person,
        Default,  ///< A window that is remembered may have another.
    } mode_from = ModeFrom::Person;
    std::optional<Size> window_size{};
    Presenter::Vsync vsync = Presenter::Vsync::Auto;
    Scaling scaling = Scaling::Fit;
    enum class Overlay : std::uint8_t { Hidden, Shown } overlay = Overlay::Hidden;  ///< At first.

    /// Which of the two follows the other's size.
    enum class Resize : std::uint8_t {
        Guest,   ///< The window follows the guest's screen.
        Window,  ///< The guest is asked to follow the window, which starts at its size.
        None,    ///< Neither; the window starts at the guest's size.
    } resize = Resize::Guest;

    /// When the host's screen is kept from going dark; only while a live picture can be seen.
    enum class InhibitIdle : std::uint8_t {
        Auto,  ///< In full screen, and where the guest asks for it.
        Never,
        Always,
    } inhibit_idle = InhibitIdle::Auto;
    std::uint32_t offscreen_refresh_mhz = 0;  ///< Of the display an offscreen viewer plays.
    enum class Output : std::uint8_t {
        Text,
        Json,
        JsonFrames,  ///< With a line for each frame.
    } output = Output::Text;
    // NOLINTBEGIN(readability-redundant-member-init): gcc wants them, or every field named
    OpenInput input{};  ///< Empty: nothing that is typed goes anywhere.
    HostKey host_key{};
    bool grab_on_start = false;
    bool auto_grab = false;
    RereadOptions reread{};     ///< Empty: there is nothing to look at.
    std::string window_file{};  ///< Where the window is remembered; empty: nowhere.
    WindowPlace place{};        ///< For what a window is opened with; size and mode stand above.
    // NOLINTEND(readability-redundant-member-init)
};

/// An option that is now another than what a viewer goes by.
struct ChangedOption {
    std::string name;
    std::string value;
    enum class Counts : std::uint8_t { FromStart, AtOnce } counts;
};

struct RereadOptionsFound {
    ViewerOptions options;
    std::vector<ChangedOption> changed;
};

}  // namespace oriel
