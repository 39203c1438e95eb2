// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "host/bench/bench_window.h"
#include "relay/geometry.h"

namespace oriel {

/// A program with a window that fills a compositor's output.
///
/// Blocks: while the compositor reads all of its pictures. Errors: the compositor is gone.
class BenchPainter {
  public:
    static Result<std::shared_ptr<BenchPainter>> open(const std::string& display, Size size);

    /// Shows `rect` in `colour` (0xRRGGBB); returns when that was asked for. Painting itself is
    /// before that.
    Result<Nanoseconds> draw(const Rect& rect, std::uint32_t colour);

  private:
    BenchPainter(std::unique_ptr<BenchWindow> window, MappedMemory memory, Size size)
        : window_(std::move(window)), memory_(std::move(memory)), size_(size) {}

    void fill(std::size_t picture, const Rect& rect, std::uint32_t colour);

    std::unique_ptr<BenchWindow> window_;
    MappedMemory memory_;
    Size size_;
    std::uint32_t ground_ = 0;  ///< What is around what is drawn.
};

}  // namespace oriel
