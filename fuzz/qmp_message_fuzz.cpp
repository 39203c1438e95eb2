// SPDX-License-Identifier: MIT
// Whoever listens at the socket that --input qmp: names controls every byte of a line.
// Planted fault: qmp-text-length
#include "input/qmp/qmp_message.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > oriel::kMaxQmpLine) {
        return 0;
    }
    const std::string line(data, data + size);
    const auto message = oriel::read_qmp_message(line);
    if (!message) {
        return 0;
    }
    // What it says goes to a terminal and to the window.
    ORIEL_ASSERT(message->text.size() <= oriel::kMaxQmpText);
    ORIEL_ASSERT(std::ranges::none_of(
        message->text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
    ORIEL_ASSERT(!message->pointer || message->kind == oriel::QmpMessage::Kind::Return);
    return 0;
}
