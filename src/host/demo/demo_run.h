// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/linux/poll_loop.h"
#include "base/result.h"
#include "host/demo/demo.h"
#include "host/demo/demo_cookie.h"
#include "host/demo/demo_member.h"
#include "host/demo/demo_picture.h"
#include "host/demo/demo_region.h"
#include "host/demo/demo_report.h"
#include "host/demo/demo_scene.h"
#include "host/demo/demo_screen.h"

namespace oriel {

/// One demo from its first line to its table. Whatever it started ends with it.
class DemoRun {
  public:
    enum class Ending : std::uint8_t {
        Success,
        Closed,     ///< The user closed the window; nothing was compared, and that is fine.
        Different,  ///< The two pictures are not what they should be: the output says how.
    };

    DemoRun(PollLoop& loop, DemoOptions options) : loop_(loop), options_(std::move(options)) {}

    Result<Ending> run();

  private:
    // demo_run.cpp: the order of things.
    Result<void> say_what_happens();
    Result<void> start_servers();
    Result<void> start_guest();
    Result<std::unique_ptr<DemoMember>> start_viewer();
    Result<void> await_first_frame();
    Result<void> watch_it_move();
    bool is_over(Nanoseconds start);
    Result<void> hold_still();
    Result<void> await_stillness(std::uint64_t after);
    Result<void> collect_summaries();
    Ending report() const;

    // demo_compare.cpp: the pictures.
    Result<std::vector<std::byte>> shoot(const DemoScreen& screen, xcb_window_t window);
    Result<xcb_window_t> find_window();
    Result<void> take_first_picture();
    Result<void> compare();
    Result<void> move_to_own_host();

    // demo_wait.cpp
    Result<void> wait_for(const std::string& what,
                          Nanoseconds limit,
                          const std::function<bool()>& is_so);
    Result<void> check_all_run();
    void show_progress(Nanoseconds since);
    void end_progress() const;

    bool has_own_host() const { return host_server_ != nullptr; }

    DemoScreen& host() { return host_server_ ? host_server_->screen : *host_; }

    std::vector<std::pair<std::string, Nanoseconds>> cpu_times();

    PollLoop& loop_;
    DemoOptions options_;
    std::string name_;
    Size picture_ = DemoScene::kSize;

    // In the order in which they start; they end in the reverse one.
    std::unique_ptr<DemoCookie> cookie_;
    std::unique_ptr<DemoScreen> host_;  ///< The user's display, where that is used.
    std::unique_ptr<DemoServer> guest_server_;
    std::unique_ptr<DemoServer> host_server_;
    std::unique_ptr<DemoMember> broker_;
    std::unique_ptr<DemoScene> scene_;
    std::unique_ptr<DemoMember> agent_;
    std::unique_ptr<DemoMember> viewer_;
    std::unique_ptr<DemoRegion> region_;

    std::unique_ptr<DemoPicture> first_picture_;
    DemoReport report_;
    Nanoseconds last_progress_{0};
    bool is_closed_ = false;
};

}  // namespace oriel
