// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "capture/wayland/proxy.h"
#include "relay/geometry.h"

namespace oriel::wayland_capture {

/// What the compositor tells of one of its outputs.
///
/// Lifetime: stays where it is, since the compositor's events lead to it.
class Output {
  public:
    /// `global`: its number in the registry.
    Output(Proxy<wl_output> output, std::uint32_t global);
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    wl_output* get() const { return output_.get(); }

    std::uint32_t global() const { return global_; }

    /// "DP-1"; empty where the compositor is too old to tell.
    const std::string& name() const { return name_; }

    /// Pixels as they lie in memory, before the transform.
    Size mode() const { return mode_; }

    std::uint32_t refresh_mhz() const { return refresh_mhz_; }

    /// As abi::kTransform...: clockwise turns that put the picture upright.
    std::uint32_t transform() const { return transform_; }

    /// Moves with each change of what is above.
    std::uint64_t version() const { return version_; }

  private:
    void listen();

    Proxy<wl_output> output_;
    const std::uint32_t global_;
    std::string name_;
    Size mode_;
    std::uint32_t refresh_mhz_ = 0;
    std::uint32_t transform_ = 0;
    std::uint64_t version_ = 0;
};

}  // namespace oriel::wayland_capture
