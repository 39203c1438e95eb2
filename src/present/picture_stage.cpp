// SPDX-License-Identifier: MIT
#include "present/picture_stage.h"

#include <filesystem>
#include <string>

#include <png.h>

#include "base/assert.h"
#include "base/linux/child_program.h"
#include "present/wayland/wayland_rig.h"
#include "present/x11/x11_rig.h"
#include "wayland/compositor.h"

namespace oriel::test {
namespace {

class X11PictureStage final : public PictureStage {
  public:
    explicit X11PictureStage(Size window) : rig_({.size = window}) {}

    Presenter& presenter() override { return *rig_.presenter; }

    Driver& driver() override { return rig_.driver; }

    TestRegion& region() override { return rig_.region; }

    std::vector<std::uint32_t> look() override { return rig_.look(); }

  private:
    X11Rig rig_;
};

class SwayPictureStage final : public PictureStage {
  public:
    explicit SwayPictureStage(Size window) : rig_({.presenter = {.size = window}}) {}

    Presenter& presenter() override { return *rig_.presenter; }

    Driver& driver() override { return rig_.driver; }

    TestRegion& region() override { return rig_.region; }

    std::vector<std::uint32_t> look() override {
        return rig_.look(Rect::of(rig_.presenter->area().size));
    }

  private:
    SwayRig rig_;
};

std::vector<std::uint32_t> read_png(const std::string& path) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_file(&image, path.c_str()) == 0) {
        return {};
    }
    image.format = PNG_FORMAT_BGRA;
    std::vector<std::uint32_t> pixels(std::size_t{image.width} * image.height);
    if (png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) == 0) {
        return {};
    }
    for (std::uint32_t& pixel : pixels) {
        pixel &= 0xFFFFFFU;
    }
    return pixels;
}

/// Without a seat, so that there is no pointer in the picture.
class WestonPictureStage final : public PictureStage {
  public:
    explicit WestonPictureStage(Size window)
        : weston_(Compositor::start_weston(window).value()),
          presenter_(open_wayland_presenter(
                         {.display = weston_.display(), .mode = Presenter::WindowMode::FullScreen})
                         .value()),
          driver_(*presenter_) {}

    Presenter& presenter() override { return *presenter_; }

    Driver& driver() override { return driver_; }

    TestRegion& region() override { return region_; }

    std::uint32_t unused_byte() const override { return 0xFF000000U; }

    std::vector<std::uint32_t> look() override {
        for (int i = 0; i < 3; ++i) {
            driver_.settle();
        }
        const std::string folder = weston_.folder() + "/pictures";
        std::filesystem::create_directory(folder);
        ChildCommand command = weston_.client({"weston-screenshooter"});
        command.environment.emplace_back("XDG_PICTURES_DIR", folder);
        auto program = ChildProgram::start(command);
        ORIEL_ASSERT(program);
        std::vector<std::uint32_t> seen;
        if (program->wait(std::chrono::seconds(20)) && program->exit_code() == 0) {
            // It calls its file by the time of day.
            for (const auto& file : std::filesystem::directory_iterator(folder)) {
                seen = read_png(file.path());
            }
        }
        std::filesystem::remove_all(folder);
        return seen;
    }

  private:
    Compositor weston_;
    TestRegion region_{1 << 22};
    std::unique_ptr<Presenter> presenter_;
    Driver driver_;
};

}  // namespace

std::unique_ptr<PictureStage> make_x11_picture_stage(Size window) {
    return std::make_unique<X11PictureStage>(window);
}

std::unique_ptr<PictureStage> make_sway_picture_stage(Size window) {
    return std::make_unique<SwayPictureStage>(window);
}

std::unique_ptr<PictureStage> make_weston_picture_stage(Size window) {
    return std::make_unique<WestonPictureStage>(window);
}

}  // namespace oriel::test
