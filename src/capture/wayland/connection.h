// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "capture/wayland/output.h"
#include "capture/wayland/proxy.h"

namespace oriel::wayland_capture {

/// A connection to a compositor, and of what it offers that which a capture needs.
///
/// Nothing here waits but open() and round_trip(). Lifetime: stays where it is.
class Connection {
  public:
    /// Empty: what $WAYLAND_DISPLAY says. Blocks: up to kAnswerLimit.
    /// Errors: NotFound where no compositor answers.
    static Result<std::unique_ptr<Connection>> open(const std::string& display);

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    const std::string& display() const { return name_; }

    int fd() const { return wl_display_get_fd(display_.get()); }

    /// Hears what came and sends what is queued. Errors: the compositor is gone, or refused
    /// something: NotFound, Protocol.
    Result<void> dispatch();

    /// Until the compositor has done all that it was asked for.
    /// Blocks: up to kAnswerLimit. Errors: as dispatch(); Busy where it does not answer.
    Result<void> round_trip();

    void flush() { wl_display_flush(display_.get()); }

    wl_shm* shm() const { return shm_.get(); }

    /// Null where it is not offered, or too old to tell of damage.
    zwlr_screencopy_manager_v1* screencopy() const { return screencopy_.get(); }

    /// Null, or both are there.
    ext_image_copy_capture_manager_v1* image_copy() const {
        return image_sources_ ? image_copy_.get() : nullptr;
    }

    ext_output_image_capture_source_manager_v1* image_sources() const {
        return image_sources_.get();
    }

    /// In the order in which they came.
    const std::vector<std::unique_ptr<Output>>& outputs() const { return outputs_; }

    static constexpr Nanoseconds kAnswerLimit = std::chrono::seconds(2);

  private:
    struct Disconnect {
        void operator()(wl_display* display) const noexcept { wl_display_disconnect(display); }
    };

    Connection(std::unique_ptr<wl_display, Disconnect> display, std::string name)
        : display_(std::move(display)), name_(std::move(name)) {}

    void listen();
    void add_global(std::uint32_t number, const std::string& interface, std::uint32_t version);
    void add_output(std::uint32_t number, std::uint32_t version);
    Result<void> check() const;

    template <class T>
    Proxy<T> bind(std::uint32_t number, const wl_interface& interface, std::uint32_t version) const;

    std::unique_ptr<wl_display, Disconnect> display_;
    std::string name_;
    Proxy<wl_registry> registry_;
    Proxy<wl_shm> shm_;
    Proxy<zwlr_screencopy_manager_v1> screencopy_;
    Proxy<ext_image_copy_capture_manager_v1> image_copy_;
    Proxy<ext_output_image_capture_source_manager_v1> image_sources_;
    std::vector<std::unique_ptr<Output>> outputs_;
};

}  // namespace oriel::wayland_capture
