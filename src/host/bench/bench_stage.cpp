// SPDX-License-Identifier: MIT
#include "host/bench/bench_stage.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "host/machine/programs.h"
#include "host/not_configured.h"

namespace oriel {
namespace {

constexpr Nanoseconds kAnswerLimit = std::chrono::seconds(10);

}  // namespace

Result<BenchProgram> BenchProgram::start(
    const std::string& program,
    std::vector<std::string> arguments,
    std::vector<std::pair<std::string, std::string>> environment) {
    environment.push_back(kNotConfigured);
    const std::string label =
        fmt::format("{} {}", program, arguments.empty() ? "" : arguments.front());
    std::vector<std::string> command{program_beside(program)};
    std::ranges::move(arguments, std::back_inserter(command));
    command.emplace_back("--json");
    ORIEL_TRY_ASSIGN(ChildProgram child,
                     ChildProgram::start({.label = label,
                                          .arguments = std::move(command),
                                          .environment = std::move(environment),
                                          .output = ChildCommand::Output::Pipe,
                                          .complaints = ChildCommand::Complaints::Ours}));
    return BenchProgram(std::move(child));
}

Result<void> BenchProgram::await(const std::function<bool(const DemoSaid&)>& is_so) {
    while (!is_so(said_)) {
        ORIEL_TRY_ASSIGN(const std::string line, read_first_line(child_, kAnswerLimit));
        take_event(line, said_);
    }
    return {};
}

Result<void> BenchProgram::end() {
    constexpr std::size_t kMostLastWords = 1U << 20U;
    child_.send(SIGTERM);
    ORIEL_TRY_ASSIGN(const auto bytes, read_output(child_, kMostLastWords, kAnswerLimit));
    const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    std::size_t from = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
        take_event(std::string_view(text).substr(from, end - from), said_);
        from = end + 1;
    }
    child_.end();
    return {};
}

void BenchProgram::kill() {
    child_.send(SIGKILL);
    child_.end();
}

Result<BenchProgram> start_bench_broker(const std::string& name, Size size) {
    ORIEL_TRY_ASSIGN(
        BenchProgram broker,
        BenchProgram::start(
            "oriel", {"broker", name, "--mode", fmt::format("{}x{}", size.width, size.height)}));
    ORIEL_TRY(broker.await([](const DemoSaid& said) { return said.is_ready; }));
    return broker;
}

Result<BenchScreens> BenchScreens::start(Size size) {
    ORIEL_TRY_ASSIGN(DemoCookie cookie, DemoCookie::create());
    ::setenv("XAUTHORITY", cookie.path().c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
    return start(size, std::make_shared<const DemoCookie>(std::move(cookie)));
}

Result<BenchScreens> BenchScreens::start(Size size, std::shared_ptr<const DemoCookie> cookie) {
    ORIEL_TRY_ASSIGN(ChildProgram guest, begin_server("guest X server", size, *cookie));
    ORIEL_TRY_ASSIGN(ChildProgram host, begin_server("host X server", size, *cookie));
    ORIEL_TRY_ASSIGN(DemoServer guest_server, finish_server(std::move(guest), *cookie));
    ORIEL_TRY_ASSIGN(DemoServer host_server, finish_server(std::move(host), *cookie));
    return BenchScreens{std::move(cookie), std::move(guest_server), std::move(host_server)};
}

Result<BenchProgram> start_bench_agent(const std::string& target, const BenchScreens& screens) {
    const std::string& display = screens.guest.screen.display();
    ORIEL_TRY_ASSIGN(
        BenchProgram agent,
        BenchProgram::start("oriel-guest",
                            {"--region", target, "--capture", "x11", "--display", display},
                            environment_of(display, *screens.cookie)));
    ORIEL_TRY(agent.await([](const DemoSaid& said) { return said.is_started; }));
    return agent;
}

Result<BenchProgram> begin_bench_viewer(const std::string& target,
                                        const BenchScreens& screens,
                                        const std::vector<std::string>& more) {
    std::vector<std::string> arguments{
        "view", target, "--platform", "x11", "--remember-window=false"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return BenchProgram::start("oriel",
                               std::move(arguments),
                               environment_of(screens.host.screen.display(), *screens.cookie));
}

Result<BenchProgram> start_bench_viewer(const std::string& target,
                                        const BenchScreens& screens,
                                        const std::vector<std::string>& more) {
    ORIEL_TRY_ASSIGN(BenchProgram viewer, begin_bench_viewer(target, screens, more));
    ORIEL_TRY(viewer.await([](const DemoSaid& said) { return said.first_frame_ms.has_value(); }));
    return viewer;
}

double bench_seconds(double usual) {
    const char* text = std::getenv("ORIEL_BENCH_SECONDS");  // NOLINT(concurrency-mt-unsafe)
    const double wanted = text == nullptr ? 0 : std::strtod(text, nullptr);
    return wanted > 0 ? std::min(wanted, usual) : usual;
}

}  // namespace oriel
