// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/demo/demo_guest.h"
#include "host/demo/demo_member.h"
#include "host/demo/demo_scene.h"
#include "host/demo/demo_server.h"

namespace oriel {

/// A second X server of this machine plays the guest, with real programs on it.
class DemoX11Guest final : public DemoGuest {
  public:
    /// `duration`: how long the picture moves.
    /// Errors: NotFound where programs are missing, with what to install.
    static Result<std::unique_ptr<DemoGuest>> create(Nanoseconds duration);

    std::vector<std::string> introduction() const override;
    Result<void> prepare(Size screen, const DemoCookie& cookie) override;
    Result<void> start(const std::string& name, DemoStage& stage) override;

    Result<void> await_up(DemoStage& /*stage*/) override { return {}; }

    std::vector<std::string> viewer_arguments() const override { return {}; }

    Result<void> perform(DemoStage& stage) override;
    Result<void> hold_still() override;
    Result<std::vector<std::byte>> take_picture() override;
    Result<void> finish(DemoStage& stage, DemoReport& report) override;
    std::optional<std::string> find_ended() override;
    std::vector<std::pair<std::string, pid_t>> processes() override;

    std::string picture_name() const override { return "guest.png"; }

    std::uint64_t min_colours() const override { return 1000; }

  private:
    explicit DemoX11Guest(Nanoseconds duration) : duration_(duration) {}

    Nanoseconds duration_;
    const DemoCookie* cookie_ = nullptr;
    std::unique_ptr<ChildProgram> begun_;  ///< The server, until it is up.
    std::unique_ptr<DemoServer> server_;
    std::unique_ptr<DemoScene> scene_;
    std::unique_ptr<DemoMember> agent_;
};

}  // namespace oriel
