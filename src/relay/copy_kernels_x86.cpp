// SPDX-License-Identifier: MIT
#include "relay/copy_kernels_x86.h"

#include <array>
#include <cstdint>
#include <cstring>

#include <immintrin.h>

// The other side may write what these read: pixels, which nobody parses, so a torn value is a
// torn pixel and no more. ThreadSanitizer cannot know that.
#if defined(__SANITIZE_THREAD__)
#define ORIEL_NO_TSAN __attribute__((no_sanitize("thread")))
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ORIEL_NO_TSAN __attribute__((no_sanitize("thread")))
#endif
#endif
#ifndef ORIEL_NO_TSAN
#define ORIEL_NO_TSAN
#endif

namespace oriel {
namespace {

/// Overlapping words at both ends instead of a byte loop; size is below 128 here.
ORIEL_NO_TSAN void copy_tail(std::byte* to, const std::byte* from, std::size_t size) {
    while (size >= 16) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                         _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
        to += 16;
        from += 16;
        size -= 16;
    }
    for (; size > 0; --size) {
        *to++ = *from++;
    }
}

/// Bytes until `to` stands on a multiple of `alignment`, at most `size`.
std::size_t head_bytes(const std::byte* to, std::size_t alignment, std::size_t size) {
    const std::size_t past = reinterpret_cast<std::uintptr_t>(to) % alignment;
    const std::size_t head = past == 0 ? 0 : alignment - past;
    return head < size ? head : size;
}

ORIEL_NO_TSAN void copy_plain(std::byte* to, const std::byte* from, std::size_t size) {
    // Four words at a time: what emulated CPUs run best, measured under TCG.
    while (size >= 32) {
        std::uint64_t words[4];
        __builtin_memcpy(words, from, sizeof(words));
        __builtin_memcpy(to, words, sizeof(words));
        to += 32;
        from += 32;
        size -= 32;
    }
    copy_tail(to, from, size);
}

ORIEL_NO_TSAN void copy_rep_movsb(std::byte* to, const std::byte* from, std::size_t size) {
    asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

ORIEL_NO_TSAN void copy_sse2(std::byte* to, const std::byte* from, std::size_t size) {
    while (size >= 64) {
        const auto* source = reinterpret_cast<const __m128i*>(from);
        auto* target = reinterpret_cast<__m128i*>(to);
        const __m128i a = _mm_loadu_si128(source);
        const __m128i b = _mm_loadu_si128(source + 1);
        const __m128i c = _mm_loadu_si128(source + 2);
        const __m128i d = _mm_loadu_si128(source + 3);
        _mm_storeu_si128(target, a);
        _mm_storeu_si128(target + 1, b);
        _mm_storeu_si128(target + 2, c);
        _mm_storeu_si128(target + 3, d);
        to += 64;
        from += 64;
        size -= 64;
    }
    copy_tail(to, from, size);
}

ORIEL_NO_TSAN void copy_sse2_stream(std::byte* to, const std::byte* from, std::size_t size) {
    const std::size_t head = head_bytes(to, 64, size);
    copy_tail(to, from, head);
    to += head;
    from += head;
    size -= head;
    while (size >= 64) {
        const auto* source = reinterpret_cast<const __m128i*>(from);
        auto* target = reinterpret_cast<__m128i*>(to);
        _mm_prefetch(reinterpret_cast<const char*>(from + 1024), _MM_HINT_NTA);
        const __m128i a = _mm_loadu_si128(source);
        const __m128i b = _mm_loadu_si128(source + 1);
        const __m128i c = _mm_loadu_si128(source + 2);
        const __m128i d = _mm_loadu_si128(source + 3);
        _mm_stream_si128(target, a);
        _mm_stream_si128(target + 1, b);
        _mm_stream_si128(target + 2, c);
        _mm_stream_si128(target + 3, d);
        to += 64;
        from += 64;
        size -= 64;
    }
    copy_tail(to, from, size);
}

__attribute__((target("avx2"))) ORIEL_NO_TSAN void copy_avx2(std::byte* to,
                                                             const std::byte* from,
                                                             std::size_t size) {
    while (size >= 128) {
        const auto* source = reinterpret_cast<const __m256i*>(from);
        auto* target = reinterpret_cast<__m256i*>(to);
        const __m256i a = _mm256_loadu_si256(source);
        const __m256i b = _mm256_loadu_si256(source + 1);
        const __m256i c = _mm256_loadu_si256(source + 2);
        const __m256i d = _mm256_loadu_si256(source + 3);
        _mm256_storeu_si256(target, a);
        _mm256_storeu_si256(target + 1, b);
        _mm256_storeu_si256(target + 2, c);
        _mm256_storeu_si256(target + 3, d);
        to += 128;
        from += 128;
        size -= 128;
    }
    copy_tail(to, from, size);
}

__attribute__((target("avx2"))) ORIEL_NO_TSAN void copy_avx2_stream(std::byte* to,
                                                                    const std::byte* from,
                                                                    std::size_t size) {
    const std::size_t head = head_bytes(to, 64, size);
    copy_tail(to, from, head);
    to += head;
    from += head;
    size -= head;
    while (size >= 128) {
        const auto* source = reinterpret_cast<const __m256i*>(from);
        auto* target = reinterpret_cast<__m256i*>(to);
        _mm_prefetch(reinterpret_cast<const char*>(from + 1024), _MM_HINT_NTA);
        _mm_prefetch(reinterpret_cast<const char*>(from + 1088), _MM_HINT_NTA);
        const __m256i a = _mm256_loadu_si256(source);
        const __m256i b = _mm256_loadu_si256(source + 1);
        const __m256i c = _mm256_loadu_si256(source + 2);
        const __m256i d = _mm256_loadu_si256(source + 3);
        _mm256_stream_si256(target, a);
        _mm256_stream_si256(target + 1, b);
        _mm256_stream_si256(target + 2, c);
        _mm256_stream_si256(target + 3, d);
        to += 128;
        from += 128;
        size -= 128;
    }
    copy_tail(to, from, size);
}

constexpr std::array kBaseline{
    CopyKernel{"sse2", copy_sse2, false},
    CopyKernel{"plain", copy_plain, false},
    CopyKernel{"rep-movsb", copy_rep_movsb, false},
    CopyKernel{"sse2-stream", copy_sse2_stream, true},
};
constexpr std::array kWithAvx2{
    CopyKernel{"avx2", copy_avx2, false},
    CopyKernel{"sse2", copy_sse2, false},
    CopyKernel{"plain", copy_plain, false},
    CopyKernel{"rep-movsb", copy_rep_movsb, false},
    CopyKernel{"avx2-stream", copy_avx2_stream, true},
    CopyKernel{"sse2-stream", copy_sse2_stream, true},
};

}  // namespace

std::span<const CopyKernel> x86_copy_kernels() {
    if (__builtin_cpu_supports("avx2") != 0) {
        return kWithAvx2;
    }
    return kBaseline;
}

}  // namespace oriel
