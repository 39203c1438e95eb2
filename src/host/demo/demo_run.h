// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/poll_loop.h"
#include "base/result.h"
#include "host/demo/demo.h"
#include "host/demo/demo_cookie.h"
#include "host/demo/demo_folder.h"
#include "host/demo/demo_guest.h"
#include "host/demo/demo_member.h"
#include "host/demo/demo_picture.h"
#include "host/demo/demo_region.h"
#include "host/demo/demo_report.h"
#include "host/demo/demo_server.h"

namespace oriel {

/// One demo from its first line to its table: the broker, the viewer, its window, and what is
/// seen there, whoever plays the guest. Whatever it started ends with it.
class DemoRun final : private DemoStage {
  public:
    enum class Ending : std::uint8_t {
        Success,
        Closed,     ///< The user closed the window; nothing was compared, and that is fine.
        Different,  ///< The two pictures are not what they should be: the output says how.
    };

    DemoRun(PollLoop& loop, DemoOptions options, std::unique_ptr<DemoGuest> guest)
        : loop_(loop), options_(std::move(options)), guest_(std::move(guest)) {}

    Result<Ending> run();

  private:
    // demo_run.cpp: the order of things.
    Result<void> show();
    Result<void> say_what_happens();
    Result<void> start_screens();
    Result<void> start_broker();
    Result<std::unique_ptr<DemoMember>> start_viewer();
    Result<void> await_first_frame();
    Result<void> watch_it_perform();
    Result<void> hold_still();
    Result<void> await_stillness(std::uint64_t after);
    Result<void> end_viewer();
    Ending report() const;

    // demo_compare.cpp: the pictures.
    Result<std::vector<std::byte>> take_host_picture();
    Result<void> take_first_picture();
    Result<void> compare();
    Result<void> move_to_own_host();

    // demo_wait.cpp
    Result<void> check_all_run();
    void end_progress() const;

    PollLoop& loop() override { return loop_; }

    const std::string& folder() const override { return folder_->path(); }

    bool has_own_host() const override { return host_ == nullptr || host_server_ != nullptr; }

    Result<void> wait_for(const std::string& what,
                          Nanoseconds limit,
                          const std::function<bool()>& is_so) override;
    Result<void> pause(Nanoseconds time) override;

    Result<void> await_stillness() override { return await_stillness(0); }

    Result<void> pass_time(Nanoseconds limit, const std::function<bool()>& is_so) override;
    void show_progress(Nanoseconds since) override;
    Result<DemoWindow> window() override;

    const DemoSaid& viewer() const override { return viewer_->said(); }

    DemoScreen& host() { return host_server_ ? host_server_->screen : *host_; }

    std::vector<std::pair<std::string, Nanoseconds>> cpu_times();

    static constexpr Size kPicture{1280, 800};

    PollLoop& loop_;
    DemoOptions options_;
    std::string name_;
    Size picture_ = kPicture;

    // In the order in which they start; they end in the reverse one.
    std::unique_ptr<DemoFolder> folder_;
    std::unique_ptr<DemoCookie> cookie_;
    std::unique_ptr<DemoScreen> host_;  ///< The user's display, where that is used.
    std::unique_ptr<DemoServer> host_server_;
    std::unique_ptr<DemoMember> broker_;
    std::unique_ptr<DemoGuest> guest_;
    std::unique_ptr<DemoMember> viewer_;
    std::unique_ptr<DemoRegion> region_;

    std::unique_ptr<DemoPicture> first_picture_;
    DemoReport report_;
    Nanoseconds last_progress_{0};
    bool is_closed_ = false;
};

}  // namespace oriel
