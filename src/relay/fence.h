// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace oriel {

// The guest's mapping may be write-combined, where std::atomic's release does not hold stores
// back: only these do. They name instructions, not C++ orderings, because the other side is
// another machine as far as the language is concerned.

/// Every store before it is visible before any store after it, write-combined ones included.
inline void store_fence() {
#if defined(__x86_64__)
    _mm_sfence();
#else
    std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

/// Store, fence, load: the load cannot have happened before the store was visible.
inline void full_fence() {
#if defined(__x86_64__)
    _mm_mfence();
#else
    std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

/// Loads before it happen before loads after it.
inline void load_fence() {
#if defined(__x86_64__)
    // x86 keeps loads in order by itself; the compiler has to be told.
    std::atomic_signal_fence(std::memory_order_acquire);
#else
    std::atomic_thread_fence(std::memory_order_acquire);
#endif
}

/// Tells the CPU that this is a spin loop.
inline void spin_pause() {
#if defined(__x86_64__)
    _mm_pause();
#endif
}

}  // namespace oriel
