// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/parse_values.h"
#include "host/edid_command.h"

namespace oriel {
namespace {

void add_make(CLI::App& edid, Action& action) {
    struct Typed {
        std::vector<std::string> modes;
        std::string file, name, serial, timing = "cvt-rb2", connector = "displayport";
        std::uint32_t dpi = 96;
        bool hdr = false;
    };

    auto typed = std::make_shared<Typed>();
    CLI::App* command = edid.add_subcommand("make", "write the EDID of a monitor to a file");
    command->add_option("-o,--output", typed->file, "FILE, or - for stdout")->required();
    command
        ->add_option("--mode",
                     typed->modes,
                     "WxH[@HZ], again for each mode; the first is preferred (default: 800x600 to "
                     "4096x2160 at 60 Hz, 1920x1080 preferred)")
        ->allow_extra_args(false);
    command->add_option("--name", typed->name, "the monitor's name (default: Oriel)");
    command->add_option("--serial", typed->serial, "its serial number (default: none)");
    command->add_flag("--hdr", typed->hdr, "HDR10, BT.2020 and 10 bits");
    command->add_option("--dpi", typed->dpi, "what its size in mm is computed from")
        ->check(whole_number_fault)
        ->capture_default_str();
    command->add_option("--connector", typed->connector, "displayport | hdmi")
        ->capture_default_str();
    command->add_option("--timing", typed->timing, "cvt | cvt-rb | cvt-rb2")->capture_default_str();
    command->callback([command, typed, &action] {
        const bool is_named = command->count("--name") > 0;
        action = [typed, is_named]() -> Result<int> {
            EdidMakeOptions options;
            for (const std::string& text : typed->modes) {
                ORIEL_TRY_ASSIGN(const EdidMode mode, EdidMode::parse(text));
                options.edid.modes.push_back(mode);
            }
            ORIEL_TRY_ASSIGN(options.edid.formula, parse_cvt_formula(typed->timing));
            ORIEL_TRY_ASSIGN(options.edid.connector, parse_edid_connector(typed->connector));
            if (is_named) {
                options.edid.name = typed->name;
            }
            options.edid.serial = typed->serial;
            options.edid.dpi = typed->dpi;
            options.edid.range =
                typed->hdr ? EdidOptions::Range::High : EdidOptions::Range::Standard;
            options.file = typed->file;
            return run_edid_make(options);
        };
    });
}

void add_show(CLI::App& edid, Action& action) {
    auto file = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = edid.add_subcommand("show", "say what an EDID offers");
    command->add_option("file", *file, "FILE, or - for stdin")->required();
    command->add_flag("--json", *json, "one JSON object per line on stdout");
    command->callback([file, json, &action] {
        action = [file, json]() -> Result<int> {
            return run_edid_show(
                {.file = *file,
                 .output = *json ? EdidShowOptions::Output::Json : EdidShowOptions::Output::Text});
        };
    });
}

}  // namespace

void add_edid(CLI::App& app, Action& action) {
    CLI::App* edid =
        app.add_subcommand("edid", "a monitor's EDID, for a GPU that has nothing plugged in");
    edid->require_subcommand(1);
    edid->fallthrough();
    add_make(*edid, action);
    add_show(*edid, action);
}

}  // namespace oriel
