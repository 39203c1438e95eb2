// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/poll_loop.h"
#include "base/result.h"
#include "host/demo/demo_events.h"
#include "host/demo/demo_report.h"
#include "host/demo/demo_screen.h"

namespace oriel {

/// The viewer's window, for who looks at it and types into it.
struct DemoWindow {
    DemoScreen* screen = nullptr;
    xcb_window_t window = XCB_NONE;
    /// Of an X server of the demo's own. nullptr: it is on the user's display, where no input is
    /// faked.
    const DemoCookie* cookie = nullptr;
};

/// What the demo that runs a guest does for it.
class DemoStage {
  public:
    virtual ~DemoStage() = default;

    virtual PollLoop& loop() = 0;

    /// Of the demo alone, and gone with it.
    virtual const std::string& folder() const = 0;

    /// Where the window is going to be.
    virtual bool has_own_host() const = 0;

    /// Goes on until `is_so`, which is asked again and again.
    /// Errors: Protocol where that takes longer than `limit`, or somebody ended early; Busy where
    /// the user has ended the demo, or closed the window.
    virtual Result<void> wait_for(const std::string& what,
                                  Nanoseconds limit,
                                  const std::function<bool()>& is_so) = 0;

    /// The same, whoever ends meanwhile; whether it came true is the caller's to see.
    virtual Result<void> pass_time(Nanoseconds limit, const std::function<bool()>& is_so) = 0;

    /// Errors: as wait_for().
    virtual Result<void> pause(Nanoseconds time) = 0;

    /// Waits until the viewer shows the newest frame, and none has come for a while.
    /// Errors: as wait_for().
    virtual Result<void> await_stillness() = 0;

    /// What has been going on since `since`, where there is a terminal to show it on.
    virtual void show_progress(Nanoseconds since) = 0;

    virtual Result<DemoWindow> window() = 0;

    /// What the viewer has said.
    virtual const DemoSaid& viewer() const = 0;
};

/// Who plays the guest in a demo: the screen that the relay carries, with an agent.
class DemoGuest {
  public:
    virtual ~DemoGuest() = default;

    /// What is going to happen, in lines for people.
    virtual std::vector<std::string> introduction() const = 0;

    /// Begins what takes its time, for a screen of that size, and does not wait for it.
    virtual Result<void> prepare(Size screen, const DemoCookie& cookie) = 0;

    /// Its agent is to publish into region `name`, whose broker is ready.
    virtual Result<void> start(const std::string& name, DemoStage& stage) = 0;

    /// The viewer has been started; `stage` can wait.
    virtual Result<void> await_up(DemoStage& stage) = 0;

    /// More arguments for `oriel view`.
    virtual std::vector<std::string> viewer_arguments() const = 0;

    /// What there is to see, as long as it takes. The viewer shows the guest's screen already.
    virtual Result<void> perform(DemoStage& stage) = 0;

    /// Nothing changes any more; but one last thing is drawn, so that a frame later than this
    /// call is on its way.
    virtual Result<void> hold_still() = 0;

    /// The screen as one sees it who is not Oriel: a PNG file.
    virtual Result<std::vector<std::byte>> take_picture() = 0;

    /// Ends the agent and adds what the guest has measured.
    virtual Result<void> finish(DemoStage& stage, DemoReport& report) = 0;

    /// Who is gone that should be there, for people.
    virtual std::optional<std::string> find_ended() = 0;

    /// Its processes, by label.
    virtual std::vector<std::pair<std::string, pid_t>> processes() = 0;

    /// "guest.png"
    virtual std::string picture_name() const = 0;

    /// Fewer colours are not its picture.
    virtual std::uint64_t min_colours() const = 0;
};

}  // namespace oriel
