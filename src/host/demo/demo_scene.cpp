// SPDX-License-Identifier: MIT
#include "host/demo/demo_scene.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace oriel {
namespace {

constexpr Nanoseconds kServerLimit = std::chrono::seconds(20);

/// Numbered lines, for ever, in turning colours.
constexpr const char* kLines =
    "n=0; while :; do n=$((n + 1)); "
    "printf '\\033[9%dm%06d  what the guest draws, the host shows\\033[0m\\n' $((n % 6 + 1)) $n; "
    "sleep 0.05; done";

struct Needed {
    const char* program;
    const char* package;  // Debian's and Ubuntu's name for it.
};

constexpr std::array<Needed, 5> kNeeded{{{"Xvfb", "xvfb"},
                                         {"xterm", "xterm"},
                                         {"xclock", "x11-apps"},
                                         {"ico", "x11-apps"},
                                         {"import", "imagemagick"}}};

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

std::vector<std::pair<std::string, std::string>> environment_of(const std::string& display,
                                                                const DemoCookie& cookie) {
    return {{"DISPLAY", display}, {"XAUTHORITY", cookie.path()}};
}

Result<ChildProgram> begin_server(const std::string& label, Size size, const DemoCookie& cookie) {
    return ChildProgram::start({.label = label,
                                .arguments = {"Xvfb",
                                              "-displayfd",
                                              "1",
                                              "-screen",
                                              "0",
                                              fmt::format("{}x{}x24", size.width, size.height),
                                              "-auth",
                                              cookie.path(),
                                              "-nolisten",
                                              "tcp",
                                              "-noreset"},
                                .environment = {},
                                .output = ChildCommand::Output::Pipe});
}

Result<DemoServer> finish_server(ChildProgram process, const DemoCookie& cookie) {
    ORIEL_TRY_ASSIGN(const std::string number, read_first_line(process, kServerLimit));
    ORIEL_TRY_ASSIGN(DemoScreen screen, DemoScreen::open(":" + number, &cookie));
    return DemoServer{std::move(process), std::move(screen)};
}

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

std::string find_program(const std::string& program) {
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody changes it
    std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        std::string candidate = fmt::format("{}/{}", folder.empty() ? "." : folder, program);
        if (::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return {};
}

Result<void> check_demo_programs() {
    std::vector<std::string> programs;
    std::vector<std::string> packages;
    for (const auto& [program, package] : kNeeded) {
        if (!find_program(program).empty()) {
            continue;
        }
        programs.emplace_back(program);
        if (std::ranges::find(packages, package) == packages.end()) {
            packages.emplace_back(package);
        }
    }
    if (programs.empty()) {
        return {};
    }
    return Failure(Error::not_found(
        fmt::format("the demo needs {}, which {} not here: install {} (sudo apt-get install {})",
                    fmt::join(programs, ", "),
                    programs.size() == 1 ? "is" : "are",
                    packages.size() == 1 ? "the package " + packages.front() : "their packages",
                    fmt::join(packages, " "))));
}

}  // namespace oriel
