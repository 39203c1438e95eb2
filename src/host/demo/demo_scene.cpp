// SPDX-License-Identifier: MIT
#include "host/demo/demo_scene.h"

#include <algorithm>

#include <fmt/format.h>

#include "host/demo/demo_server.h"

namespace oriel {
namespace {

/// Numbered lines, for ever, in turning colours.
constexpr const char* kLines =
    "n=0; while :; do n=$((n + 1)); "
    "printf '\\033[9%dm%06d  what the guest draws, the host shows\\033[0m\\n' $((n % 6 + 1)) $n; "
    "sleep 0.05; done";

/// `side` x `side`, in the right part of a screen so wide.
std::string square_geometry(std::uint32_t side, std::uint32_t screen_width, std::uint32_t y) {
    constexpr std::uint32_t kColumn = 400;
    const std::uint32_t column = screen_width - std::min(screen_width, kColumn);
    return fmt::format("{}x{}+{}+{}", side, side, column + (kColumn - side) / 2, y);
}

std::vector<ChildCommand> scene_programs(std::uint32_t screen_width) {
    const std::string clock = square_geometry(240, screen_width, 500);
    const std::string animation = square_geometry(360, screen_width, 60);
    return {
        {.label = "terminal",
         .arguments = {"xterm",
                       "-fa",
                       "Monospace",
                       "-fs",
                       "11",
                       "-geometry",
                       "84x32+40+60",
                       "-bg",
                       "#1a202c",
                       "-fg",
                       "#e2e8f0",
                       "-e",
                       "sh",
                       "-c",
                       kLines},
         .environment = {}},
        {.label = "clock",
         .arguments = {"xclock", "-update", "1", "-geometry", clock, "-bg", "#f7fafc"},
         .environment = {}},
        {.label = "animation",
         .arguments = {"ico",
                       "-sleep",
                       "0.016",
                       "-faces",
                       "-colors",
                       "#f0803c",
                       "-bg",
                       "#202838",
                       "-geometry",
                       animation},
         .environment = {}},
    };
}

}  // namespace

Result<DemoScene> DemoScene::start(DemoScreen& guest, const DemoCookie& cookie) {
    guest.paint_backdrop();
    DemoScene scene;
    for (ChildCommand& program : scene_programs(guest.size().width)) {
        program.environment = environment_of(guest.display(), cookie);
        program.last_signal = SIGKILL;  // They may be stopped when we die.
        ORIEL_TRY_ASSIGN(ChildProgram child, ChildProgram::start(program));
        scene.programs_.push_back(std::move(child));
    }
    return scene;
}

void DemoScene::hold_still(DemoScreen& guest) {
    for (const ChildProgram& program : programs_) {
        program.send(SIGSTOP);
    }
    guest.show_mark();
}

std::optional<std::string> DemoScene::find_ended() {
    const auto ended =
        std::ranges::find_if(programs_, [](ChildProgram& program) { return program.has_ended(); });
    return ended == programs_.end() ? std::nullopt : std::optional(ended->label());
}

}  // namespace oriel
