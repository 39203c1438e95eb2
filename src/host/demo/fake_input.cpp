// SPDX-License-Identifier: MIT
#include "host/demo/fake_input.h"

#include <sys/uio.h>
#include <xcb/xcbext.h>

namespace oriel {

bool fake_input(xcb_connection_t* connection, const FakeInput& input) {
    // XTestFakeInput as its specification lays it out: no library of it is needed for one request.
    struct {
        std::uint8_t major = 0;
        std::uint8_t minor = 2;
        std::uint16_t length = 9;
        std::uint8_t type = 0;
        std::uint8_t detail = 0;
        std::uint16_t unused1 = 0;
        std::uint32_t time = XCB_CURRENT_TIME;
        std::uint32_t root = XCB_NONE;
        std::uint32_t unused2[2] = {};
        std::int16_t root_x = 0;
        std::int16_t root_y = 0;
        std::uint32_t unused3[2] = {};
    } request{.type = input.type,
              .detail = input.detail,
              .root_x = static_cast<std::int16_t>(input.x),
              .root_y = static_cast<std::int16_t>(input.y)};

    // xcb fills in the opcode, and wants two free elements in front of the first one.
    static xcb_extension_t extension = {"XTEST", 0};
    const xcb_query_extension_reply_t* xtest = xcb_get_extension_data(connection, &extension);
    if (xtest == nullptr || xtest->present == 0) {
        return false;
    }
    iovec parts[3] = {{}, {}, {&request, sizeof(request)}};
    const xcb_protocol_request_t protocol{1, &extension, request.minor, 1};
    xcb_send_request(connection, 0, &parts[2], &protocol);
    return true;
}

}  // namespace oriel
