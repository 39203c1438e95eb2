// SPDX-License-Identifier: MIT
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/log.h"
#include "base/version.h"
#include "guest/guest_command.h"

namespace {

constexpr int kUsageExit = 2;

int usage_error(const std::string& what) {
    oriel::log(oriel::LogLevel::Error, what);
    return kUsageExit;
}

}  // namespace

int main(int argc, char** argv) {
    oriel::log_set_program("oriel-guest");
    CLI::App app("Captures this machine's screen and publishes it into a region of shared memory.",
                 "oriel-guest");
    app.set_version_flag("--version", fmt::format("oriel-guest {}", oriel::kVersion));
    oriel::AgentOptions options{.target = {}, .capture = "auto", .display = {}, .output = {}};
    std::string target;
    bool json = false;
    bool verbose = false;
    app.add_option("--region", target, "NAME | socket:PATH | file:PATH[,size=MiB] | pci[:BDF]");
    app.add_option(
           "--capture", options.capture, "auto | x11 | pattern[:WxH[@HZ][,full|rect|still]]")
        ->capture_default_str();
    app.add_option("--display", options.display, "X server to capture, as :1 (default: $DISPLAY)");
    app.add_flag("--json", json, "one JSON object per line on stdout");
    app.add_flag("-v,--verbose", verbose, "say more on stderr");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            return app.exit(error);
        }
        return usage_error(error.what());
    }
    if (verbose) {
        oriel::log_show_debug();
    }
    auto parsed = target.empty() ? oriel::only_running_target() : oriel::Target::parse(target);
    if (!parsed) {
        oriel::log(oriel::LogLevel::Error, parsed.error().message);
        return target.empty() ? 1 : kUsageExit;
    }
    options.target = *parsed;
    options.output = json ? oriel::AgentOptions::Output::Json : oriel::AgentOptions::Output::Text;
    return oriel::run_guest(options);
}
