// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "input/input_sink.h"
#include "input/spice/glib_thread.h"
#include "input/spice/spice_link.h"
#include "input/spice/spice_shared.h"
#include "input/spice_options.h"

namespace oriel {

/// Keyboard and pointer through a SPICE server: QEMU's own, usually. And the machine's screen.
///
/// SPICE has no horizontal wheel; such notches are left out. It serves one client at a time: a new
/// one takes the place of the one before. This one is never fought over: whoever loses it says so.
class SpiceSink final : public InputSink {
  public:
    /// Connects in the background: what comes of it is in state(). Errors: System.
    static Result<std::unique_ptr<InputSink>> open(SpiceOptions options);

    /// Lets go of what is held down. Blocks: kLastWait + kEndWait at most.
    ~SpiceSink() override;
    SpiceSink(const SpiceSink&) = delete;
    SpiceSink& operator=(const SpiceSink&) = delete;

    static constexpr Nanoseconds kLastWait = std::chrono::milliseconds(300);
    static constexpr Nanoseconds kEndWait = std::chrono::milliseconds(500);

    std::string description() const override { return description_; }

    int fd() const override { return shared_->news.get(); }

    bool dispatch() override;

    const InputState& state() const override { return state_; }

    void key(std::uint32_t code, Press press) override;
    void button(std::uint32_t code, Press press) override;
    void move_to(std::uint32_t x,
                 std::uint32_t y,
                 std::uint32_t screen_width,
                 std::uint32_t screen_height) override;
    void move_by(std::int32_t x, std::int32_t y) override;
    void scroll(std::int32_t x, std::int32_t y) override;
    void release_all() override;
    void retry() override;

    MachineScreen* screen() override { return &shared_->screen; }

  private:
    SpiceSink(SpiceOptions options, UniqueFd news);

    template <class Change>
    void change_queue(Change change);

    std::string description_;
    std::shared_ptr<SpiceShared> shared_;
    InputState state_;  ///< As of the last dispatch().
    std::shared_ptr<GlibThread> thread_;
    std::shared_ptr<SpiceLink> link_;  ///< Used on the GLib thread, but for wake().
};

}  // namespace oriel
