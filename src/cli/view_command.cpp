// SPDX-License-Identifier: MIT
#include "viewer/view_command.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/output.h"
#include "cli/command.h"
#include "cli/command_options.h"
#include "cli/tables.h"
#include "cli/typed_target.h"
#include "viewer/auto_input.h"
#include "viewer/window_memory.h"

namespace oriel {
namespace {

constexpr const char* kCommand = "view";

Origin::From origin_of(const Settled& settled, std::string_view name) {
    const auto found = std::ranges::find(settled.values(), name, &SettledValue::name);
    return found == settled.values().end() ? Origin::From::Default : found->origin.from;
}

Result<ViewWanted> wanted_of(const Target& target, const Settled& settled) {
    ORIEL_TRY_ASSIGN(ViewWanted wanted, options_of(view_table(), settled));
    if (wanted.frames && !wanted.json) {
        return Failure(Error::usage("--frames needs --json"));
    }
    wanted.target = target;
    wanted.input = input_for(wanted.input_target, wanted.target);
    if (wanted.is_full_screen) {
        wanted.mode = Presenter::WindowMode::FullScreen;
    }
    if (origin_of(settled, "fullscreen") == Origin::From::Default) {
        wanted.mode_from = ViewerOptions::ModeFrom::Default;
    }
    if (wanted.remembers_window) {
        wanted.window_file = window_file_of(target.text());
    }
    if (wanted.shows_overlay) {
        wanted.overlay = ViewerOptions::Overlay::Shown;
    }
    if (wanted.json) {
        wanted.output =
            wanted.frames ? ViewerOptions::Output::JsonFrames : ViewerOptions::Output::Json;
    }
    return wanted;
}

/// What a running viewer goes by once the file said `again`: some of it counts from its start.
Settled in_force_after(const Settled& before, const Settled& again) {
    std::vector<SettledValue> values = before.values();
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i].counts == Setting::Counts::AtOnce) {
            values[i] = again.values()[i];
        }
    }
    return Settled(std::move(values));
}

/// For `oriel ctl reload`: the file anew, and the same words as typed.
RereadOptions reread_of(const Typed& typed, const TargetSettled& found) {
    const auto in_force = std::make_shared<Settled>(found.settled);
    return [typed, in_force, target = found.target]() -> Result<RereadOptionsFound> {
        ORIEL_TRY_ASSIGN(const Settled again,
                         settled_for(settings_of_command(kCommand), typed, target.text()));
        ORIEL_TRY_ASSIGN(ViewWanted wanted, wanted_of(target, again));
        RereadOptionsFound reread{std::move(wanted), {}};
        for (const SettledValue& value : in_force->changed_in(again)) {
            const bool at_once = value.counts == Setting::Counts::AtOnce;
            reread.changed.push_back(
                {value.name,
                 value.value,
                 at_once ? ChangedOption::Counts::AtOnce : ChangedOption::Counts::FromStart});
        }
        *in_force = in_force_after(*in_force, again);
        return reread;
    };
}

/// Without a region, too: then it says what holds for all.
Result<int> show_config(const Typed& typed, const std::string& text) {
    const CommandSettings& command = settings_of_command(kCommand);
    std::string section = section_of(text);
    if (!text.empty()) {
        ORIEL_TRY(Target::parse(text));
    } else if (const auto only = only_running_target()) {
        section = only->text();
    }
    ORIEL_TRY_ASSIGN(const ConfigFile file, read_config());
    ORIEL_TRY_ASSIGN(const Settled settled, settled_for(command, typed, section, file));
    if (settled.is_true("json")) {
        print_text(settled_json_lines(settled));
        return 0;
    }
    print_text(fmt::format("# {}\n{}",
                           file.path().empty() ? "no home, no file" : file.path(),
                           settled_toml(command, section, settled)));
    return 0;
}

}  // namespace

void add_view(CLI::App& app, Action& action) {
    const auto target = std::make_shared<std::string>();
    const auto shows_config = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand(kCommand, "show a region in a window");
    add_target(*command, *target);
    const auto typed = add_settings(*command, settings_of_command(kCommand));
    command->add_flag("--show-config",
                      *shows_config,
                      "say which options are in force and where each comes from, and show nothing");
    command->callback([target, typed, shows_config, &action] {
        action = [target, typed, shows_config]() -> Result<int> {
            if (*shows_config) {
                return show_config(*typed, *target);
            }
            ORIEL_TRY_ASSIGN(const TargetSettled found,
                             settled_for_target(settings_of_command(kCommand), *typed, *target));
            ORIEL_TRY_ASSIGN(ViewWanted wanted, wanted_of(found.target, found.settled));
            wanted.reread = reread_of(*typed, found);
            return run_view(wanted);
        };
    });
}

}  // namespace oriel
