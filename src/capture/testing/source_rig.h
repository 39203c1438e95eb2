// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "capture/source.h"

namespace oriel::test {

/// A source together with what it looks at.
class SourceRig {
  public:
    virtual ~SourceRig() = default;
    SourceRig() = default;
    SourceRig(const SourceRig&) = delete;
    SourceRig& operator=(const SourceRig&) = delete;

    virtual Source& source() = 0;

    /// Something changes; afterwards dispatch() leaves has_change() true.
    virtual void change() = 0;

    /// What is on its way to a source that was resumed comes.
    virtual void settle() {}

    /// Whether a frame shows what the source looks at.
    virtual bool shows_it(std::span<const std::byte> pixels) = 0;

    /// Whether the source says early what a frame will change, and how far it got.
    virtual bool is_early() const { return true; }

    /// Why it cannot be had on this machine; empty: it can.
    virtual std::string missing() const { return ""; }
};

struct SourceMaker {
    const char* name;
    std::function<std::unique_ptr<SourceRig>()> make;
};

/// Each source of this system, at a screen of 320x200 pixels.
std::vector<SourceMaker> system_source_makers();

/// Whether pixels of four bytes without gaps have these colours, whatever their X bytes.
bool same_colours(std::span<const std::byte> pixels, const std::vector<std::uint32_t>& wanted);

}  // namespace oriel::test
