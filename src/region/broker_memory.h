// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "abi/broker.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "region/broker_options.h"

namespace oriel {

/// Who is connected, as a region's BrokerPage tells.
struct BrokerStatus {
    bool publisher = false;  ///< On this host.
    bool vm = false;
    std::uint32_t viewers = 0;  ///< Bit n: index n is lent.

    bool operator==(const BrokerStatus&) const = default;
};

/// A region's memory in its broker's hands, and the pages that the broker writes in it.
///
/// Trust: everybody who was given the memory can write these pages too; the truth is kept here, and
/// nothing but the mark of a page taken up again is ever read.
class BrokerMemory {
  public:
    /// What the memory of a region is called in /proc.
    static std::string file_name(const std::string& region) { return "oriel-" + region; }

    /// New memory, zero but for the BrokerPage.
    static Result<BrokerMemory> create(const BrokerOptions& options);

    /// Memory an earlier broker of this region made, brought back by a peer who may know which
    /// instance it is; else its own page is believed.
    /// Errors: Protocol where it is not that: not sealed, another's, another size or name.
    static Result<BrokerMemory> take_up(UniqueFd memory,
                                        std::optional<std::uint64_t> instance,
                                        const BrokerOptions& options);

    const UniqueFd& fd() const { return fd_; }

    /// A descriptor of the same memory that cannot be mapped for writing.
    Result<UniqueFd> reopen_read_only() const;

    /// `other` is a descriptor of this very memory.
    bool is_same(const UniqueFd& other) const;

    std::uint64_t size() const { return page_.region_size; }

    std::uint64_t instance() const { return page_.instance; }

    /// Takes back what a viewer said: it is gone, or the index goes to another one.
    void clear_viewer(unsigned index);

    void set_status(const BrokerStatus& status);

    /// Writes the page again where it differs: a virtual machine that loads a saved state brings
    /// old bytes back.
    void refresh();

  private:
    BrokerMemory(UniqueFd fd, MappedMemory memory, const abi::BrokerPage& page)
        : fd_(std::move(fd)), memory_(std::move(memory)), page_(page) {}

    std::uint64_t* shared_page() const;

    UniqueFd fd_;
    MappedMemory memory_;
    abi::BrokerPage page_;
};

/// `fd` is an eventfd. Trust: it may be anything.
bool is_event_fd(const UniqueFd& fd);

}  // namespace oriel
