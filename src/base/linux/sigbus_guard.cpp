// SPDX-License-Identifier: MIT
#include "base/linux/sigbus_guard.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>

#include <signal.h>
#include <sys/mman.h>

namespace oriel {
namespace {

/// One guarded range. The handler reads it in the middle of anything, so it is made of atomics
/// that need no lock, and `begin` is stored last and cleared first.
struct Range {
    std::atomic<std::uintptr_t> begin{0};
    std::atomic<std::size_t> size{0};
    std::atomic<bool> is_stand_in{false};
};

static_assert(std::atomic<std::uintptr_t>::is_always_lock_free);
static_assert(std::atomic<bool>::is_always_lock_free);

constexpr std::size_t kMaxRanges = 256;
constexpr std::uintptr_t kClaimed = 1;  // no mapping begins there, and none contains it

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables): a signal handler has no `this`
std::array<Range, kMaxRanges> ranges;
struct sigaction action_before;

// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

std::uintptr_t address_of(std::span<std::byte> mapping) {
    return reinterpret_cast<std::uintptr_t>(mapping.data());
}

/// Async-signal-safe.
bool mend(Range& range, std::uintptr_t fault) {
    // ACQUIRE range: pairs with PUBLISH range.
    const std::uintptr_t begin = range.begin.load(std::memory_order_acquire);
    // Relaxed: stored before `begin`, and changed only while `begin` is kClaimed.
    const std::size_t size = range.size.load(std::memory_order_relaxed);
    if (begin <= kClaimed || fault < begin || fault - begin >= size) {
        return false;
    }
    void* const place = reinterpret_cast<void*>(begin);
    // However large the region was, only what is touched takes memory.
    const int flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    if (::mmap(place, size, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED) {
        return false;
    }
    // Relaxed: the reader asks some time after its own fault, in the same thread; to others the
    // flag orders nothing.
    range.is_stand_in.store(true, std::memory_order_relaxed);
    return true;
}

void on_bus_error(int, siginfo_t* info, void*) {
    const int errno_before = errno;
    const bool is_fault = info->si_code > 0;  // others come from kill()
    if (is_fault) {
        const auto fault = reinterpret_cast<std::uintptr_t>(info->si_addr);
        for (Range& range : ranges) {
            if (mend(range, fault)) {
                errno = errno_before;
                return;
            }
        }
    }
    // Not ours. After the return the instruction faults again and meets the action from before.
    static_cast<void>(::sigaction(SIGBUS, &action_before, nullptr));
    if (!is_fault) {
        static_cast<void>(::raise(SIGBUS));
    }
    errno = errno_before;
}

int install_handler() {
    struct sigaction action{};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    return ::sigaction(SIGBUS, &action, &action_before) == 0 ? 0 : errno;
}

Range* find(std::span<std::byte> mapping) {
    if (mapping.empty()) {
        return nullptr;
    }
    for (Range& range : ranges) {
        // Relaxed: only the owner of a mapping asks for it, and it stored this value itself.
        if (range.begin.load(std::memory_order_relaxed) == address_of(mapping)) {
            return &range;
        }
    }
    return nullptr;
}

}  // namespace

Result<void> guard_against_truncation(std::span<std::byte> mapping) {
    static const int error_of_install = install_handler();
    if (error_of_install != 0) {
        return Failure(Error::system("handle SIGBUS", error_of_install));
    }
    for (Range& range : ranges) {
        std::uintptr_t expected = 0;
        // Acquire: pairs with the release in stop_guarding(), whose stores come before ours.
        if (!range.begin.compare_exchange_strong(expected, kClaimed, std::memory_order_acquire)) {
            continue;
        }
        range.size.store(mapping.size(), std::memory_order_relaxed);
        range.is_stand_in.store(false, std::memory_order_relaxed);
        // PUBLISH range: pairs with ACQUIRE range in the handler.
        range.begin.store(address_of(mapping), std::memory_order_release);
        return {};
    }
    return Failure(Error::busy("cannot map more memory: this process has too many mappings"));
}

void stop_guarding(std::span<std::byte> mapping) noexcept {
    if (Range* const range = find(mapping)) {
        range->begin.store(0, std::memory_order_release);
    }
}

bool is_stand_in(std::span<std::byte> mapping) noexcept {
    const Range* const range = find(mapping);
    return range != nullptr && range->is_stand_in.load(std::memory_order_relaxed);
}

}  // namespace oriel
