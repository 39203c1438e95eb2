// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include <sys/types.h>

#include "base/result.h"

namespace oriel {

/// Runs each bench in a process of its own, with a runtime folder that is nobody else's
/// (XDG_RUNTIME_DIR), and ends whatever a bench leaves running.
///
/// Lifetime: one per process, before that starts threads. The folder goes with it; the signals it
/// hears stay blocked.
class BenchSupervisor {
  public:
    static Result<BenchSupervisor> create();

    BenchSupervisor(BenchSupervisor&& other) noexcept;
    BenchSupervisor& operator=(BenchSupervisor&&) = delete;
    BenchSupervisor(const BenchSupervisor&) = delete;
    BenchSupervisor& operator=(const BenchSupervisor&) = delete;
    ~BenchSupervisor();

    enum class Outcome : std::uint8_t {
        Returned,     ///< `code` is what it returned.
        Died,         ///< `code` is the signal.
        Interrupted,  ///< We were told to end (Ctrl-C); so was it.
    };

    struct Ended {
        Outcome outcome;
        int code;
    };

    /// Blocks: until `work` has ended and all that it started with it.
    Ended run(const std::function<int()>& work);

  private:
    explicit BenchSupervisor(std::filesystem::path folder) : folder_(std::move(folder)) {}

    std::filesystem::path folder_;
};

}  // namespace oriel
