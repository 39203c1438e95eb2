// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <random>

namespace oriel {

/// Numbers that look random and are the same in every run. For tests.
class TestRandom {
  public:
    explicit TestRandom(std::uint32_t seed) : engine_(seed) {}

    std::uint32_t word() { return static_cast<std::uint32_t>(engine_()); }

    /// 0 to below - 1.
    std::uint32_t below(std::uint32_t below) { return word() % below; }

    bool one_in(std::uint32_t chances) { return below(chances) == 0; }

  private:
    std::mt19937 engine_;
};

}  // namespace oriel
