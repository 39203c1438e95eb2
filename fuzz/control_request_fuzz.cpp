// SPDX-License-Identifier: MIT
// A program of the same user says what it likes to a viewer's control socket.
// Planted fault: control-line-length
#include "viewer/control/control_request.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "input/key_names.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string line(data, data + size);
    const auto request = oriel::read_control_request(line);
    if (!request) {
        ORIEL_ASSERT(!request.error().message.empty() && request.error().message.size() < 1024);
        return 0;
    }
    ORIEL_ASSERT(size <= oriel::kMaxControlLine);
    const std::string again = oriel::control_request_line(*request);
    const auto same = oriel::read_control_request(again);
    if (again.size() <= oriel::kMaxControlLine) {
        ORIEL_ASSERT(same && same->verb == request->verb && same->text == request->text &&
                     same->to == request->to);
    }
    for (const auto& strokes :
         {oriel::parse_key_strokes(request->text), oriel::strokes_of_text(request->text, false)}) {
        if (strokes) {
            for (const oriel::KeyStroke& stroke : *strokes) {
                ORIEL_ASSERT(!stroke.empty() && stroke.size() <= oriel::kMaxKeysInAStroke);
            }
        }
    }
    return 0;
}
