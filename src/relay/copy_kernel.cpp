// SPDX-License-Identifier: MIT
#include "relay/copy_kernel.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include "relay/copy_kernels_x86.h"
#include "relay/fence.h"

namespace oriel {
namespace {

constexpr std::size_t kCachedProbe = 256U << 10U;
constexpr std::size_t kLargeProbe = 6U << 20U;

/// Best of `rounds`: noise only ever adds.
Nanoseconds time_copy(const CopyKernel& kernel, std::span<std::byte> memory, int rounds) {
    const std::size_t half = memory.size() / 2;
    Nanoseconds best = Nanoseconds::max();
    for (int round = 0; round < rounds; ++round) {
        const Nanoseconds start = monotonic_now();
        kernel.copy(memory.data(), memory.data() + half, half);
        store_fence();
        best = std::min(best, monotonic_now() - start);
    }
    return best;
}

const CopyKernel* fastest(std::span<std::byte> memory, int rounds, bool streaming) {
    const CopyKernel* best = nullptr;
    Nanoseconds best_time = Nanoseconds::max();
    for (const CopyKernel& kernel : available_copy_kernels()) {
        if (kernel.streaming != streaming) {
            continue;
        }
        const Nanoseconds time = time_copy(kernel, memory, rounds);
        if (time < best_time) {
            best_time = time;
            best = &kernel;
        }
    }
    return best;
}

}  // namespace

std::span<const CopyKernel> available_copy_kernels() {
    return x86_copy_kernels();
}

CopyChoice measure_copy_kernels() {
    const auto memory = std::make_unique<std::byte[]>(2 * kLargeProbe);
    const std::span<std::byte> large(memory.get(), 2 * kLargeProbe);
    const auto small = large.first(2 * kCachedProbe);
    CopyChoice choice{fastest(small, 4, false), fastest(small, 2, true), 0};
    if (choice.streaming == nullptr) {
        return {choice.cached, choice.cached, std::numeric_limits<std::uint64_t>::max()};
    }
    // A picture is written once and read by somebody else: if streaming already wins at a size
    // that may still fit the last-level cache, it wins everywhere above.
    const Nanoseconds cached = time_copy(*choice.cached, large, 2);
    const Nanoseconds streaming = time_copy(*choice.streaming, large, 2);
    choice.crossover = streaming < cached ? kLargeProbe / 4 : 2 * kLargeProbe;
    return choice;
}

const CopyChoice& copy_choice() {
    static const CopyChoice choice = measure_copy_kernels();
    return choice;
}

void copy_rows(std::byte* to, const std::byte* from, const CopyShape& shape) {
    if (shape.row_bytes == 0 || shape.rows == 0) {
        return;
    }
    const CopyChoice& choice = copy_choice();
    const bool is_large = shape.row_bytes * shape.rows >= choice.crossover;
    const CopyKernel& kernel = is_large ? *choice.streaming : *choice.cached;
    if (shape.row_bytes == shape.to_stride && shape.row_bytes == shape.from_stride) {
        kernel.copy(to, from, static_cast<std::size_t>(shape.row_bytes * shape.rows));
    } else {
        for (std::uint64_t row = 0; row < shape.rows; ++row) {
            kernel.copy(to + row * shape.to_stride,
                        from + row * shape.from_stride,
                        static_cast<std::size_t>(shape.row_bytes));
        }
    }
    if (kernel.streaming) {
        store_fence();
    }
}

}  // namespace oriel
