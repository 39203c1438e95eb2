// SPDX-License-Identifier: MIT
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/log.h"
#include "base/output.h"
#include "base/report.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/parse_values.h"
#include "host/bench/bench.h"
#include "host/broker_command.h"
#include "host/demo/demo.h"
#include "host/overview.h"
#include "host/screenshot.h"
#include "host/status.h"
#include "host/vm/vm_command.h"
#include "input/input_target.h"
#include "region/region_size.h"
#include "viewer/auto_input.h"
#include "viewer/view_command.h"

// Command lines, and nothing else: each subcommand's options become a struct, and its run_...()
// does the rest. The command-line library's own texts and codes are mapped to the contract: one
// lower-case line, exit code 2.

namespace oriel {
namespace {

/// The command-line library's group of options that --help leaves out.
constexpr const char* kHidden = "";

/// The target typed, or the only one there is.
Result<Target> target_of(const std::string& text) {
    return text.empty() ? only_running_target() : Target::parse(text);
}

/// For an option of a later version.
Result<void> check_not_typed(const std::string& option, bool is_typed) {
    return is_typed ? Failure(Error::unsupported(option + " is not in this version"))
                    : Result<void>();
}

void add_target(CLI::App& command, std::string& target) {
    command.add_option(
        "target",
        target,
        "NAME | socket:PATH | file:PATH[,size=MiB] (default: the only one there is)");
}

void add_broker(CLI::App& app, Action& action) {
    struct Typed {
        std::string name, modes, vm_group, viewer_group, input;
        std::uint64_t size_mib = 0;
        std::uint32_t slots = 0;
        bool hugepages = false;
        bool json = false;
    };

    auto typed = std::make_shared<Typed>();
    CLI::App* command =
        app.add_subcommand("broker", "own a region and hand it to QEMU and viewers");
    command->add_option("name", typed->name, "the region's name")->required();
    command->add_option("--mode", typed->modes, "sizes the guest's outputs will have: WxH[,WxH...]")
        ->envname("ORIEL_MODE");
    command
        ->add_option("--size", typed->size_mib, "MiB, a power of two (default: what --mode needs)")
        ->check(whole_number_fault)
        ->envname("ORIEL_SIZE");
    command->add_option("--slots", typed->slots, "frame buffers for each output (default: 4)")
        ->check(whole_number_fault)
        ->envname("ORIEL_SLOTS");
    command->add_flag("--hugepages", typed->hugepages, "2 MiB pages")->envname("ORIEL_HUGEPAGES");
    command->add_option("--vm-group", typed->vm_group, "group that may run the VM")
        ->envname("ORIEL_VM_GROUP");
    command->add_option("--viewer-group", typed->viewer_group, "group that may view")
        ->envname("ORIEL_VIEWER_GROUP");
    command
        ->add_option(
            "--input", typed->input, "where viewers send input: spice:URI | qmp:PATH | none")
        ->envname("ORIEL_INPUT");
    command->add_flag("--json", typed->json, "one JSON object per line on stdout");
    command->callback([typed, &action] {
        action = [typed]() -> Result<int> {
            BrokerOptions options;
            options.name = typed->name;
            if (!typed->modes.empty()) {
                ORIEL_TRY_ASSIGN(options.modes, parse_modes(typed->modes));
            }
            ORIEL_TRY_ASSIGN(options.size, parse_mebibytes(typed->size_mib));
            options.slots = typed->slots;
            options.pages = typed->hugepages ? PageSize::Huge : PageSize::Normal;
            options.vm_group = typed->vm_group;
            options.viewer_group = typed->viewer_group;
            ORIEL_TRY_ASSIGN(options.input_uri, parse_told_input(typed->input));
            return run_broker({.broker = options,
                               .output = typed->json ? BrokerCommandOptions::Output::Json
                                                     : BrokerCommandOptions::Output::Text});
        };
    });
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

void add_status(CLI::App& app, Action& action) {
    auto target = std::make_shared<std::string>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand("status", "say what regions carry");
    add_target(*command, *target);
    command->add_flag("--json", *json, "one JSON object per line on stdout");
    command->callback([target, json, &action] {
        action = [target, json]() -> Result<int> {
            StatusOptions options;
            if (!target->empty()) {
                ORIEL_TRY_ASSIGN(options.target, Target::parse(*target));
            }
            options.output = *json ? StatusOptions::Output::Json : StatusOptions::Output::Text;
            return run_status(options);
        };
    });
}

void add_screenshot(CLI::App& app, Action& action) {
    struct Typed {
        std::string target, file, timeout = "5s";
    };

    auto typed = std::make_shared<Typed>();
    CLI::App* command = app.add_subcommand("screenshot", "write the newest picture to a PNG file");
    add_target(*command, typed->target);
    command->add_option("-o,--output", typed->file, "FILE.png, or - for stdout");
    command
        ->add_option("--timeout", typed->timeout, "how long to wait for a picture, as 5s or 300ms")
        ->capture_default_str();
    command->callback([typed, &action] {
        action = [typed]() -> Result<int> {
            ScreenshotOptions options;
            ORIEL_TRY_ASSIGN(options.timeout, parse_duration(typed->timeout));
            ORIEL_TRY_ASSIGN(options.target, target_of(typed->target));
            options.file = typed->file;
            return run_screenshot(options);
        };
    });
}

/// Of a later version.
void add_ctl(CLI::App& app, Action& action) {
    CLI::App* command =
        app.add_subcommand("ctl")->group(kHidden)->allow_extras()->fallthrough(false);
    command->callback([&action] {
        action = []() -> Result<int> {
            return Failure(Error::unsupported("oriel ctl is not in this version"));
        };
    });
}

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

/// As typed, before it is taken apart.
struct VmTyped : VmOptions {
    std::string mode_text;
    std::uint64_t size_mib = 0;
};

void add_changes(CLI::App& command, const std::shared_ptr<VmTyped>& typed) {
    command.add_flag_callback(
        "--dry-run",
        [typed] { typed->changes = VmOptions::Changes::Shown; },
        "show what would change, and change nothing");
    command.add_flag_callback(
        "--yes", [typed] { typed->changes = VmOptions::Changes::Made; }, "do not ask");
}

/// What `run` and `print` have in common.
void add_machine(CLI::App& command, const std::shared_ptr<VmTyped>& typed) {
    command.add_option("--name", typed->name, "the region's name (default: made of the target)");
    command.add_option(
        "--mode", typed->mode_text, "sizes the guest's outputs will have: WxH[,WxH...]");
    command
        .add_option("--size",
                    typed->size_mib,
                    "of the region, MiB, a power of two (default: what --mode needs)")
        ->check(whole_number_fault);
    command.add_option("--format", typed->format, "of the image, as QEMU names it");
    command.add_option("--append", typed->kernel_arguments, "a kernel's command line");
    command.add_option("--initrd", typed->initrd, "a kernel's initial file system");
    command.add_option("--memory", typed->memory_mib, "MiB")
        ->check(whole_number_fault)
        ->capture_default_str();
    command.add_option("--cpus", typed->processors, "processors")
        ->check(whole_number_fault)
        ->capture_default_str();
    command.add_option("--accel", typed->acceleration, "auto | kvm | tcg")->capture_default_str();
    command.add_option("--video", typed->video, "virtio | vga | qxl | none")->capture_default_str();
    command.add_option("--disk", typed->disk, "virtio | ide")->capture_default_str();
    command.add_option("--network", typed->network, "user | none")->capture_default_str();
    command.add_option("qemu", typed->qemu, "behind --: more arguments for QEMU");
}

/// A verb of `oriel vm`.
struct VmVerb {
    Result<int> (*run)(const VmOptions&);
    const char* name;
    const char* target;
    const char* purpose;
};

CLI::App* add_verb(CLI::App& vm,
                   Action& action,
                   const std::shared_ptr<VmTyped>& typed,
                   const VmVerb& verb) {
    CLI::App* command = vm.add_subcommand(verb.name, verb.purpose);
    command->add_option("target", typed->target, verb.target)->required();
    command->callback([typed, run = verb.run, &action] {
        action = [typed, run]() -> Result<int> {
            VmOptions options = *typed;
            if (!typed->mode_text.empty()) {
                ORIEL_TRY_ASSIGN(options.modes, parse_modes(typed->mode_text));
            }
            ORIEL_TRY_ASSIGN(options.region_size, parse_mebibytes(typed->size_mib));
            return run(options);
        };
    });
    return command;
}

void add_vm(CLI::App& app, Action& action) {
    const auto typed = std::make_shared<VmTyped>();
    CLI::App* vm = app.add_subcommand("vm", "virtual machines: run one, or fit one for a region");
    vm->require_subcommand(1);
    const auto verb = [&](const VmVerb& of) {
        return add_verb(*vm, action, typed, of);
    };
    CLI::App* run = verb({run_vm,
                          "run",
                          "image of a disk or disc, or a kernel",
                          "start QEMU with a broker and everything connected"});
    CLI::App* print =
        verb({print_vm, "print", "image or region's name", "QEMU's arguments, or libvirt's XML"});
    CLI::App* check = verb({check_vm,
                            "check",
                            "domain, or FILE.xml",
                            "what a libvirt domain has, lacks and has wrong"});
    CLI::App* setup = verb({set_up_vm, "setup", "domain", "add what a libvirt domain lacks"});
    CLI::App* remove = verb({remove_vm, "remove", "domain", "take out what setup added"});
    add_machine(*run, typed);
    add_machine(*print, typed);
    print->add_flag_callback(
        "--xml", [typed] { typed->form = VmOptions::Form::Xml; }, "libvirt's XML");
    add_changes(*setup, typed);
    add_changes(*remove, typed);
    for (CLI::App* command : {print, check, setup, remove}) {
        command->add_option("-c,--connect",
                            typed->uri,
                            "libvirt's URI (default: LIBVIRT_DEFAULT_URI, the system's, yours)");
    }
}

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
