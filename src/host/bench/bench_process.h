// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <new>
#include <type_traits>
#include <utility>

#include <sys/mman.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/result.h"

namespace oriel {

/// A function in a process of its own, forked from here. It is killed with this object, or with
/// its parent.
class BenchFork {
  public:
    /// `body` returns the exit code. Errors: System.
    static Result<BenchFork> start(const std::function<int()>& body);

    BenchFork(BenchFork&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

    BenchFork& operator=(BenchFork&&) = delete;
    BenchFork(const BenchFork&) = delete;
    BenchFork& operator=(const BenchFork&) = delete;
    ~BenchFork();

    pid_t pid() const { return pid_; }

    /// Waits for it. Errors: Protocol where it failed, or still runs at the end of `limit`.
    Result<void> wait(Nanoseconds limit);

  private:
    explicit BenchFork(pid_t pid) : pid_(pid) {}

    pid_t pid_;
};

/// One T, zero-filled, that this process and those it forks share.
template <class T>
class BenchShared {
    static_assert(std::is_trivially_destructible_v<T>);

  public:
    BenchShared() {
        void* memory = ::mmap(nullptr,
                              sizeof(T),
                              PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE,
                              -1,
                              0);
        ORIEL_ASSERT(memory != MAP_FAILED);
        value_ = new (memory) T{};
    }

    ~BenchShared() { ::munmap(value_, sizeof(T)); }

    BenchShared(const BenchShared&) = delete;
    BenchShared& operator=(const BenchShared&) = delete;

    T& operator*() const { return *value_; }

    T* operator->() const { return value_; }

  private:
    T* value_;
};

/// Keeps this process on the `which`-th of the cores it may use.
/// Errors: Unsupported where there are not so many.
Result<void> pin_to_core(std::uint32_t which);

/// A guest and its host have no core in common, unless there is but one.
enum class BenchSide : std::uint8_t { Guest, Host };

/// Runs both at once, in a process each, until both are done.
/// Errors: Protocol where one returns false, or takes longer than `limit`; System.
Result<void> run_side_by_side(const std::function<bool()>& one,
                              const std::function<bool()>& other,
                              Nanoseconds limit);

/// Keeps `process` and its threads on that side's half of the cores that this process may use.
/// Errors: NotFound where it has ended; System.
Result<void> keep_on_side(pid_t process, BenchSide side);

/// CPU time of this process so far, to the nanosecond.
Nanoseconds own_cpu_time();

/// Sleeps until `when` by monotonic_now().
void sleep_until(Nanoseconds when);

}  // namespace oriel
