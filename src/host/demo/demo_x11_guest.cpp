// SPDX-License-Identifier: MIT
#include "host/demo/demo_x11_guest.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "host/machine/programs.h"

namespace oriel {
namespace {

constexpr std::array<NeededProgram, 5> kNeeded{{{"Xvfb", "xvfb"},
                                                {"xterm", "xterm"},
                                                {"xclock", "x11-apps"},
                                                {"ico", "x11-apps"},
                                                {"import", "imagemagick"}}};

constexpr Nanoseconds kBesides = std::chrono::seconds(5);
constexpr Nanoseconds kPatience = std::chrono::seconds(20);
constexpr Nanoseconds kEndLimit = std::chrono::seconds(5);

}  // namespace

Result<std::unique_ptr<DemoGuest>> DemoX11Guest::create(Nanoseconds duration) {
    ORIEL_TRY(check_programs(kNeeded));
    return std::unique_ptr<DemoGuest>(new DemoX11Guest(duration));
}

std::vector<std::string> DemoX11Guest::introduction() const {
    return {fmt::format("A guest's desktop (a terminal, a clock, an animation on an X server of "
                        "its own) goes through the relay into a window for {} s;",
                        whole_seconds(duration_)),
            fmt::format("then both ends are compared pixel for pixel. About {} s in all.",
                        whole_seconds(duration_ + kBesides))};
}

Result<void> DemoX11Guest::prepare(Size screen, const DemoCookie& cookie) {
    cookie_ = &cookie;
    ORIEL_TRY_ASSIGN(ChildProgram begun, begin_server("guest X server", screen, cookie));
    begun_ = std::make_unique<ChildProgram>(std::move(begun));
    return {};
}

Result<void> DemoX11Guest::start(const std::string& name, DemoStage& stage) {
    ORIEL_TRY_ASSIGN(DemoServer server, finish_server(std::move(*begun_), *cookie_));
    begun_.reset();
    server_ = std::make_unique<DemoServer>(std::move(server));
    ORIEL_TRY_ASSIGN(DemoScene scene, DemoScene::start(server_->screen, *cookie_));
    scene_ = std::make_unique<DemoScene>(std::move(scene));
    const std::string& display = server_->screen.display();
    ORIEL_TRY_ASSIGN(agent_,
                     DemoMember::start(stage.loop(),
                                       {.label = "guest agent",
                                        .arguments = {program_beside("oriel-guest"),
                                                      "--region",
                                                      name,
                                                      "--capture",
                                                      "x11",
                                                      "--display",
                                                      display,
                                                      "--json"},
                                        .environment = environment_of(display, *cookie_)}));
    return {};
}

Result<void> DemoX11Guest::perform(DemoStage& stage) {
    const Nanoseconds start = monotonic_now();
    return stage.wait_for("the demo's end", duration_ + kPatience, [this, &stage, start] {
        stage.show_progress(start);
        return monotonic_now() - start >= duration_;
    });
}

Result<void> DemoX11Guest::hold_still() {
    scene_->hold_still(server_->screen);
    return {};
}

Result<std::vector<std::byte>> DemoX11Guest::take_picture() {
    return take_screenshot(server_->screen, server_->screen.root(), cookie_);
}

Result<void> DemoX11Guest::finish(DemoStage& stage, DemoReport& report) {
    agent_->child().send(SIGTERM);
    ORIEL_TRY(stage.pass_time(kEndLimit, [this] { return agent_->is_silent(); }));
    report.guest = agent_->said().guest_summary;
    report.guest_copier = "guest X server";
    return {};
}

std::optional<std::string> DemoX11Guest::find_ended() {
    if (server_ && server_->process.has_ended()) {
        return server_->process.label();
    }
    if (agent_ && agent_->is_silent()) {
        return agent_->child().label();
    }
    const auto label = scene_ ? scene_->find_ended() : std::nullopt;
    return label ? std::optional(*label + " in the guest") : std::nullopt;
}

std::vector<std::pair<std::string, pid_t>> DemoX11Guest::processes() {
    return {{"guest agent", agent_->child().pid()}, {"guest X server", server_->process.pid()}};
}

}  // namespace oriel
