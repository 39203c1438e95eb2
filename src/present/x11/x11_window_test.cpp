// SPDX-License-Identifier: MIT
// The window's behaviour: its size, what others are told about it, what it tells us.
#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <unistd.h>

#include "present/x11/x11_rig.h"

namespace oriel {
namespace {

using test::bgrx;
using test::X11Rig;

constexpr Size kSize = {160, 90};

bool show(X11Rig& rig, Size size = kSize) {
    return rig.driver.show_whole(rig.region.frame(0, bgrx(size)));
}

/// As the server would send it, had the user done it.
template <class Event>
void send_input(X11Rig& rig, std::uint8_t type, std::uint8_t detail, xcb_point_t at = {0, 0}) {
    Event event{};
    event.response_type = type;
    event.detail = detail;
    event.event = rig.window();
    event.event_x = at.x;
    event.event_y = at.y;
    xcb_send_event(rig.eye.connection(),
                   0,
                   rig.window(),
                   XCB_EVENT_MASK_NO_EVENT,
                   reinterpret_cast<const char*>(&event));
    rig.eye.sync();
}

TEST(X11Open, SaysWhatToDoWithoutADisplay) {
    unsetenv("DISPLAY");  // NOLINT(concurrency-mt-unsafe): one thread

    const auto presenter = open_x11_presenter({});

    ASSERT_FALSE(presenter);
    EXPECT_EQ(presenter.error().kind, ErrorKind::NotFound);
    EXPECT_NE(presenter.error().message.find("DISPLAY"), std::string::npos);
}

TEST(X11Open, NamesADisplayThatNobodyServes) {
    const auto presenter = open_x11_presenter({.display = ":4711"});

    ASSERT_FALSE(presenter);
    EXPECT_EQ(presenter.error().kind, ErrorKind::NotFound);
    EXPECT_NE(presenter.error().message.find(":4711"), std::string::npos);
}

TEST(X11Open, NamesADisplayThatIsNone) {
    const auto presenter = open_x11_presenter({.display = "nonsense"});

    ASSERT_FALSE(presenter);
    EXPECT_EQ(presenter.error().kind, ErrorKind::Usage);
}

TEST(X11Open, RefusesAScreenOfOtherPixels) {
    const auto server = test::XServer::start({320, 240}, {}, 16).value();

    const auto presenter = open_x11_presenter({.display = server.display()});

    ASSERT_FALSE(presenter);
    EXPECT_EQ(presenter.error().kind, ErrorKind::Unsupported);
}

TEST(X11Window, IsDescribedToWindowManagers) {
    X11Rig rig({.title = "Gäste"});
    ASSERT_TRUE(show(rig));

    EXPECT_EQ(rig.text_property("_NET_WM_NAME"), "Gäste");
    EXPECT_EQ(rig.text_property("WM_NAME"), "Gäste");
    EXPECT_EQ(rig.text_property("WM_CLASS"), std::string("oriel\0oriel\0", 12));
    EXPECT_EQ(rig.property("_NET_WM_PID"), std::vector{static_cast<std::uint32_t>(getpid())});
    EXPECT_EQ(rig.property("_NET_WM_ICON").size(), 2 + 48 * 48);
    EXPECT_EQ(rig.property("WM_PROTOCOLS"),
              (std::vector{rig.atom("WM_DELETE_WINDOW"), rig.atom("_NET_WM_PING")}));
}

TEST(X11Window, TakesAnotherTitle) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));

    rig.presenter->set_title("guest is asleep");
    rig.driver.settle();

    EXPECT_EQ(rig.text_property("_NET_WM_NAME"), "guest is asleep");
}

TEST(X11Window, FollowsThePictureUntilTheUserResizesIt) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));
    ASSERT_TRUE(show(rig, {200, 150}));
    const Size followed = rig.window_size();
    rig.driver.settle();
    EXPECT_EQ(rig.driver.heard.sizes.back(), followed);

    rig.resize_window({300, 200});
    rig.driver.settle();
    ASSERT_TRUE(show(rig, {100, 80}));

    EXPECT_EQ(followed, (Size{200, 150}));
    EXPECT_EQ(rig.window_size(), (Size{300, 200}));
    EXPECT_EQ(rig.driver.heard.sizes.back(), (Size{300, 200}));
    EXPECT_EQ(rig.presenter->area(), (WindowArea{{300, 200}, 1}));
}

TEST(X11Window, FollowsAgainOnceTheUserGaveItThePicturesSize) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));
    rig.driver.settle();
    rig.resize_window({300, 200});
    rig.driver.settle();
    rig.resize_window(kSize);
    rig.driver.settle();

    ASSERT_TRUE(show(rig, {100, 80}));

    EXPECT_EQ(rig.window_size(), (Size{100, 80}));
}

TEST(X11Window, KeepsTheSizeItWasOpenedWith) {
    X11Rig rig({.size = Size{400, 300}});

    ASSERT_TRUE(show(rig));
    ASSERT_TRUE(show(rig, {200, 150}));

    EXPECT_EQ(rig.window_size(), (Size{400, 300}));
}

TEST(X11Window, IsNoLargerThanTheScreen) {
    X11Rig rig;

    ASSERT_TRUE(show(rig, {960, 540}));

    EXPECT_EQ(rig.window_size(), (Size{640, 360}));
}

TEST(X11Window, FillsTheScreenWithoutAWindowManagerToo) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));
    rig.driver.settle();

    rig.presenter->set_window_mode(Presenter::WindowMode::FullScreen);
    rig.driver.settle();
    const Size full = rig.window_size();
    rig.presenter->set_window_mode(Presenter::WindowMode::Normal);
    rig.driver.settle();

    EXPECT_EQ(full, (Size{640, 480}));
    EXPECT_EQ(rig.window_size(), kSize);
}

TEST(X11Window, TellsThatItsButtonWasPressed) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));

    rig.send_message(rig.window(), "WM_PROTOCOLS", {rig.atom("WM_DELETE_WINDOW")});

    EXPECT_TRUE(rig.driver.run_until([&] { return rig.driver.heard.closes == 1; }));
}

TEST(X11Window, CountsAsClosedWhereAnotherClientDestroysIt) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));

    xcb_destroy_window(rig.eye.connection(), rig.window());
    rig.eye.sync();

    EXPECT_TRUE(rig.driver.run_until([&] { return rig.driver.heard.closes == 1; }));
}

TEST(X11Window, AnswersPings) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));
    const std::uint32_t mask = XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY;
    xcb_change_window_attributes(rig.eye.connection(), rig.eye.root(), XCB_CW_EVENT_MASK, &mask);

    rig.send_message(rig.window(), "WM_PROTOCOLS", {rig.atom("_NET_WM_PING"), 1234, rig.window()});
    rig.driver.settle();

    bool is_answered = false;
    rig.eye.sync();
    while (auto* event = xcb_poll_for_event(rig.eye.connection())) {
        const auto& message = reinterpret_cast<const xcb_client_message_event_t&>(*event);
        is_answered =
            is_answered || ((event->response_type & 0x7F) == XCB_CLIENT_MESSAGE &&
                            message.window == rig.eye.root() && message.data.data32[1] == 1234);
        std::free(event);  // NOLINT: xcb's malloc
    }
    EXPECT_TRUE(is_answered);
}

TEST(X11Window, TellsWhenNothingOfItIsToBeSeen) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));
    rig.driver.settle();

    const xcb_window_t cover = rig.eye.open_window({0, 0, 640, 480});
    rig.driver.settle();
    xcb_destroy_window(rig.eye.connection(), cover);
    rig.eye.sync();
    rig.driver.settle();

    EXPECT_EQ(rig.driver.heard.visibility, (std::vector{false, true}));
}

TEST(X11Window, DropsFramesWhileItIsNotMapped) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));
    const xcb_window_t window = rig.window();
    xcb_unmap_window(rig.eye.connection(), window);
    rig.eye.sync();
    rig.driver.settle();
    const std::size_t shown = rig.driver.heard.shown.size();

    ASSERT_TRUE(rig.presenter->show(rig.region.frame(0, bgrx(kSize)), Damage::whole(kSize)));
    ASSERT_TRUE(rig.driver.run_until([&] { return rig.presenter->is_ready(); }));

    EXPECT_EQ(rig.driver.heard.shown.size(), shown);
    EXPECT_EQ(rig.driver.heard.visibility, std::vector{false});
    xcb_map_window(rig.eye.connection(), window);
    rig.eye.sync();
    EXPECT_TRUE(show(rig));
}

TEST(X11Input, TellsMotionInTheGuestsPixels) {
    X11Rig rig({.size = Size{320, 180}});
    ASSERT_TRUE(show(rig));
    rig.driver.settle();
    rig.driver.heard.input.clear();

    rig.eye.move_pointer(319, 101);

    ASSERT_TRUE(rig.driver.run_until([&] { return !rig.driver.heard.input.empty(); }));
    EXPECT_EQ(rig.driver.heard.input.back().kind, InputEvent::Kind::Motion);
    EXPECT_EQ(rig.driver.heard.input.back().x, 159);
    EXPECT_EQ(rig.driver.heard.input.back().y, 50);
}

TEST(X11Input, TellsKeysAsEvdevCodesWithoutRepeats) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));
    rig.driver.settle();
    rig.driver.heard.input.clear();

    send_input<xcb_key_press_event_t>(rig, XCB_KEY_PRESS, KEY_A + 8);
    send_input<xcb_key_press_event_t>(rig, XCB_KEY_PRESS, KEY_A + 8);
    send_input<xcb_key_release_event_t>(rig, XCB_KEY_RELEASE, KEY_A + 8);
    rig.driver.settle();

    ASSERT_EQ(rig.driver.heard.input.size(), 2U);
    EXPECT_EQ(rig.driver.heard.input[0].kind, InputEvent::Kind::KeyDown);
    EXPECT_EQ(rig.driver.heard.input[0].code, std::uint32_t{KEY_A});
    EXPECT_EQ(rig.driver.heard.input[1].kind, InputEvent::Kind::KeyUp);
}

TEST(X11Input, TellsMotionBeforeTheButtonPressedThere) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));
    rig.driver.settle();
    rig.driver.heard.input.clear();

    send_input<xcb_motion_notify_event_t>(rig, XCB_MOTION_NOTIFY, 0, {11, 12});
    send_input<xcb_motion_notify_event_t>(rig, XCB_MOTION_NOTIFY, 0, {30, 40});
    send_input<xcb_button_press_event_t>(rig, XCB_BUTTON_PRESS, 3, {30, 40});
    rig.driver.settle();

    ASSERT_GE(rig.driver.heard.input.size(), 2U);
    const InputEvent& last = rig.driver.heard.input.back();
    const InputEvent& before = *(rig.driver.heard.input.end() - 2);
    EXPECT_EQ(last.kind, InputEvent::Kind::ButtonDown);
    EXPECT_EQ(last.code, std::uint32_t{BTN_RIGHT});
    EXPECT_EQ(before.kind, InputEvent::Kind::Motion);
    EXPECT_EQ(before.x, 30);
}

TEST(X11Presenter, OutlivesErrorsOfTheServer) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));
    rig.driver.settle();

    xcb_destroy_window(rig.eye.connection(), rig.window());
    rig.eye.sync();

    ASSERT_TRUE(rig.presenter->show(rig.region.frame(0, bgrx(kSize)), Damage::whole(kSize)));
    EXPECT_TRUE(rig.driver.run_until([&] { return rig.presenter->is_ready(); }));
}

/// Until the presenter fails, or long enough.
Result<void> dispatch_to_the_end(X11Rig& rig) {
    Result<void> outcome;
    for (int i = 0; i < 100 && outcome; ++i) {
        outcome = rig.presenter->dispatch(rig.driver.heard);
        usleep(10'000);
    }
    return outcome;
}

TEST(X11Presenter, SaysThatItsServerIsGone) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));

    rig.server.kill();

    const Result<void> outcome = dispatch_to_the_end(rig);
    ASSERT_FALSE(outcome);
    EXPECT_TRUE(outcome.error().message.starts_with("the X server " + rig.server.display() +
                                                    " ended the connection"))
        << outcome.error().message;
    EXPECT_FALSE(rig.presenter->show(rig.region.frame(0, bgrx(kSize)), Damage{}));
    EXPECT_FALSE(rig.presenter->show_layer(Layer::Message, test::plain_layer({9, 9}, 0)));
}

TEST(X11Presenter, DoesNotTakeAWindowClosedByForceForTheServersEnd) {
    X11Rig rig;
    ASSERT_TRUE(show(rig));

    xcb_kill_client(rig.eye.connection(), rig.window());
    rig.eye.sync();

    const Result<void> outcome = dispatch_to_the_end(rig);
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("closed the window by force"), std::string::npos)
        << outcome.error().message;
}

TEST(X11Place, IsWhereItWasAskedFor) {
    X11Rig rig({.size = Size{200, 100}, .position = WindowPlace::Point{150, 70}});
    ASSERT_TRUE(show(rig));
    rig.driver.settle();

    const auto place = rig.presenter->place();

    ASSERT_TRUE(place);
    EXPECT_EQ(place->position, (WindowPlace::Point{150, 70}));
    EXPECT_EQ(place->size, (Size{200, 100}));
    EXPECT_FALSE(place->is_full_screen);
    EXPECT_TRUE(place->output.empty());
    EXPECT_EQ(rig.eye.look_at_root()[70 * 640 + 150], rig.look()[0]);
}

TEST(X11Place, IsNotOffTheScreen) {
    X11Rig rig({.position = WindowPlace::Point{5000, 70}});
    ASSERT_TRUE(show(rig));
    rig.driver.settle();

    EXPECT_EQ(rig.presenter->place()->position, (WindowPlace::Point{0, 0}));
}

TEST(X11Place, HasNoSizeOfItsOwnWhileItFollowsThePicture) {
    X11Rig rig;
    EXPECT_FALSE(rig.presenter->place()) << "it is not on screen yet";
    ASSERT_TRUE(show(rig));
    rig.driver.settle();
    EXPECT_FALSE(rig.presenter->place()->size);

    rig.resize_window({300, 200});
    rig.driver.settle();
    EXPECT_EQ(rig.presenter->place()->size, (Size{300, 200}));

    rig.presenter->set_window_mode(Presenter::WindowMode::FullScreen);
    rig.driver.settle();
    EXPECT_TRUE(rig.presenter->place()->is_full_screen);
    EXPECT_FALSE(rig.presenter->place()->size);
}

/// What one viewer told of its window puts the next one's in the same place, frame and all.
TEST(X11Place, IsTheSameAgainUnderAWindowManager) {
    X11Rig rig({.size = Size{200, 100}, .position = WindowPlace::Point{150, 70}});
    const auto manager = test::WindowManager::start(rig);
    if (!manager) {
        GTEST_SKIP() << "openbox is not installed";
    }
    ASSERT_TRUE(show(rig));
    const WindowPlace::Point wanted{150, 70};
    EXPECT_TRUE(rig.driver.run_until([&] { return rig.presenter->place()->position == wanted; }))
        << rig.presenter->place()->position->x << "," << rig.presenter->place()->position->y;

    const std::uint32_t values[] = {250, 170};
    xcb_configure_window(
        rig.eye.connection(), rig.window(), XCB_CONFIG_WINDOW_X | XCB_CONFIG_WINDOW_Y, values);
    rig.eye.sync();
    const WindowPlace::Point moved{250, 170};
    EXPECT_TRUE(rig.driver.run_until([&] { return rig.presenter->place()->position == moved; }))
        << rig.presenter->place()->position->x << "," << rig.presenter->place()->position->y;
}

}  // namespace
}  // namespace oriel
