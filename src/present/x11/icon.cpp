// SPDX-License-Identifier: MIT
#include "present/x11/icon.h"

#include "relay/geometry.h"

namespace oriel {
namespace {

constexpr std::uint32_t kSide = 48;
constexpr std::uint32_t kHeaderWords = 2;

constexpr std::uint32_t kRoof = 0xFF8A3B2E;
constexpr std::uint32_t kFrame = 0xFFF2E9D8;
constexpr std::uint32_t kPane = 0xFF2F7FC1;
constexpr std::uint32_t kShine = 0xFF8CC4EE;
constexpr std::uint32_t kCorbel = 0xFFB9A88A;

void fill(std::vector<std::uint32_t>& icon, const Rect& rect, std::uint32_t argb) {
    for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
        for (std::uint32_t x = rect.x; x < rect.right(); ++x) {
            icon[kHeaderWords + y * kSide + x] = argb;
        }
    }
}

}  // namespace

std::vector<std::uint32_t> make_icon() {
    std::vector<std::uint32_t> icon(kHeaderWords + kSide * kSide, 0);
    icon[0] = kSide;
    icon[1] = kSide;
    for (std::uint32_t step = 0; step < 8; ++step) {  // The roof widens, the corbel narrows.
        fill(icon, {12 - step, 2 + step, 24 + 2 * step, 1}, kRoof);
        fill(icon, {5 + 2 * step, 38 + step, 38 - 4 * step, 1}, kCorbel);
    }
    fill(icon, {5, 10, 38, 28}, kFrame);
    for (const Rect& pane : {Rect{8, 13, 7, 22}, Rect{18, 13, 12, 22}, Rect{33, 13, 7, 22}}) {
        fill(icon, pane, kPane);
        fill(icon, {pane.x, pane.y, pane.width, 5}, kShine);
    }
    return icon;
}

}  // namespace oriel
