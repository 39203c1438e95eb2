// SPDX-License-Identifier: MIT
#include "viewer/view_command.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/parse_values.h"
#include "cli/typed_target.h"
#include "input/input_target.h"
#include "viewer/auto_input.h"

namespace oriel {
namespace {

/// The command-line library's group of options that --help leaves out.
constexpr const char* kHidden = "";

/// For an option of a later version.
Result<void> check_not_typed(const std::string& option, bool is_typed) {
    return is_typed ? Failure(Error::unsupported(option + " is not in this version"))
                    : Result<void>();
}

/// As typed, before it is taken apart.
struct ViewTyped {
    std::string target, platform = "auto", present = "auto", input = "auto", size;
    std::string host_key = "rightctrl";
    double refresh_hz = 0;
    bool fullscreen = false;
    bool json = false;
    bool frames = false;
    std::string resize, vsync;  ///< Of a later version, as --show-config is.
    bool show_config = false;
};

Result<void> check_later_options(const ViewTyped& typed) {
    ORIEL_TRY(check_not_typed("--resize", !typed.resize.empty()));
    ORIEL_TRY(check_not_typed("--vsync", !typed.vsync.empty()));
    return check_not_typed("--show-config", typed.show_config);
}

Result<ViewerOptions> viewer_options_of(const ViewTyped& typed) {
    ORIEL_TRY(check_later_options(typed));
    ViewerOptions options;
    ORIEL_TRY_ASSIGN(options.platform, parse_platform(typed.platform));
    ORIEL_TRY(check_present(typed.present));
    ORIEL_TRY_ASSIGN(const InputTarget input, InputTarget::parse(typed.input));
    ORIEL_TRY_ASSIGN(options.window_size, parse_window_size(typed.size));
    ORIEL_TRY_ASSIGN(options.offscreen_refresh_mhz, parse_refresh(typed.refresh_hz));
    ORIEL_TRY_ASSIGN(options.host_key, HostKey::parse(typed.host_key));
    ORIEL_TRY_ASSIGN(options.target, target_of(typed.target));
    options.input = input_for(input, options.target);
    if (typed.fullscreen) {
        options.mode = Presenter::WindowMode::FullScreen;
    }
    if (typed.json) {
        options.output =
            typed.frames ? ViewerOptions::Output::JsonFrames : ViewerOptions::Output::Json;
    }
    return options;
}

}  // namespace

void add_view(CLI::App& app, Action& action) {
    auto typed = std::make_shared<ViewTyped>();
    CLI::App* command = app.add_subcommand("view", "show a region in a window");
    add_target(*command, typed->target);
    command->add_option("--platform", typed->platform, "auto | x11 | offscreen")
        ->capture_default_str();
    command->add_option("--present", typed->present, "auto | direct")->capture_default_str();
    command->add_option("--input", typed->input, "auto | none | spice:URI | qmp:PATH")
        ->capture_default_str();
    command
        ->add_option("--host-key",
                     typed->host_key,
                     "alone: grabs keyboard and mouse, and releases; with F: full screen, Q: quit; "
                     "a chord as ctrl+alt")
        ->capture_default_str();
    command->add_option("--size", typed->size, "the window's size, WxH (default: the guest's)");
    command->add_option("--refresh", typed->refresh_hz, "offscreen: Hz of the display it plays");
    command->add_flag("--fullscreen", typed->fullscreen, "start in full screen");
    auto* json = command->add_flag("--json", typed->json, "one JSON object per line on stdout");
    command->add_flag("--frames", typed->frames, "a line for each frame shown, with its times")
        ->needs(json);
    command->add_option("--resize", typed->resize)->group(kHidden);
    command->add_option("--vsync", typed->vsync)->group(kHidden);
    command->add_flag("--show-config", typed->show_config)->group(kHidden);
    command->callback([typed, &action] {
        action = [typed]() -> Result<int> {
            ORIEL_TRY_ASSIGN(const ViewerOptions options, viewer_options_of(*typed));
            return run_view(options);
        };
    });
}

}  // namespace oriel
