// SPDX-License-Identifier: MIT
#include "host/demo/demo_server.h"

#include <fmt/format.h>

namespace oriel {
namespace {

constexpr Nanoseconds kServerLimit = std::chrono::seconds(20);
constexpr Nanoseconds kShotLimit = std::chrono::seconds(15);
constexpr std::size_t kMostShotBytes = 256U << 20U;

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

Result<std::vector<std::byte>> take_screenshot(const DemoScreen& screen,
                                               xcb_window_t window,
                                               const DemoCookie* cookie) {
    ChildCommand import{.label = "screenshot program (import)",
                        .arguments = {"import",
                                      "-silent",
                                      "-window",
                                      window == screen.root() ? "root" : std::to_string(window),
                                      "png:-"},
                        .environment = {{"DISPLAY", screen.display()}},
                        .output = ChildCommand::Output::Pipe};
    if (cookie != nullptr) {
        import.environment = environment_of(screen.display(), *cookie);
    }
    ORIEL_TRY_ASSIGN(ChildProgram child, ChildProgram::start(import));
    ORIEL_TRY_ASSIGN(auto bytes, read_output(child, kMostShotBytes, kShotLimit));
    if (!child.wait(kShotLimit) || child.exit_code() != 0 || bytes.empty()) {
        return Failure(Error::unsupported(
            fmt::format("cannot take a screenshot of display {} with import", screen.display())));
    }
    return bytes;
}

}  // namespace oriel
