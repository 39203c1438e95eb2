// SPDX-License-Identifier: MIT
#include <map>
#include <sstream>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/log.h"
#include "base/output.h"
#include "base/report.h"
#include "base/version.h"
#include "guest/doctor.h"
#include "guest/guest_command.h"
#include "guest/service_command.h"
#include "guest/system_words.h"

namespace {

/// `oriel-guest service VERB [--user]`.
class ServiceArguments {
  public:
    explicit ServiceArguments(CLI::App& app)
        : command_(app.add_subcommand("service", "run as a service of this machine")) {
        command_->add_option("verb", verb_, "install | uninstall | start | stop | status")
            ->required();
        command_->add_flag("--user", for_user_, "a service of this user's session");
    }

    bool is_wanted() const { return command_->parsed(); }

    int run() const {
        using Verb = oriel::ServiceCommandOptions::Verb;
        const std::map<std::string, Verb> verbs{{"install", Verb::Install},
                                                {"uninstall", Verb::Uninstall},
                                                {"start", Verb::Start},
                                                {"stop", Verb::Stop},
                                                {"status", Verb::Status},
                                                {"run", Verb::Run}};
        const auto verb = verbs.find(verb_);
        if (verb == verbs.end()) {
            return oriel::report_failure(oriel::Error::usage(fmt::format(
                "unknown verb '{}': use install, uninstall, start, stop or status", verb_)));
        }
        const auto scope = for_user_ ? oriel::ServiceCommandOptions::Scope::User
                                     : oriel::ServiceCommandOptions::Scope::System;
        const auto done = oriel::run_service({verb->second, scope});
        return done ? *done : oriel::report_failure(done.error());
    }

  private:
    CLI::App* command_;
    std::string verb_;
    bool for_user_ = false;
};

int run(int argc, char** argv) {
    CLI::App app("Captures this machine's screen and publishes it into a region of shared memory.",
                 "oriel-guest");
    app.set_version_flag("--version", fmt::format("oriel-guest {}", oriel::kVersion));
    oriel::AgentOptions options{.target = {}, .capture = "auto", .display = {}, .output = {}};
    std::string target;
    bool json = false;
    bool verbose = false;
    app.add_option("--region", target, oriel::kRegionWords);
    app.add_option("--capture", options.capture, oriel::kCaptureWords)
        ->capture_default_str()
        // A service's options come behind what its unit says.
        ->take_last();
    if (oriel::kDisplayWords != nullptr) {
        app.add_option("--display", options.display, oriel::kDisplayWords);
    }
    std::string resize = "obey";
    app.add_option("--resize", resize, "obey | ignore: a viewer's wish for another screen size")
        ->check(CLI::IsMember({"obey", "ignore"}))
        ->capture_default_str();
    bool wait = false;
    app.add_flag("--wait", wait, "wait for a region and a screen that are not there yet");
    app.add_flag("--json", json, "one JSON object per line on stdout");
    app.add_flag("-v,--verbose", verbose, "say more on stderr");
    const ServiceArguments service(app);
    app.fallthrough();
    const CLI::App* doctor =
        app.add_subcommand("doctor", "say what this machine lacks for its screen to be seen");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0) {
            return oriel::report_failure(oriel::Error::usage(oriel::usage_line(error.what())));
        }
        std::ostringstream text;
        app.exit(error, text);
        oriel::print_text(text.str());
        return 0;
    }
    if (verbose) {
        oriel::log_show_debug();
    }
    if (doctor->parsed()) {
        return oriel::run_guest_doctor(options.display,
                                       json ? oriel::CheckOutput::Json : oriel::CheckOutput::Text);
    }
    if (service.is_wanted()) {
        return service.run();
    }
    if (!target.empty()) {
        const auto parsed = oriel::Target::parse(target);
        if (!parsed) {
            return oriel::report_failure(parsed.error());
        }
        options.target = *parsed;
    }
    options.any_target = target.empty();
    options.patience =
        wait ? oriel::AgentOptions::Patience::Wait : oriel::AgentOptions::Patience::Fail;
    options.resize = resize == "ignore" ? oriel::AgentOptions::Resize::Ignore
                                        : oriel::AgentOptions::Resize::Obey;
    options.output = json ? oriel::AgentOptions::Output::Json : oriel::AgentOptions::Output::Text;
    return oriel::run_guest(options);
}

}  // namespace

int main(int argc, char** argv) {
    oriel::log_set_program("oriel-guest");
    return oriel::finish_output(run(argc, argv));
}
