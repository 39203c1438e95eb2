// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/mapped_memory.h"
#include "interop/looking_glass/mock/mock_host.h"
#include "interop/looking_glass/mock/mock_picture.h"

namespace oriel::testing_support {

/// A region in a file with a mock of Looking Glass's host application in it, for real viewers.
///
/// It beats and posts only while one of its functions runs. The file goes with it.
class MockGuest {
  public:
    explicit MockGuest(std::uint64_t size_mib);
    ~MockGuest();
    MockGuest(const MockGuest&) = delete;
    MockGuest& operator=(const MockGuest&) = delete;

    const std::string& path() const { return path_; }

    std::span<std::byte> bytes() const { return memory_.bytes(); }

    looking_glass::mock::MockHost& host() { return *host_; }

    /// A session; another one than before.
    void start(const looking_glass::mock::HostDescription& description = {});

    /// Beats until `is_so`. Blocks: up to `patience`; false then.
    bool run_until(const std::function<bool()>& is_so,
                   Nanoseconds patience = std::chrono::seconds(10));

    void run_for(Nanoseconds time);

    /// Posts the picture as it stands, once somebody subscribes and a block is free, and writes it
    /// from top to bottom. Blocks: as run_until().
    bool show(looking_glass::mock::Picture& picture);

    std::uint32_t session() const { return session_; }

  private:
    void beat();

    std::string path_;
    MappedMemory memory_;
    std::optional<looking_glass::mock::MockHost> host_;
    std::uint32_t session_ = 100;
    Nanoseconds last_beat_{0};
    bool owes_frame_ = false;  ///< To a subscriber that is new.
};

}  // namespace oriel::testing_support
