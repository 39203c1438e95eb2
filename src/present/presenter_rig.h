// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/linux/fd.h"
#include "base/mapped_memory.h"
#include "present/presenter.h"

namespace oriel::test {

/// What a presenter told, in its order.
class RecordingListener final : public PresenterListener {
  public:
    void on_released(std::uint64_t token) override { released.push_back(token); }

    void on_shown(std::uint64_t token, Nanoseconds when) override {
        shown.push_back(token);
        shown_at = when;
    }

    void on_exposed() override { ++exposures; }

    void on_visibility(bool is_visible) override { visibility.push_back(is_visible); }

    void on_resized(const WindowArea& area) override { sizes.push_back(area.size); }

    void on_focus(bool has_focus) override { focus.push_back(has_focus); }

    void on_input(const InputEvent& event) override { input.push_back(event); }

    void on_grab_lost(const std::string& why) override { grab_losses.push_back(why); }

    void on_grab_limited(const std::string& why) override { grab_limit = why; }

    void on_close_wanted() override { ++closes; }

    std::vector<std::uint64_t> released;
    std::vector<std::uint64_t> shown;
    Nanoseconds shown_at{0};
    int exposures = 0;
    std::vector<bool> visibility;
    std::vector<Size> sizes;
    std::vector<bool> focus;
    std::vector<InputEvent> input;
    std::vector<std::string> grab_losses;
    std::string grab_limit;
    int closes = 0;
};

/// Shared memory as a guest's region would be, with pictures in it.
class TestRegion {
  public:
    explicit TestRegion(std::uint64_t size);

    const UniqueFd& fd() const { return fd_; }

    const MappedMemory& memory() const { return memory_; }

    /// A frame that lies at `offset`; its pixels are what the memory holds.
    PresentFrame frame(std::uint64_t offset, const FrameGeometry& geometry) const;

    /// Writes `rect` of a BGRX8 picture at `offset`.
    void fill(std::uint64_t offset,
              const FrameGeometry& geometry,
              const Rect& rect,
              const std::function<std::uint32_t(std::uint32_t x, std::uint32_t y)>& colour);

  private:
    UniqueFd fd_;
    MappedMemory memory_;
};

/// Drives a presenter as a viewer's loop does: a frame when it is ready, a whole one when asked.
class Driver {
  public:
    explicit Driver(Presenter& presenter) : presenter_(presenter) {}

    RecordingListener heard;

    /// Rounds until `is_done`, 10 s at most; whether it was.
    bool run_until(const std::function<bool()>& is_done);

    /// Shows it and whatever else it takes until it is really to be seen: whole again where the
    /// presenter asks. False where that never comes.
    bool show(PresentFrame frame, const Damage& damage);

    /// As show() of all of it.
    bool show_whole(const PresentFrame& frame) {
        return show(frame, Damage::whole(frame.info.geometry.size));
    }

    /// The display server is done with that frame.
    bool has_back(std::uint64_t token) const;

    /// Takes what has been on its way.
    void settle();

  private:
    /// Shows it once, as a copy where the presenter wants that; until it is shown or released.
    bool show_once(PresentFrame frame, const Damage& damage);

    /// Sleeps until there is something to dispatch(), for `limit` at most.
    void sleep(Nanoseconds limit);

    Presenter& presenter_;
    std::uint64_t next_token_ = 1;
};

/// A BGRX8 geometry with `padding` bytes after each row.
FrameGeometry bgrx(Size size, std::uint32_t padding = 0);

/// All of one colour, 0xRRGGBB.
LayerImage plain_layer(Size size, std::uint32_t colour);

/// test_colour() everywhere.
LayerImage colourful_layer(Size size);

/// A colour for each place, different from its neighbours'.
std::uint32_t test_colour(std::uint32_t x, std::uint32_t y);

/// Blocks of 20 x 20 pixels, each of one colour: in their middles every filter leaves it as it is.
std::uint32_t block_colour(std::uint32_t x, std::uint32_t y);

/// `size` pixels of `colour`, as look() returns them.
std::vector<std::uint32_t> expected_pixels(
    Size size, const std::function<std::uint32_t(std::uint32_t x, std::uint32_t y)>& colour);

}  // namespace oriel::test
