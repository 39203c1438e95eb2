// SPDX-License-Identifier: MIT
#include "relay/slot_choice.h"

#include <array>
#include <vector>

#include <benchmark/benchmark.h>

namespace oriel {
namespace {

std::array<SlotState, 4> four_slots() {
    std::array<SlotState, 4> slots{};
    for (std::uint32_t i = 0; i < slots.size(); ++i) {
        slots[i] = {2 * (i + 1), i + 1, SlotState::Rank::Usable};
    }
    slots.back().rank = SlotState::Rank::Newest;
    return slots;
}

/// `viewers` viewers with two slots out each: with more than one of them somebody has to lose.
void choose_among_four(benchmark::State& state) {
    const auto slots = four_slots();
    std::vector<SlotHold> holds;
    for (std::uint32_t viewer = 0; viewer < static_cast<std::uint32_t>(state.range(0)); ++viewer) {
        for (std::uint32_t i = 0; i < 2; ++i) {
            const std::uint32_t slot = (viewer + i) % 4;
            holds.push_back({viewer,
                             slot,
                             slots[slot].generation,
                             SlotHold::Standing::Live,
                             slots[slot].sequence});
        }
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(choose_slot(slots, holds));
    }
}

BENCHMARK(choose_among_four)->Arg(0)->Arg(1)->Arg(2)->Arg(16);

}  // namespace
}  // namespace oriel
