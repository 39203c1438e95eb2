// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/linux/unix_socket.h"
#include "region/peer_protocol.h"
#include "region/region.h"
#include "region/stable_fd.h"

namespace oriel {

/// A region lent by a broker.
///
/// doorbell_handle() and connection_handle() are the same numbers for as long as it lives; with a
/// return to Served the doorbell may come to ring, or cease to (-1).
///
/// Blocks: only open(): microseconds; up to 5 s where more wait at the socket than it has room for,
/// and up to kAnswerLimit where the broker itself still waits for those that an earlier one served.
class BrokerRegion final : public Region {
  public:
    static constexpr Nanoseconds kAnswerLimit = std::chrono::seconds(5);

    /// `socket` is the path of a viewer.sock, `description` a person's word for the region.
    static Result<std::unique_ptr<Region>> open(const std::string& socket,
                                                const std::string& description,
                                                Role role);

    NativeHandle doorbell_handle() const override;
    std::uint64_t drain_doorbell() noexcept override;
    void ring_viewers(std::uint32_t bits) noexcept override;
    void ring_publisher() noexcept override;

    NativeHandle connection_handle() const override { return connection_.number(); }

    void serve_connection() override;

    Link link() const override { return link_; }

    std::string description() const override { return description_; }

  private:
    /// What an answer brought, checked.
    struct Lent {
        Answer answer;
        std::vector<UniqueFd> fds;
    };

    BrokerRegion(std::string socket,
                 std::string description,
                 StableFd connection,
                 StableFd doorbell)
        : socket_(std::move(socket)),
          description_(std::move(description)),
          connection_(std::move(connection)),
          doorbell_(std::move(doorbell)) {}

    static Result<Lent> check_answer(Received received,
                                     std::span<const std::byte> bytes,
                                     Role role);
    Result<void> take(Lent lent);
    void take_doorbells(std::vector<UniqueFd>& fds);
    bool is_same_memory(const Lent& lent) const;

    void see_end_of_broker();
    void try_to_return();
    Result<void> say_hello(const UniqueFd& connection) const;
    void read_answer();
    void go_on_alone();

    std::string socket_;
    std::string description_;
    StableFd connection_;
    StableFd doorbell_;
    DoorbellState doorbell_state_ = DoorbellState::Rings;
    UniqueFd publisher_doorbell_;                              // Show
    std::array<UniqueFd, abi::kMaxViewers> viewer_doorbells_;  // Publish
    UniqueFd lock_;  ///< Tells a later broker that this process lives and holds its place.
    std::uint64_t instance_ = 0;
    std::uint64_t device_ = 0;  ///< With inode_: which memory it is.
    std::uint64_t inode_ = 0;
    Link link_ = Link::Served;
    bool has_asked_ = false;  ///< While Alone: said hello to a new broker, no answer yet.
};

}  // namespace oriel
