// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "region/region.h"
#include "region/target.h"

namespace oriel {

/// A region in a plain file that several processes map: no broker, no doorbells.
///
/// Places are locks on bytes of the file: byte n is viewer index n's, byte kMaxViewers the
/// publisher's. They end with the process.
class FileRegion final : public Region {
  public:
    /// A publisher makes the file (mode 0600) where `target` tells a size; all others need it
    /// there.
    static Result<std::unique_ptr<Region>> open(const Target& target, Role role);

    int doorbell_fd() const override { return -1; }

    void drain_doorbell() noexcept override {}

    void ring_viewers(std::uint32_t /*bits*/) noexcept override {}

    void ring_publisher() noexcept override {}

    int connection_fd() const override { return -1; }

    void serve_connection() override {}

    Link link() const override { return Link::Served; }

    std::string description() const override { return description_; }

    std::string how_to_enlarge(std::uint64_t bytes) const override;

  private:
    FileRegion(std::string description, Role role, UniqueFd file);

    Result<void> take_place();
    Result<void> take_viewer_index();
    Result<void> fit_size(std::uint64_t wanted);

    std::string description_;
};

}  // namespace oriel
