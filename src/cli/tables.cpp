// SPDX-License-Identifier: MIT
#include "cli/tables.h"

#include <algorithm>

#include "base/assert.h"
#include "cli/parse_values.h"

namespace oriel {
namespace {

using Kind = Setting::Kind;
using Counts = Setting::Counts;

constexpr const char* kJsonHelp = "one JSON object per line on stdout";
constexpr const char* kHostKeyHelp =
    "alone: grabs keyboard and mouse, and releases; with F: full screen, Q: quit, H: help; "
    "a chord as ctrl+alt";
constexpr const char* kResizeHelp =
    "guest: the window follows the guest's screen | window: the guest is asked to follow the "
    "window | none";
constexpr const char* kInhibitIdleHelp =
    "auto | never | always: keep this screen from going dark (auto: in full screen, and when the "
    "guest asks)";

constexpr const char* kVsyncHelp =
    "auto | on: with the screen's refreshes | off: at once, torn where it can be | vrr: the "
    "refreshes come with the frames";
constexpr const char* kScaleHelp =
    "fit: as large as fits | integer: whole multiples only | down: never enlarged";

}  // namespace

const OptionTable<ViewWanted>& view_table() {
    using Row = ViewWanted;
    static const OptionTable<Row> table{
        {{"platform", Kind::Text, "auto", "auto | wayland | x11 | offscreen"},
         into<&Row::platform, parse_platform>},
        {{"present", Kind::Text, "auto", "auto | direct"}, only_if<check_present>},
        {{"input", Kind::Text, "auto", "auto | none | spice:URI | qmp:PATH"},
         into<&Row::input_target, InputTarget::parse>},
        {{.name = "host-key",
          .fallback = "rightctrl",
          .help = kHostKeyHelp,
          .counts = Counts::AtOnce},
         into<&Row::host_key, HostKey::parse>},
        {{"grab-on-start", Kind::Flag, "false", "grab keyboard and mouse as soon as it can be"},
         flag_into<&Row::grab_on_start>},
        {{.name = "auto-grab",
          .kind = Kind::Flag,
          .fallback = "false",
          .help = "grab keyboard and mouse whenever the window gets the focus",
          .counts = Counts::AtOnce},
         flag_into<&Row::auto_grab>},
        {{"size", Kind::Text, "", "the window's size, WxH (default: the guest's)"},
         into<&Row::window_size, parse_window_size>},
        {{"refresh", Kind::Number, "0", "offscreen: Hz of the display it plays"},
         into<&Row::offscreen_refresh_mhz, parse_refresh>},
        {{.name = "fullscreen",
          .kind = Kind::Flag,
          .fallback = "false",
          .help = "start in full screen",
          .counts = Counts::AtOnce},
         flag_into<&Row::is_full_screen>},
        {{.name = "vsync", .fallback = "auto", .help = kVsyncHelp, .counts = Counts::AtOnce},
         into<&Row::vsync, parse_vsync>},
        {{.name = "scale", .fallback = "fit", .help = kScaleHelp, .counts = Counts::AtOnce},
         into<&Row::scaling, parse_scaling>},
        {{"remember-window",
          Kind::Flag,
          "true",
          "open the window as this region's last one was: size, full screen, place"},
         flag_into<&Row::remembers_window>},
        {{"overlay", Kind::Flag, "false", "start with the figures shown"},
         flag_into<&Row::shows_overlay>},
        {{"resize", Kind::Text, "guest", kResizeHelp}, into<&Row::resize, parse_resize>},
        {{.name = "inhibit-idle",
          .fallback = "auto",
          .help = kInhibitIdleHelp,
          .counts = Counts::AtOnce},
         into<&Row::inhibit_idle, parse_inhibit_idle>},
        {{"json", Kind::Flag, "false", kJsonHelp}, flag_into<&Row::json>},
        {{"frames",
          Kind::Flag,
          "false",
          "with --json: a line for each frame shown, with its times"},
         flag_into<&Row::frames>},
    };
    return table;
}

const OptionTable<BrokerWanted>& broker_table() {
    using Row = BrokerWanted;
    static const OptionTable<Row> table{
        {{.name = "mode",
          .help = "sizes the guest's outputs will have: WxH[,WxH...]",
          .variable = "ORIEL_MODE"},
         into<&Row::modes, parse_optional_modes>},
        {{.name = "size",
          .kind = Kind::Whole,
          .fallback = "0",
          .help = "MiB, a power of two (default: what --mode needs)",
          .variable = "ORIEL_SIZE"},
         into<&Row::size, parse_mebibytes_text>},
        {{.name = "slots",
          .kind = Kind::Whole,
          .fallback = "0",
          .help = "frame buffers for each output (default: 4)",
          .variable = "ORIEL_SLOTS"},
         into<&Row::slots, parse_slots>},
        {{.name = "hugepages",
          .kind = Kind::Flag,
          .fallback = "false",
          .help = "2 MiB pages",
          .variable = "ORIEL_HUGEPAGES"},
         into<&Row::pages, parse_page_size>},
        {{.name = "vm-group", .help = "group that may run the VM", .variable = "ORIEL_VM_GROUP"},
         text_into<&Row::vm_group>},
        {{.name = "viewer-group", .help = "group that may view", .variable = "ORIEL_VIEWER_GROUP"},
         text_into<&Row::viewer_group>},
        {{.name = "input",
          .help = "where viewers send input: spice:URI | qmp:PATH | none",
          .variable = "ORIEL_INPUT"},
         into<&Row::input_uri, parse_told_input>},
        {{"json", Kind::Flag, "false", kJsonHelp}, flag_into<&Row::json>},
    };
    return table;
}

const OptionTable<ScreenshotOptions>& screenshot_table() {
    using Row = ScreenshotOptions;
    static const OptionTable<Row> table{
        {{.name = "output", .help = "FILE.png, or - for stdout", .letter = 'o'},
         text_into<&Row::file>},
        {{"timeout", Kind::Text, "5s", "how long to wait for a picture, as 5s or 300ms"},
         into<&Row::timeout, parse_duration>},
    };
    return table;
}

const OptionTable<StatusWanted>& status_table() {
    static const OptionTable<StatusWanted> table{
        {{"json", Kind::Flag, "false", kJsonHelp}, flag_into<&StatusWanted::json>},
    };
    return table;
}

const std::vector<CommandSettings>& all_settings() {
    static const std::vector<CommandSettings> all{settings_of("view", view_table()),
                                                  settings_of("broker", broker_table()),
                                                  settings_of("screenshot", screenshot_table()),
                                                  settings_of("status", status_table())};
    return all;
}

const CommandSettings& settings_of_command(const std::string& command) {
    const auto found = std::ranges::find(all_settings(), command, &CommandSettings::command);
    ORIEL_ASSERT(found != all_settings().end());
    return *found;
}

}  // namespace oriel
