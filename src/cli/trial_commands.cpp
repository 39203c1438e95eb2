// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/parse_values.h"
#include "host/bench/bench.h"
#include "host/demo/demo.h"

namespace oriel {

void add_bench(CLI::App& app, Action& action) {
    auto names = std::make_shared<std::vector<std::string>>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("bench", "measure, each figure beside its limit");
    command->add_option("names", *names, "which (default: all)");
    command->add_flag("--json", *json, "one JSON object per line on stdout");
    command->callback([names, json, &action] {
        action = [names, json]() -> Result<int> {
            return run_bench(
                {.names = *names,
                 .output = *json ? BenchOptions::Output::Json : BenchOptions::Output::Text});
        };
    });
}

void add_demo(CLI::App& app, Action& action) {
    struct Typed {
        bool x11 = false, vm = false, headless = false;
        std::string seconds = "20", folder = ".";
    };

    auto typed = std::make_shared<Typed>();
    CLI::App* command = app.add_subcommand("demo", "show a running guest through the relay");
    auto* x11 = command->add_flag("--x11", typed->x11, "the guest is an X server of this machine");
    command
        ->add_flag(
            "--vm", typed->vm, "the guest is a virtual machine (default, where it can be had)")
        ->excludes(x11);
    command->add_option("--seconds", typed->seconds, "how long, 1 to 86400")->capture_default_str();
    command->add_flag("--headless", typed->headless, "open no window on this display");
    command->add_option("--out", typed->folder, "folder for the pictures of both ends")
        ->capture_default_str();
    command->callback([typed, &action] {
        action = [typed]() -> Result<int> {
            ORIEL_TRY_ASSIGN(const Nanoseconds duration, parse_demo_length(typed->seconds));
            return run_demo({.guest = typed->vm    ? DemoOptions::Guest::Vm
                                      : typed->x11 ? DemoOptions::Guest::X11
                                                   : DemoOptions::Guest::Auto,
                             .window = typed->headless ? DemoOptions::Window::Headless
                                                       : DemoOptions::Window::Auto,
                             .duration = duration,
                             .folder = typed->folder});
        };
    });
}

}  // namespace oriel
