// SPDX-License-Identifier: MIT
#include "session/viewer_stage.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <linux/input-event-codes.h>
#include <nlohmann/json.hpp>

#include "base/assert.h"
#include "wayland/compositor.h"
#include "wayland/hand.h"
#include "wayland/wayland_painter.h"
#include "x11/viewer_windows.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::testing_support {
namespace {

class X11Stage final : public ViewerStage {
  public:
    explicit X11Stage(Size screen)
        : ViewerStage(screen), server_(test::XServer::start(screen).value()) {}

    std::string platform() const override { return "x11"; }

    Environment environment() const override { return {{"DISPLAY", server_.display()}}; }

    Size window_size() const override {
        const auto windows = test::viewer_windows(eye_);
        if (windows.empty()) {
            return {};
        }
        const auto cookie = xcb_get_geometry(eye_.connection(), windows.front());
        const std::unique_ptr<xcb_get_geometry_reply_t, decltype(&std::free)> reply(
            xcb_get_geometry_reply(eye_.connection(), cookie, nullptr), std::free);
        return reply ? Size{reply->width, reply->height} : Size{};
    }

    void resize_window(Size size) override {
        const std::uint32_t values[] = {size.width, size.height};
        xcb_configure_window(eye_.connection(),
                             test::viewer_windows(eye_).front(),
                             XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT,
                             values);
        eye_.sync();
    }

    void focus_window() override { eye_.focus(test::viewer_windows(eye_).front()); }

    void focus_other() override { eye_.focus(eye_.root()); }

    void press_key(std::uint32_t code) override { eye_.press_key(code); }

    void release_key(std::uint32_t code) override { eye_.release_key(code); }

    bool is_keyboard_free() override { return eye_.can_grab(); }

    std::vector<std::uint32_t> look() const override { return eye_.look_at_root(); }

  private:
    test::XServer server_;
    test::XPainter eye_ = test::XPainter::open(server_.display()).value();
};

/// A shortcut whose effect can be asked for; no pointer, which sway would draw into the picture.
const std::vector<std::string> kLines = {
    R"(for_window [app_id="oriel"] floating enable, border none, move absolute position 0 0)",
    "seat * hide_cursor 100",
    "seat * pointer_constraint enable",
    "bindsym Mod4+q mode acted",
    "mode acted bindsym Mod4+p mode default"};

class SwayStage final : public ViewerStage {
  public:
    explicit SwayStage(Size screen)
        : ViewerStage(screen), sway_(test::Compositor::start_sway({screen}, kLines).value()) {}

    std::string platform() const override { return "wayland"; }

    Environment environment() const override { return {{"WAYLAND_DISPLAY", sway_.display()}}; }

    Size window_size() const override {
        const auto tree = nlohmann::json::parse(sway_.tell({"-t", "get_tree"}).value());
        return size_below(tree);
    }

    void resize_window(Size size) override {
        tell(fmt::format(R"([app_id="oriel"] resize set {} {}, move absolute position 0 0)",
                         size.width,
                         size.height));
    }

    void focus_window() override { tell(R"([app_id="oriel"] focus)"); }

    void focus_other() override { tell("focus tiling"); }

    void press_key(std::uint32_t code) override { hand_.press_key(code); }

    void release_key(std::uint32_t code) override { hand_.release_key(code); }

    bool is_keyboard_free() override {
        hand_.press_key(KEY_LEFTMETA);
        tap_key(KEY_Q);
        hand_.release_key(KEY_LEFTMETA);
        const auto mode = sway_.tell({"-t", "get_binding_state"});
        tell("mode default");
        return mode && mode->find("acted") != std::string::npos;
    }

    std::vector<std::uint32_t> look() const override {
        const auto picture = sway_.picture();
        std::vector<std::uint32_t> seen(picture ? picture->size.area() : 0);
        if (!seen.empty()) {
            std::memcpy(seen.data(), picture->pixels.data(), picture->pixels.size());
        }
        for (std::uint32_t& pixel : seen) {
            pixel &= 0xFFFFFFU;
        }
        return seen;
    }

  private:
    void tell(const std::string& line) const { ORIEL_ASSERT(sway_.tell({line})); }

    /// Of the viewer's window.
    static Size size_below(const nlohmann::json& node) {
        if (node.value("type", "").ends_with("con") && node.contains("app_id") &&
            node["app_id"] == "oriel") {
            return {node["rect"]["width"], node["rect"]["height"]};
        }
        for (const char* const kind : {"nodes", "floating_nodes"}) {
            for (const auto& child : node[kind]) {
                if (const Size found = size_below(child); !found.is_empty()) {
                    return found;
                }
            }
        }
        return {};
    }

    test::Compositor sway_;
    test::WaylandHand hand_ = test::WaylandHand::open(sway_.display()).value();
    std::unique_ptr<test::WaylandPainter> other_ =
        test::WaylandPainter::open(sway_.display()).value();
};

}  // namespace

std::unique_ptr<ViewerStage> make_viewer_stage(const std::string& name, Size screen) {
    if (name == "x11") {
        return std::make_unique<X11Stage>(screen);
    }
    ORIEL_ASSERT(name == "sway");
    return std::make_unique<SwayStage>(screen);
}

}  // namespace oriel::testing_support
