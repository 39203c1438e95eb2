// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "host/ctl/ctl_command.h"

namespace oriel {
namespace {

using Verb = ControlRequest::Verb;

/// As typed, before it is taken apart.
struct CtlTyped {
    std::string target, to = "toggle", file, text, layout = "us";
    std::vector<std::string> keys;
    std::uint32_t process = 0;
    bool json = false;
};

Result<CtlOptions> options_of(Verb verb, const CtlTyped& typed) {
    CtlOptions options;
    options.request.verb = verb;
    if (!typed.target.empty()) {
        ORIEL_TRY_ASSIGN(options.target, Target::parse(typed.target));
    }
    if (typed.process != 0) {
        options.process = typed.process;
    }
    ORIEL_TRY_ASSIGN(options.request.to, parse_switch(typed.to));
    if (typed.layout != "us") {
        return Failure(Error::unsupported("--layout: this version types on a us keyboard only"));
    }
    if (verb == Verb::SendKeys) {
        for (const std::string& keys : typed.keys) {
            options.request.text += keys + " ";
        }
    } else {
        options.request.text = typed.text;
    }
    options.file = typed.file;
    options.output = typed.json ? CtlOptions::Output::Json : CtlOptions::Output::Text;
    return options;
}

}  // namespace

void add_ctl(CLI::App& app, Action& action) {
    const auto typed = std::make_shared<CtlTyped>();
    CLI::App* ctl = app.add_subcommand("ctl", "tell a running viewer what to do");
    ctl->require_subcommand(1);
    ctl->add_option("--target", typed->target, "whose viewer (default: the only one there is)");
    ctl->add_option("--pid", typed->process, "the viewer's process, where several show one region");
    ctl->add_flag("--json", typed->json, "the viewer's answer: one JSON object");
    const auto verb = [&](const char* name, Verb meant, const char* purpose) {
        CLI::App* command = ctl->add_subcommand(name, purpose);
        command->callback([typed, meant, &action] {
            action = [typed, meant]() -> Result<int> {
                ORIEL_TRY_ASSIGN(const CtlOptions options, options_of(meant, *typed));
                return run_ctl(options);
            };
        });
        return command;
    };
    verb("fullscreen", Verb::FullScreen, "fill the screen, or not")
        ->add_option("to", typed->to, "on | off | toggle")
        ->capture_default_str();
    verb("screenshot", Verb::Screenshot, "write the picture it shows to a PNG file")
        ->add_option("-o,--output", typed->file, "FILE.png, or - for stdout");
    verb("grab", Verb::Grab, "grab keyboard and mouse");
    verb("release", Verb::Release, "release them");
    verb("send-keys", Verb::SendKeys, "press keys in the guest and release them")
        ->add_option("keys", typed->keys, "as ctrl+alt+delete; several one after the other")
        ->required();
    CLI::App* text = verb("text", Verb::Text, "type a text in the guest");
    text->add_option("text", typed->text, "what to type")->required();
    text->add_option("--layout", typed->layout, "the guest's keyboard layout: us")
        ->capture_default_str();
    verb("reload", Verb::Reload, "read the configuration file again");
    verb("quit", Verb::Quit, "end it");
    verb("stats", Verb::Stats, "say how it does");
}

}  // namespace oriel
