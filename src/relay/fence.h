// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace oriel {

// A guest's mapping may be write-combined: a Windows driver maps it so, and Linux does. Such memory
// is weakly ordered (Intel's manual, volume 3, "Memory Cache Control", its types and the buffering
// of write combining; AMD's, volume 2, "Memory System"). Stores wait in buffers of the CPU and
// leave them in any order until a fence, a locked instruction or an interrupt drains them; loads
// may be speculative and pass each other. What std::atomic builds on x86 is the order of ordinary
// memory alone, where release and acquire are no instruction at all: so these name instructions.
// Whatever publishes is stored between two store fences: what it publishes is visible before it,
// and it does not stay behind in a buffer.

/// Every store before it is visible before any store after it, write-combined ones included.
inline void store_fence() {
#if defined(__x86_64__)
    _mm_sfence();
#else
    std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

/// Store, fence, load: the load cannot have happened before the store was visible. What x86 does
/// not promise for ordinary memory either.
inline void full_fence() {
#if defined(__x86_64__)
    _mm_mfence();
#else
    std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

/// Loads before it happen before loads after it, from write-combined memory as well: an agent that
/// reads its viewers' words.
inline void load_fence() {
#if defined(__x86_64__)
    _mm_lfence();
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
