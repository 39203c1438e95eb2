// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "region/region.h"
#include "region/target.h"

namespace oriel {

/// A region in a plain file of a Windows machine, without doorbells: for tests and tools.
///
/// The publisher's place is a lock on byte kMaxViewers of the file, as on Linux; it ends with the
/// process. Viewers are on Linux.
class WindowsFileRegion final : public Region {
  public:
    /// A publisher makes the file where `target` tells a size; all others need it there.
    /// Errors: NotFound, Busy (another publisher), System, Usage (its size), Unsupported (Show).
    static Result<std::unique_ptr<Region>> open(const Target& target, Role role);

    NativeHandle doorbell_handle() const override { return kNoHandle; }

    std::uint64_t drain_doorbell() noexcept override { return 0; }

    void ring_viewers(std::uint32_t /*bits*/) noexcept override {}

    void ring_publisher() noexcept override {}

    NativeHandle connection_handle() const override { return kNoHandle; }

    void serve_connection() override {}

    Link link() const override { return Link::Served; }

    std::string description() const override { return description_; }

    std::string how_to_enlarge(std::uint64_t bytes) const override;

  private:
    WindowsFileRegion(std::string description, Role role, OwnedHandle file);

    Result<void> take_place();
    Result<void> fit_size(std::uint64_t wanted);

    std::string description_;
};

}  // namespace oriel
