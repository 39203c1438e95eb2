// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "interop/looking_glass/recognise.h"
#include "region/kvmfr_device.h"
#include "region/region.h"
#include "region/target.h"

namespace oriel {

/// A region in a plain file, or a /dev/kvmfrN, that several processes map: no broker, no doorbells.
///
/// Places are locks on bytes of the file: byte n is viewer index n's, byte kMaxViewers the
/// publisher's. They end with the process. Where the content is another protocol's, there are none:
/// that protocol has its own.
class FileRegion final : public Region {
  public:
    /// A publisher makes the file (mode 0600) where `target` tells a size; all others need it
    /// there.
    /// Errors: Busy, too, where a publisher finds another protocol's at work.
    /// Blocks: up to 0.3 s where the file carries marks of two protocols, or, for a publisher, of
    /// another one.
    static Result<std::unique_ptr<Region>> open(const Target& target, Role role);

    /// A device of the kernel's module kvmfr. `driver`: how it is asked.
    static Result<std::unique_ptr<Region>> open_kvmfr(const std::string& path,
                                                      Role role,
                                                      const KvmfrDriver& driver = {});

    NativeHandle doorbell_handle() const override { return kNoHandle; }

    std::uint64_t drain_doorbell() noexcept override { return 0; }

    void ring_viewers(std::uint32_t /*bits*/) noexcept override {}

    void ring_publisher() noexcept override {}

    NativeHandle connection_handle() const override { return kNoHandle; }

    void serve_connection() override;

    Link link() const override { return link_; }

    Result<UniqueFd> export_dma_buf(std::uint64_t offset, std::uint64_t size) const override;

    std::string description() const override { return description_; }

    std::string how_to_enlarge(std::uint64_t bytes) const override;

  private:
    FileRegion(std::string description, Role role, UniqueFd file);

    Result<void> take_place();
    Result<void> take_viewer_index();
    Result<std::uint64_t> fit_size(std::uint64_t size, std::uint64_t wanted);
    Result<void> check_size(std::uint64_t size) const;
    Result<void> settle_in(std::uint64_t size);

    std::string description_;
    std::optional<KvmfrDriver> driver_;
    Link link_ = Link::Served;
    looking_glass::Heartbeat heartbeat_;
    unsigned quiet_ticks_ = 0;  ///< Since that moved.
};

}  // namespace oriel
