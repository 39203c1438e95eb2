// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "input/input_sink.h"
#include "present/presenter.h"
#include "region/target.h"
#include "relay/geometry.h"
#include "viewer/host_key.h"

namespace oriel {

/// Opens the way to the guest's keyboard and pointer; nullptr: there is none.
/// `told`: what the region's broker was told with `--input`; empty: nothing.
///
/// Trust: whoever can write the region can write `told`. Errors: end the viewer.
using OpenInput = std::function<Result<std::unique_ptr<InputSink>>(const std::string& told)>;

struct ViewerOptions {
    Target target{};
    enum class Platform : std::uint8_t { Auto, X11, Offscreen } platform = Platform::Auto;
    Presenter::WindowMode mode = Presenter::WindowMode::Normal;
    std::optional<Size> window_size{};
    std::uint32_t offscreen_refresh_mhz = 0;  ///< Of the display an offscreen viewer plays.
    enum class Output : std::uint8_t {
        Text,
        Json,
        JsonFrames,  ///< With a line for each frame.
    } output = Output::Text;
    // NOLINTBEGIN(readability-redundant-member-init): gcc wants them, or every field named
    OpenInput input{};  ///< Empty: nothing that is typed goes anywhere.
    HostKey host_key{};
    // NOLINTEND(readability-redundant-member-init)
};

}  // namespace oriel
