// SPDX-License-Identifier: MIT
#include "relay/damage.h"

#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

namespace oriel {
namespace {

/// Rectangles here and there in a 4K picture, always the same ones.
std::vector<Rect> scattered(std::size_t count) {
    std::vector<Rect> rects;
    std::uint32_t state = 12345;
    const auto next = [&state](std::uint32_t below) {
        state = state * 1664525U + 1013904223U;
        return (state >> 8U) % below;
    };
    for (std::size_t i = 0; i < count; ++i) {
        rects.push_back({next(3700), next(2000), 8 + next(100), 8 + next(100)});
    }
    return rects;
}

/// Up to 64 rectangles each finds its place; above, each one merges two.
void add_scattered(benchmark::State& state) {
    const auto rects = scattered(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        Damage damage;
        for (const Rect& rect : rects) {
            damage.add(rect);
        }
        benchmark::DoNotOptimize(damage.rects().data());
    }
    state.SetItemsProcessed(state.range(0) * state.iterations());
}

BENCHMARK(add_scattered)->Arg(1)->Arg(8)->Arg(64)->Arg(256);

/// What each slot but the newest takes along for each frame.
void add_damage(benchmark::State& state) {
    Damage frame;
    for (const Rect& rect : scattered(static_cast<std::size_t>(state.range(0)))) {
        frame.add(rect);
    }
    for (auto _ : state) {
        Damage stale;
        stale.add(frame);
        benchmark::DoNotOptimize(stale.rects().data());
    }
}

BENCHMARK(add_damage)->Arg(1)->Arg(8)->Arg(64);

void clip(benchmark::State& state) {
    Damage frame;
    for (const Rect& rect : scattered(static_cast<std::size_t>(state.range(0)))) {
        frame.add(rect);
    }
    for (auto _ : state) {
        Damage clipped = frame;
        clipped.clip({0, 0, 1920, 1080});
        benchmark::DoNotOptimize(clipped.rects().data());
    }
}

BENCHMARK(clip)->Arg(1)->Arg(64);

}  // namespace
}  // namespace oriel
