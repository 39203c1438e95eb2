// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cli/option_table.h"
#include "host/screenshot.h"
#include "input/input_target.h"
#include "region/broker_options.h"
#include "viewer/viewer_options.h"

namespace oriel {

// The options of each command that the configuration file may hold, one row each. --help, the
// file's keys, --show-config and `oriel ctl reload` are all made of these.

/// `oriel view`: ViewerOptions, and what they are made of.
struct ViewWanted : ViewerOptions {
    InputTarget input_target;
    bool is_full_screen = false;
    bool shows_overlay = false;
    bool remembers_window = true;
    bool json = false;
    bool frames = false;
};

const OptionTable<ViewWanted>& view_table();

struct BrokerWanted : BrokerOptions {
    bool json = false;
};

const OptionTable<BrokerWanted>& broker_table();

const OptionTable<ScreenshotOptions>& screenshot_table();

struct StatusWanted {
    bool json = false;
};

const OptionTable<StatusWanted>& status_table();

/// All of them: what a configuration file is held to.
const std::vector<CommandSettings>& all_settings();

/// One of them.
const CommandSettings& settings_of_command(const std::string& command);

}  // namespace oriel
