// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "present/wayland/connection.h"
#include "present/wayland/owned.h"
#include "relay/geometry.h"

namespace oriel {

/// A screen of the compositor's.
struct WaylandOutput {
    WaylandOwned<wl_output> handle;
    std::uint32_t global = 0;
    std::string name;               ///< "DP-1"; empty where it is not told.
    std::int32_t scale = 1;         ///< Whole.
    std::uint32_t refresh_mhz = 0;  ///< 0: not told.

    WaylandOutput() = default;
    WaylandOutput(const WaylandOutput&) = delete;
    WaylandOutput& operator=(const WaylandOutput&) = delete;
    ~WaylandOutput() = default;

    void set_scale(std::int32_t factor) { scale = factor; }

    void set_name(const char* text) { name = text; }

    void set_mode(std::uint32_t flags, std::int32_t width, std::int32_t height, std::int32_t mhz);
};

/// The screens there are, as they come and go.
///
/// Lifetime: ends with the connection, whose events it takes.
class WaylandOutputs {
  public:
    explicit WaylandOutputs(WaylandConnection& connection);
    WaylandOutputs(const WaylandOutputs&) = delete;
    WaylandOutputs& operator=(const WaylandOutputs&) = delete;

    /// Null: one that is gone.
    const WaylandOutput* find(const wl_output* handle) const;

    const std::vector<std::unique_ptr<WaylandOutput>>& all() const { return outputs_; }

    /// Calls back before an output is forgotten; its handle is good for comparing alone.
    void on_removed(std::function<void(const wl_output*)> heard) { removed_ = std::move(heard); }

  private:
    void add(const WaylandConnection::Global& global);
    void remove(std::uint32_t name);

    WaylandConnection* connection_;
    std::vector<std::unique_ptr<WaylandOutput>> outputs_;
    std::function<void(const wl_output*)> removed_;
};

}  // namespace oriel
