// SPDX-License-Identifier: MIT
#include "relay/copy_kernel.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "relay/copy_kernels_x86.h"
#include "relay/fence.h"

namespace oriel {
namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

/// What a kernel is chosen with: stays in the caches nearby.
constexpr std::size_t kKernelProbe = 128U << 10U;
constexpr int kKernelRounds = 6;
/// One that takes so many times longer than another is not tried again.
constexpr int kHopeless = 3;
/// A kernel further down the list has to be faster by one part in so many.
constexpr int kNoise = 20;

/// Sizes at which streaming is tried, up to the largest: touching memory for the first time is what
/// takes the milliseconds here.
constexpr std::array<std::size_t, 3> kPictures{1U << 20U, 2U << 20U, 8U << 20U};
constexpr int kPictureRounds = 3;
/// Streaming costs what memory costs, whatever the size; the caches' gain shrinks as a picture
/// grows. Where streaming takes more than this many times as long at the largest size, it is the
/// memory that is slow to write around the caches, and it is not faster beyond that either.
constexpr double kOutOfReach = 1.5;
/// A picture goes through a ring of slots: what is written was last touched so many pictures ago.
constexpr std::size_t kRing = 4;

enum class Kind : std::uint8_t { Cached, Streaming };

Nanoseconds time_copy(const CopyKernel& kernel,
                      std::byte* to,
                      const std::byte* from,
                      std::size_t size) {
    const Nanoseconds start = monotonic_now();
    kernel.copy(to, from, size);
    store_fence();
    return monotonic_now() - start;
}

/// The fastest of its kind, each tried in turn several times: noise only ever adds.
const CopyKernel* fastest(Kind kind) {
    std::vector<std::byte> memory(2 * kKernelProbe, std::byte{1});

    struct Candidate {
        const CopyKernel* kernel;
        Nanoseconds best = Nanoseconds::max();
    };

    std::vector<Candidate> candidates;
    for (const CopyKernel& kernel : available_copy_kernels()) {
        if (kernel.streaming == (kind == Kind::Streaming)) {
            candidates.push_back({&kernel});
        }
    }
    Nanoseconds record = Nanoseconds::max();
    for (int round = 0; round < kKernelRounds; ++round) {
        for (Candidate& candidate : candidates) {
            if (round > 0 && candidate.best / kHopeless > record) {
                continue;
            }
            candidate.best = std::min(
                candidate.best,
                time_copy(
                    *candidate.kernel, memory.data(), memory.data() + kKernelProbe, kKernelProbe));
            record = std::min(record, candidate.best);
        }
    }
    const auto chosen = std::ranges::find_if(candidates, [record](const Candidate& candidate) {
        return candidate.best <= record + record / kNoise;
    });
    return chosen == candidates.end() ? nullptr : chosen->kernel;
}

/// Pictures of `size` bytes written into a ring and copied out again, as publisher and subscriber
/// do: what streaming saves the writer it may cost the reader.
class PictureProbe {
  public:
    PictureProbe(std::span<std::byte> memory, std::size_t size) : memory_(memory), size_(size) {}

    static constexpr std::size_t needed(std::size_t size) { return (kRing + 2) * size; }

    Nanoseconds best(const CopyKernel& kernel) {
        Nanoseconds best = Nanoseconds::max();
        // Once more than counts: the first finds the caches as another kernel left them.
        for (int round = 0; round <= kPictureRounds; ++round) {
            const Nanoseconds time = relay(kernel);
            best = round == 0 ? best : std::min(best, time);
        }
        return best;
    }

  private:
    Nanoseconds relay(const CopyKernel& kernel) {
        std::byte* source = memory_.data();
        std::byte* target = source + size_;
        std::byte* slot = target + size_ * (1 + next_++ % kRing);
        return time_copy(kernel, slot, source, size_) + time_copy(kernel, target, slot, size_);
    }

    std::span<std::byte> memory_;
    std::size_t size_;
    std::size_t next_ = 0;
};

/// The size from which on streaming is faster. Where it is not even at the largest: twice that if
/// it came close, else never.
std::uint64_t measure_crossover(const CopyKernel& cached, const CopyKernel& streaming) {
    constexpr std::size_t kMost = PictureProbe::needed(kPictures.back());
    // Pages that are not there yet would be counted as copying: prepared as far as they are needed.
    const auto memory = std::make_unique_for_overwrite<std::byte[]>(kMost);
    std::size_t prepared = 0;
    bool is_close = false;
    for (const std::size_t size : kPictures) {
        std::memset(memory.get() + prepared, 1, PictureProbe::needed(size) - prepared);
        prepared = PictureProbe::needed(size);
        PictureProbe probe({memory.get(), prepared}, size);
        const Nanoseconds cached_time = probe.best(cached);
        const Nanoseconds streaming_time = probe.best(streaming);
        if (streaming_time < cached_time) {
            return size;
        }
        is_close = streaming_time < kOutOfReach * cached_time;
    }
    return is_close ? 2 * kPictures.back() : kNever;
}

CopyChoice measure_with(const CopyKernel& cached) {
    const CopyKernel* streaming = fastest(Kind::Streaming);
    if (streaming == nullptr) {
        return {&cached, &cached, kNever};
    }
    return {&cached, streaming, measure_crossover(cached, *streaming)};
}

/// Chosen within a millisecond, apart from the rest: a program that copies but little is not to
/// wait for what it never needs.
const CopyKernel& cached_kernel() {
    static const CopyKernel* kernel = fastest(Kind::Cached);
    return *kernel;
}

const CopyKernel& kernel_for(std::uint64_t size) {
    if (size < kPictures.front()) {
        return cached_kernel();
    }
    const CopyChoice& choice = copy_choice();
    return size < choice.crossover ? *choice.cached : *choice.streaming;
}

}  // namespace

std::span<const CopyKernel> available_copy_kernels() {
    return x86_copy_kernels();
}

CopyChoice measure_copy_kernels() {
    return measure_with(*fastest(Kind::Cached));
}

const CopyChoice& copy_choice() {
    static const CopyChoice choice = measure_with(cached_kernel());
    return choice;
}

void copy_rows(std::byte* to, const std::byte* from, const CopyShape& shape) {
    if (shape.row_bytes == 0 || shape.rows == 0) {
        return;
    }
    const CopyKernel& kernel = kernel_for(shape.row_bytes * shape.rows);
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
