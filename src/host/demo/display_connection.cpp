// SPDX-License-Identifier: MIT
#include "host/demo/display_connection.h"

#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

namespace oriel {
namespace {

xcb_connection_t* connect_with(const DemoCookie& cookie, const std::string& display, int* screen) {
    xcb_auth_info_t info{};
    info.namelen = static_cast<int>(std::strlen(DemoCookie::kProtocol));
    info.name = const_cast<char*>(DemoCookie::kProtocol);  // NOLINT: xcb's type
    info.datalen = static_cast<int>(cookie.secret().size());
    info.data = const_cast<char*>(  // NOLINT: xcb's type
        reinterpret_cast<const char*>(cookie.secret().data()));
    return xcb_connect_to_display_with_auth_info(display.c_str(), &info, screen);
}

xcb_screen_t* screen_of(xcb_connection_t* connection, int number) {
    auto screens = xcb_setup_roots_iterator(xcb_get_setup(connection));
    for (; screens.rem > 1 && number > 0; --number) {
        xcb_screen_next(&screens);
    }
    return screens.data;
}

}  // namespace

void DisplayFree::operator()(void* memory) const noexcept {
    std::free(memory);  // NOLINT: xcb's malloc
}

Result<DisplayConnection> DisplayConnection::open(const std::string& display,
                                                  const DemoCookie* cookie) {
    int screen = 0;
    DisplayConnection opened;
    opened.connection.reset(cookie == nullptr ? xcb_connect(display.c_str(), &screen)
                                              : connect_with(*cookie, display, &screen));
    if (xcb_connection_has_error(opened.connection.get()) != 0) {
        return Failure(Error::not_found(fmt::format("cannot connect to X display {}", display)));
    }
    opened.screen = screen_of(opened.connection.get(), screen);
    return opened;
}

}  // namespace oriel
