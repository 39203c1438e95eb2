// SPDX-License-Identifier: MIT
#include "session/window_stage.h"

#include <cstring>

#include <fmt/format.h>

#include "base/assert.h"
#include "present/wayland/wayland_rig.h"
#include "present/x11/x11_rig.h"

namespace oriel::testing_support {
namespace {

class X11Stage final : public WindowStage {
  public:
    explicit X11Stage(Size screen) : rig_({}, {}, screen) {}

    Presenter& presenter() override { return *rig_.presenter; }

    void resize(Size size) override { rig_.resize_window(size); }

    void hide() override {
        xcb_unmap_window(rig_.eye.connection(), rig_.window());
        rig_.eye.sync();
    }

    void unhide() override {
        xcb_map_window(rig_.eye.connection(), rig_.window());
        rig_.eye.sync();
    }

    std::vector<std::uint32_t> look(Size size) override {
        return rig_.window_size() == size ? rig_.look() : std::vector<std::uint32_t>{};
    }

  private:
    test::X11Rig rig_;
};

class SwayStage final : public WindowStage {
  public:
    explicit SwayStage(Size screen) : rig_({.outputs = {screen}}) {}

    Presenter& presenter() override { return *rig_.presenter; }

    void resize(Size size) override {
        static_cast<void>(rig_.tell(fmt::format(
            R"([app_id="oriel"] resize set {} {}, move position 0 0)", size.width, size.height)));
    }

    void hide() override { ORIEL_ASSERT(rig_.tell("workspace elsewhere")); }

    void unhide() override { ORIEL_ASSERT(rig_.tell("workspace 1")); }

    std::vector<std::uint32_t> look(Size size) override {
        const auto picture = rig_.sway.picture();
        std::vector<std::uint32_t> seen;
        if (!picture || presenter().area().size != size) {
            return seen;
        }
        for (std::uint32_t y = 0; y < size.height; ++y) {
            for (std::uint32_t x = 0; x < size.width; ++x) {
                std::uint32_t pixel = 0;
                std::memcpy(&pixel,
                            &picture->pixels[(std::size_t{y} * picture->size.width + x) * 4],
                            sizeof pixel);
                seen.push_back(pixel & 0xFFFFFFU);
            }
        }
        return seen;
    }

  private:
    test::SwayRig rig_;
};

}  // namespace

std::unique_ptr<WindowStage> make_window_stage(const std::string& name, Size screen) {
    if (name == "x11") {
        return std::make_unique<X11Stage>(screen);
    }
    ORIEL_ASSERT(name == "sway");
    return std::make_unique<SwayStage>(screen);
}

}  // namespace oriel::testing_support
