// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/clock.h"

namespace oriel {

/// One way to copy bytes. `streaming` writes around the caches.
struct CopyKernel {
    const char* name;  ///< "avx2", "sse2", "plain", "rep-movsb", with "-stream" where it streams.
    void (*copy)(std::byte* to, const std::byte* from, std::size_t size);
    bool streaming;
};

/// All that this CPU claims to run.
std::span<const CopyKernel> available_copy_kernels();

/// The fastest kernels here, by measurement: emulated CPUs announce instructions that they run
/// badly, so what a CPU says of itself is not asked.
struct CopyChoice {
    const CopyKernel* cached;     ///< Below the crossover.
    const CopyKernel* streaming;  ///< From the crossover on.
    std::uint64_t crossover;      ///< Bytes of one copy.
};

/// Takes some milliseconds, most of them for the memory it measures in.
CopyChoice measure_copy_kernels();

/// measure_copy_kernels(), once per process, at the first use. copy_rows() asks for it at its first
/// large copy only.
/// Threads: any.
const CopyChoice& copy_choice();

/// Rows for copy_rows().
struct CopyShape {
    std::uint64_t row_bytes;
    std::uint64_t rows;
    std::uint64_t to_stride;
    std::uint64_t from_stride;
};

/// Copies rows with the kernel that suits their sum. Ranges must not overlap. Streamed stores are
/// fenced before it returns.
///
/// Trust: either side may change while it is copied; the bytes are pixels, nobody parses them.
void copy_rows(std::byte* to, const std::byte* from, const CopyShape& shape);

}  // namespace oriel
