// SPDX-License-Identifier: MIT
// A file that `oriel edid show` is given may hold anything. The first byte of the input says
// whether the rest is the whole file, or what follows a sound first block.
// Planted fault: edid-data-block
// Planted fault: edid-displayid-section
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "edid/make_edid.h"
#include "edid/read_edid.h"

namespace {

void check_text(std::string_view text) {
    ORIEL_ASSERT(std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; }));
}

void check(const std::vector<std::uint8_t>& bytes) {
    const auto report = oriel::read_edid(bytes);
    if (!report) {
        ORIEL_ASSERT(report.error().kind == oriel::ErrorKind::Protocol);
        return;
    }
    ORIEL_ASSERT(report->blocks.size() == bytes.size() / oriel::kEdidBlockBytes);
    check_text(report->maker);
    check_text(report->name);
    check_text(report->serial);
    for (const std::string& problem : report->problems) {
        check_text(problem);
    }
    for (const oriel::ListedMode& mode : report->modes) {
        ORIEL_ASSERT(mode.width > 0 && mode.height > 0 && mode.block < report->blocks.size());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<std::uint8_t> sound = oriel::make_edid({}).value();
    if (size == 0) {
        return 0;
    }
    // Exactly as long as the input, so that ASan sees the first byte past the end.
    std::vector<std::uint8_t> bytes;
    if (data[0] % 2 == 1) {
        bytes.assign(sound.begin(), sound.begin() + oriel::kEdidBlockBytes);
    }
    bytes.insert(bytes.end(), data + 1, data + size);
    bytes.shrink_to_fit();
    check(bytes);
    return 0;
}
