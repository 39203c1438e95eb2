// SPDX-License-Identifier: MIT
// The frame that libdecor draws where the compositor draws none, as a person meets it: on Weston in
// a window of an X server, whose pixels and mouse are the X server's.
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/assert.h"
#include "present/presenter_rig.h"
#include "present/wayland/wayland_presenter.h"
#include "wayland/compositor.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel {
namespace {

using test::bgrx;
using test::test_colour;

constexpr Size kServer = {800, 600};
constexpr Size kOutput = {640, 480};
constexpr Size kPicture = {160, 90};
constexpr std::uint32_t kBackground = 0x204060;  // Weston's, as the fixture has it.
constexpr int kTitleMiddle = 12;                 // Of the cairo plugin: above the content,
constexpr int kCloseMiddle = 16;                 // and from its right edge.
constexpr std::uint8_t kLeft = 1;

struct Place {
    int x = 0;
    int y = 0;
};

constexpr Place kCorner = {kOutput.width - 1, kOutput.height - 1};
constexpr std::uint32_t kPointer = 12;  // So much of it is seen in the corner.

/// Set while it lives.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) {
        ::setenv(name, value, 1);  // NOLINT(concurrency-mt-unsafe): one thread
    }

    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

    ~Variable() { ::unsetenv(name_); }  // NOLINT(concurrency-mt-unsafe): one thread

  private:
    const char* name_;
};

/// A window of ours that shows a picture, wherever weston puts it.
struct Window {
    explicit Window(const test::Compositor& weston)
        : presenter(
              open_wayland_presenter({.display = weston.display(), .title = "A guest"}).value()),
          driver(*presenter) {
        ORIEL_ASSERT(presenter->bind_region(region.fd(), region.memory()));
        show(kPicture);
    }

    void show(Size picture) {
        region.fill(0, bgrx(picture), Rect::of(picture), test_colour);
        ORIEL_ASSERT(driver.show_whole(region.frame(0, bgrx(picture))));
        settle();
    }

    /// Weston does what X's mouse did, and shows what it was told, some refreshes later.
    void settle() {
        driver.run_until([until = monotonic_now() + std::chrono::milliseconds(150)] {
            return monotonic_now() > until;
        });
    }

    bool says(const std::string& text) const {
        return presenter->description().find(text) != std::string::npos;
    }

    test::TestRegion region{1 << 21};
    std::unique_ptr<Presenter> presenter;
    test::Driver driver;
};

class WaylandFrameTest : public testing::Test {
  protected:
    /// With room around it for frame and mouse.
    void open() {
        for (int tries = 0; tries < 40; ++tries) {
            window_ = std::make_unique<Window>(weston_);
            content_ = find(kPicture);
            const bool has_room = content_ && content_->x >= 40 && content_->x <= 300 &&
                                  content_->y >= 60 && content_->y <= 240;
            if (has_room) {
                return;
            }
            window_.reset();
        }
        FAIL() << "weston never puts the window where there is room";
    }

    /// Where the X server shows that picture, pixel for pixel, but for weston's pointer: that is
    /// put into the corner.
    std::optional<Place> find(Size picture) {
        park_mouse();
        const auto screen = eye_.look_at_root();
        for (std::uint32_t y = 0; y + picture.height <= kServer.height; ++y) {
            for (std::uint32_t x = 0; x + picture.width <= kServer.width; ++x) {
                if (is_at(screen, picture, x, y)) {
                    return Place{static_cast<int>(x), static_cast<int>(y)};
                }
            }
        }
        return std::nullopt;
    }

    std::uint32_t pixel(int x, int y) const {
        const auto screen = eye_.look_at_root();
        return screen[static_cast<std::size_t>(y) * kServer.width + static_cast<std::size_t>(x)];
    }

    /// Above the content's left edge, where no letter and no button is.
    std::uint32_t title_pixel() const { return pixel(content_->x + 4, content_->y - 4); }

    /// Weston counts motions, and knows the mouse's place only where it comes in from outside.
    void park_mouse() {
        move_mouse(kCorner.x, kCorner.y);
        move_mouse(kServer.width - 1, kServer.height - 1);
    }

    void move_mouse(int x, int y) {
        eye_.move_mouse(x, y);
        window_->settle();
    }

    void click(int x, int y) {
        move_mouse(x, y);
        eye_.press_button(kLeft);
        eye_.release_button(kLeft);
        window_->settle();
    }

    void drag(Place from, Place to) {
        constexpr int kSteps = 5;
        move_mouse(from.x, from.y);
        eye_.press_button(kLeft);
        window_->settle();
        for (int step = 1; step <= kSteps; ++step) {
            move_mouse(from.x + (to.x - from.x) * step / kSteps,
                       from.y + (to.y - from.y) * step / kSteps);
        }
        eye_.release_button(kLeft);
        window_->settle();
    }

    /// From the lower right corner by so much. Once more where the press came before the plugin had
    /// heard of the pointer.
    void drag_corner(int right, int down) {
        const Place corner = {content_->x + static_cast<int>(kPicture.width) + 3,
                              content_->y + static_cast<int>(kPicture.height) + 3};
        for (int tries = 0; tries < 3 && window_->presenter->area().size == kPicture; ++tries) {
            drag(corner, {corner.x + right, corner.y + down});
        }
    }

    test::XServer server_ = test::XServer::start(kServer).value();
    test::XPainter eye_ = test::XPainter::open(server_.display()).value();
    test::Compositor weston_ =
        test::Compositor::start_weston_on_x11(kOutput, server_.display()).value();
    std::unique_ptr<Window> window_;
    std::optional<Place> content_;

  private:
    static bool is_at(const std::vector<std::uint32_t>& screen,
                      Size picture,
                      std::uint32_t left,
                      std::uint32_t top) {
        for (std::uint32_t y = 0; y < picture.height; ++y) {
            for (std::uint32_t x = 0; x < picture.width; ++x) {
                const bool is_pointer =
                    left + x + kPointer > kOutput.width && top + y + kPointer > kOutput.height;
                if (!is_pointer &&
                    screen[std::size_t{top + y} * kServer.width + left + x] != test_colour(x, y)) {
                    return false;
                }
            }
        }
        return true;
    }
};

/// The first of all: a plugin that was loaded stays.
TEST_F(WaylandFrameTest, IsLeftOutWhereThereIsNoPlugin) {
    const Variable elsewhere("LIBDECOR_PLUGIN_DIR", "/nonexistent");
    open();

    EXPECT_TRUE(window_->says("no frame")) << window_->presenter->description();
    EXPECT_EQ(title_pixel(), kBackground);
}

TEST_F(WaylandFrameTest, IsAroundTheContentAndNotInIt) {
    open();

    EXPECT_TRUE(window_->says("framed by libdecor")) << window_->presenter->description();
    EXPECT_EQ(window_->presenter->area().size, kPicture);
    EXPECT_NE(title_pixel(), kBackground);
    EXPECT_NE(pixel(content_->x + 80, content_->y - kTitleMiddle), kBackground);
}

TEST_F(WaylandFrameTest, FollowsThePicturesSize) {
    open();

    window_->show({300, 200});

    content_ = find({300, 200});
    ASSERT_TRUE(content_);
    EXPECT_NE(title_pixel(), kBackground);
    EXPECT_NE(pixel(content_->x + 290, content_->y - kTitleMiddle), kBackground);
    EXPECT_EQ(window_->presenter->place(),
              WindowPlace{.output = window_->presenter->place()->output})
        << "nobody gave it a size";
}

TEST_F(WaylandFrameTest, ClosesByItsButton) {
    open();

    click(content_->x + static_cast<int>(kPicture.width) - kCloseMiddle,
          content_->y - kTitleMiddle);

    EXPECT_TRUE(window_->driver.run_until([&] { return window_->driver.heard.closes == 1; }));
}

TEST_F(WaylandFrameTest, IsDraggedToAnotherSizeThatIsTheContents) {
    open();

    drag_corner(100, 60);

    constexpr Size kDragged = {260, 150};
    EXPECT_EQ(window_->presenter->area().size, kDragged);
    EXPECT_EQ(window_->presenter->place()->size, kDragged);
    window_->show(kDragged);
    EXPECT_TRUE(find(kDragged));
}

TEST_F(WaylandFrameTest, IsNotDraggedToNothing) {
    open();

    drag_corner(-200, -150);

    // The plugin has a least size of its own, for the title's buttons.
    const Size left = window_->presenter->area().size;
    EXPECT_LT(left.width, kPicture.width);
    EXPECT_LT(left.height, kPicture.height);
    EXPECT_GT(left.height, 10U);
}

TEST_F(WaylandFrameTest, IsMovedByItsTitle) {
    open();
    const Place title = {content_->x + 20, content_->y - kTitleMiddle};

    drag(title, {title.x + 50, title.y + 40});

    const auto now = find(kPicture);
    ASSERT_TRUE(now);
    EXPECT_EQ(now->x, content_->x + 50);
    EXPECT_EQ(now->y, content_->y + 40);
}

TEST_F(WaylandFrameTest, IsNotThereInFullScreen) {
    open();

    window_->presenter->set_window_mode(Presenter::WindowMode::FullScreen);
    ASSERT_TRUE(
        window_->driver.run_until([&] { return window_->presenter->area().size == kOutput; }));
    window_->show(kOutput);
    const auto full = find(kOutput);
    ASSERT_TRUE(full) << "all of the output is the picture";
    window_->show(kPicture);
    window_->presenter->set_window_mode(Presenter::WindowMode::Normal);
    ASSERT_TRUE(
        window_->driver.run_until([&] { return window_->presenter->area().size == kPicture; }));
    window_->show(kPicture);

    content_ = find(kPicture);
    ASSERT_TRUE(content_);
    EXPECT_NE(title_pixel(), kBackground);
    EXPECT_FALSE(window_->presenter->place()->size);
}

TEST_F(WaylandFrameTest, KeepsItsPointerFromTheGuest) {
    open();
    move_mouse(content_->x + 20, content_->y + 20);
    auto& heard = window_->driver.heard.input;
    ASSERT_FALSE(heard.empty());
    move_mouse(content_->x + 20, content_->y - kTitleMiddle);
    heard.clear();

    for (int x = 20; x < 60; x += 5) {
        move_mouse(content_->x + x, content_->y - kTitleMiddle);
    }
    eye_.press_button(4);  // The wheel.
    eye_.release_button(4);
    window_->settle();
    EXPECT_TRUE(heard.empty());

    move_mouse(content_->x + 30, content_->y + 10);
    ASSERT_FALSE(heard.empty());
    EXPECT_EQ(heard.back().x, 30);
    EXPECT_EQ(heard.back().y, 10);
}

TEST_F(WaylandFrameTest, IsLeftOutWhereItIsForbidden) {
    const Variable forbidden("ORIEL_NO_LIBDECOR", "1");
    open();

    EXPECT_TRUE(window_->says("no frame")) << window_->presenter->description();
    EXPECT_EQ(title_pixel(), kBackground);
}

TEST_F(WaylandFrameTest, EndsWithItsDisplay) {
    open();
    weston_.kill();

    Result<void> done;
    while (done) {
        done = window_->presenter->dispatch(window_->driver.heard);
    }

    EXPECT_NE(done.error().message.find("is gone"), std::string::npos) << done.error().message;
    window_.reset();
}

}  // namespace
}  // namespace oriel
