// SPDX-License-Identifier: MIT
#include "present/x11/focus.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

using Changes = X11Focus::Changes;

xcb_focus_in_event_t focus(std::uint8_t mode, std::uint8_t detail) {
    xcb_focus_in_event_t event{};
    event.mode = mode;
    event.detail = detail;
    return event;
}

xcb_enter_notify_event_t crossing(std::uint8_t has_focus) {
    xcb_enter_notify_event_t event{};
    event.mode = XCB_NOTIFY_MODE_NORMAL;
    event.detail = XCB_NOTIFY_DETAIL_NONLINEAR;
    event.same_screen_focus = has_focus;
    return event;
}

const auto kGiven = focus(XCB_NOTIFY_MODE_NORMAL, XCB_NOTIFY_DETAIL_NONLINEAR);
const auto kGrab = focus(XCB_NOTIFY_MODE_GRAB, XCB_NOTIFY_DETAIL_NONLINEAR);
const auto kUngrab = focus(XCB_NOTIFY_MODE_UNGRAB, XCB_NOTIFY_DETAIL_NONLINEAR);
const auto kPointerGrab = focus(XCB_NOTIFY_MODE_GRAB, XCB_NOTIFY_DETAIL_POINTER);
const auto kPointerUngrab = focus(XCB_NOTIFY_MODE_UNGRAB, XCB_NOTIFY_DETAIL_POINTER);

TEST(X11Focus, ComesAndGoes) {
    X11Focus focused;

    EXPECT_EQ(focused.on_in(kGiven), Changes{true});
    EXPECT_EQ(focused.on_in(kGiven), Changes{});
    EXPECT_EQ(focused.on_out(kGiven), Changes{false});
}

TEST(X11Focus, GoesWithTheFocusThatIsTakenDuringAGrab) {
    X11Focus focused;
    focused.on_in(kGiven);

    const auto changes =
        focused.on_out(focus(XCB_NOTIFY_MODE_WHILE_GRABBED, XCB_NOTIFY_DETAIL_NONLINEAR));

    EXPECT_EQ(changes, Changes{false});
}

TEST(X11Focus, IsUnderThePointerWhereNobodyHasIt) {
    X11Focus focused;

    EXPECT_EQ(focused.on_enter(crossing(0)), Changes{});
    EXPECT_EQ(focused.on_enter(crossing(1)), Changes{true});
    EXPECT_EQ(focused.on_leave(crossing(1)), Changes{false});
}

TEST(X11Focus, StaysWhereThePointerLeavesAWindowThatHasIt) {
    X11Focus focused;
    focused.on_in(kGiven);
    focused.on_enter(crossing(1));

    EXPECT_EQ(focused.on_leave(crossing(1)), Changes{});
}

TEST(X11Focus, IsLostToAnotherProgramsGrab) {
    X11Focus focused;
    focused.on_in(kGiven);

    EXPECT_EQ(focused.on_out(kGrab), Changes{});
    EXPECT_EQ(focused.settle(), Changes{false});
    EXPECT_EQ(focused.on_in(kUngrab), Changes{true});
}

TEST(X11Focus, IsLostToAGrabThatEndedBeforeWeHeardOfIt) {
    X11Focus focused;
    focused.on_in(kGiven);

    focused.on_out(kGrab);

    EXPECT_EQ(focused.on_in(kUngrab), (Changes{false, true}));
}

TEST(X11Focus, IsNotWonByAnotherProgramsGrabOfTheWholeScreen) {
    X11Focus focused;

    EXPECT_EQ(focused.on_in(kPointerGrab), Changes{});
}

TEST(X11Focus, IsNotLostToAGrabOfOurOwn) {
    X11Focus focused;
    focused.on_enter(crossing(1));

    EXPECT_EQ(focused.on_out(kPointerGrab), Changes{});
    EXPECT_EQ(focused.on_in(kGrab), Changes{});
    EXPECT_EQ(focused.settle(), Changes{});
    EXPECT_EQ(focused.on_out(kUngrab), Changes{});
    EXPECT_EQ(focused.on_in(kPointerUngrab), Changes{});
    EXPECT_EQ(focused.settle(), Changes{});
}

TEST(X11Focus, IsLostWhereOurGrabEndsWithThePointerElsewhere) {
    X11Focus focused;
    focused.on_enter(crossing(1));
    focused.on_out(kPointerGrab);
    focused.on_in(kGrab);

    EXPECT_EQ(focused.on_out(kUngrab), Changes{});
    EXPECT_EQ(focused.settle(), Changes{false});
}

}  // namespace
}  // namespace oriel
