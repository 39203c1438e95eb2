// SPDX-License-Identifier: MIT
#include <sstream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/log.h"
#include "base/output.h"
#include "base/report.h"
#include "base/version.h"
#include "cli/command.h"
#include "host/overview.h"

// Command lines, and nothing else: each subcommand's options become a struct, and its run_...()
// does the rest. The command-line library's own texts and codes are mapped to the contract: one
// lower-case line, exit code 2.

namespace oriel {
namespace {

int run(int argc, char** argv) {
    CLI::App app("Shows a virtual machine's screen in a window on its host, by sharing memory.",
                 "oriel");
    app.set_version_flag("--version", fmt::format("oriel {}", kVersion));
    app.add_flag_callback("-v,--verbose", log_show_debug, "say more on stderr");
    app.require_subcommand(0, 1);
    app.fallthrough();
    Action action = []() -> Result<int> {
        return run_overview();
    };
    for (const auto add : {add_broker,
                           add_view,
                           add_status,
                           add_screenshot,
                           add_bench,
                           add_ctl,
                           add_doctor,
                           add_edid,
                           add_vm,
                           add_demo}) {
        add(app, action);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0) {
            return report_failure(Error::usage(usage_line(error.what())));
        }
        std::ostringstream text;
        app.exit(error, text);
        print_text(text.str());
        return 0;
    }
    const auto done = action();
    return done ? *done : report_failure(done.error());
}

}  // namespace
}  // namespace oriel

int main(int argc, char** argv) {
    oriel::log_set_program("oriel");
    return oriel::finish_output(oriel::run(argc, argv));
}
