// SPDX-License-Identifier: MIT
// usage: make_viewer_pictures FOLDER
// Writes what docs/overlay.md shows: a viewer's overlay, its page of keys and its waiting, as each
// display server has it on its screen.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <linux/input-event-codes.h>

#include "faults/programs.h"
#include "present/png_file.h"
#include "session/viewer_stage.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::testing_support {
namespace {

using std::chrono::seconds;

constexpr Size kScreen = {1280, 800};
constexpr std::uint32_t kBackdrop = 0x2A4A6F;

/// Numbered lines in turning colours, as fast as some programs build.
constexpr const char* kLines =
    "n=0; while :; do n=$((n + 1)); "
    "printf '\\033[9%dm%06d  what the guest draws, the host shows\\033[0m\\n' $((n % 6 + 1)) $n; "
    "sleep 0.03; done";

/// An X server with programs on it.
class Guest {
  public:
    Guest() {
        painter_.fill(Rect::of(kScreen), kBackdrop);
        start({"xterm",
               "-fa",
               "Monospace",
               "-fs",
               "11",
               "-geometry",
               "78x34+470+60",
               "-bg",
               "#1a202c",
               "-fg",
               "#e2e8f0",
               "-e",
               "sh",
               "-c",
               kLines});
        start({"xclock", "-update", "1", "-geometry", "200x200+60+520", "-bg", "#f7fafc"});
    }

    const std::string& display() const { return server_.display(); }

  private:
    void start(std::vector<std::string> arguments) {
        programs_.push_back(ChildProgram::start({.label = arguments.front(),
                                                 .arguments = std::move(arguments),
                                                 .environment = {{"DISPLAY", display()}},
                                                 .last_signal = SIGKILL})
                                .value());
    }

    test::XServer server_ = test::XServer::start(kScreen).value();
    test::XPainter painter_ = test::XPainter::open(server_.display()).value();
    std::vector<ChildProgram> programs_;
};

ChildProgram start_broker_of(const std::string& region) {
    return start_program("broker", {program("oriel"), "broker", region, "--size", "32", "--json"});
}

/// A person's display, and its environment as they have it.
class Host {
  public:
    explicit Host(const std::string& name) : stage_(make_viewer_stage(name, kScreen)) {
        for (auto& [variable, value] : environment_ = stage_->environment()) {
            if (variable == "WAYLAND_DISPLAY") {
                std::filesystem::create_symlink(value, runtime_.path() + "/wayland-1");
                value = "wayland-1";
            }
        }
    }

    ViewerStage& stage() const { return *stage_; }

    ChildProgram view(const std::string& region, const std::vector<std::string>& more) const {
        std::vector<std::string> arguments{"--input", "none", "--remember-window=false"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return start_viewer_of(region, stage_->platform(), environment_, arguments);
    }

  private:
    RuntimeFolder runtime_;
    std::unique_ptr<ViewerStage> stage_;
    Environment environment_;
};

bool save(const ViewerStage& stage, const std::string& folder, const std::string& what) {
    const std::string path = fmt::format("{}/{}-{}.png", folder, what, stage.platform());
    const std::vector<std::uint32_t> seen = stage.look();
    FrameInfo info;
    info.geometry = {.size = kScreen, .stride = kScreen.width * 4};
    info.crop = Rect::of(kScreen);
    const auto written = write_png(path, info, std::as_bytes(std::span(seen)));
    fmt::print("{}\n", written ? path : written.error().message);
    return written.has_value();
}

bool save_overlay_and_keys(const Host& host, const std::string& folder) {
    ViewerStage& stage = host.stage();
    const Guest guest;
    const ChildProgram broker = start_broker_of("vm");
    const ChildProgram agent =
        start_program("agent",
                      {program("oriel-guest"), "--region", "vm", "--capture", "x11", "--json"},
                      {{"DISPLAY", guest.display()}});
    const ChildProgram viewer = host.view("vm", {"--overlay"});
    std::this_thread::sleep_for(seconds(13));
    const bool has_overlay = save(stage, folder, "overlay");
    stage.focus_window();
    stage.press_key(KEY_RIGHTCTRL);
    stage.tap_key(KEY_H);
    stage.release_key(KEY_RIGHTCTRL);
    std::this_thread::sleep_for(seconds(1));
    return save(stage, folder, "help") && has_overlay;
}

bool save_waiting(const Host& host, const std::string& folder) {
    const ChildProgram broker = start_broker_of("win11");
    const ChildProgram viewer =
        host.view("win11", {"--size", fmt::format("{}x{}", kScreen.width, kScreen.height)});
    std::this_thread::sleep_for(std::chrono::milliseconds(12'600));
    return save(host.stage(), folder, "waiting");
}

bool save_all(const std::string& folder) {
    bool is_whole = true;
    for (const char* const name : {"x11", "sway"}) {
        const Host host(name);
        is_whole = save_overlay_and_keys(host, folder) && is_whole;
        is_whole = save_waiting(host, folder) && is_whole;
    }
    return is_whole;
}

}  // namespace
}  // namespace oriel::testing_support

int main(int count, char** words) {
    if (count != 2) {
        fmt::print(stderr, "usage: make_viewer_pictures FOLDER\n");
        return 2;
    }
    return oriel::testing_support::save_all(words[1]) ? 0 : 1;
}
