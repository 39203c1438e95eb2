// SPDX-License-Identifier: MIT
#include "session/two_screens.h"

#include <cstdlib>

namespace oriel::testing_support {
namespace {

BrokerOptions options_in(const TestFolder& folder, std::uint64_t region_mib) {
    BrokerOptions options = folder.options();
    options.size = region_mib << 20U;
    return options;
}

test::XServer start_host(Size size) {
    auto server = test::XServer::start(size).value();
    setenv("DISPLAY", server.display().c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
    return server;
}

}  // namespace

TwoScreens::TwoScreens(std::uint64_t region_mib)
    : guest_server_(test::XServer::start(kGuestLimit).value()),
      host_server_(start_host(kHost)),
      guest_(test::XPainter::open(guest_server_.display()).value()),
      host_(test::XPainter::open(host_server_.display()).value()),
      broker_(options_in(folder_, region_mib)) {
    EXPECT_TRUE(guest_.resize_screen(kGuest));
}

void TwoScreens::start_agent(AgentOptions::Resize resize) {
    agent_.reset();
    AgentOptions options{
        .target = target(), .capture = "x11", .display = guest_server_.display(), .output = {}};
    options.resize = resize;
    agent_ = Agent::open(loop_, options).value();
}

Viewer& TwoScreens::start_viewer(ViewerOptions options) {
    options.target = target();
    options.platform = ViewerOptions::Platform::X11;
    const int before = first_frames_;
    viewers_.push_back(Viewer::open(loop_, options, *this).value());
    EXPECT_TRUE(run_until([&] { return first_frames_ > before; }));
    return *viewers_.back();
}

Viewer& TwoScreens::start_viewer(ViewerOptions::Resize resize) {
    ViewerOptions options;
    options.resize = resize;
    return start_viewer(options);
}

void TwoScreens::run_for(Nanoseconds length) {
    const Nanoseconds until = monotonic_now() + length;
    while (monotonic_now() < until) {
        ASSERT_TRUE(loop_.run_once(until - monotonic_now()));
    }
}

Size TwoScreens::window_size(std::size_t number) const {
    const auto cookie = xcb_get_geometry(host_.connection(), window(number));
    const std::unique_ptr<xcb_get_geometry_reply_t, decltype(&std::free)> reply(
        xcb_get_geometry_reply(host_.connection(), cookie, nullptr), &std::free);
    return reply ? Size{reply->width, reply->height} : Size{};
}

void TwoScreens::resize_window(Size size, std::size_t number) const {
    const std::uint32_t values[] = {size.width, size.height};
    xcb_configure_window(host_.connection(),
                         window(number),
                         XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT,
                         values);
    host_.sync();
}

bool TwoScreens::shows_the_guest() {
    const Size size = guest_.root_size();
    guest_.put(Rect::of(size), test::colourful(size, size.width));
    return window_size() == size && run_until([&] {
               return host_.look_at(window(), Rect::of(size)) == guest_.look_at_root();
           });
}

}  // namespace oriel::testing_support
