// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/mapped_memory.h"
#include "base/native_handle.h"
#include "base/result.h"
#include "region/target.h"
#include "relay/session_status.h"

namespace oriel {

/// What a process does with a region.
enum class Role : std::uint8_t {
    Watch,    ///< Reads only, holds nothing (status, screenshot).
    Show,     ///< A viewer: reads, holds slots, writes its own page.
    Publish,  ///< The guest agent, or a publisher on the host. One at a time.
};

/// A region somebody opened: its memory, its place among the viewers, its doorbells.
///
/// Lifetime: closing it gives everything back: the viewer index, the publisher's place, locks.
/// Threads: one.
/// Trust: the memory's content is hostile whatever the source. Its size comes from the system.
class Region {
  public:
    /// Opens `target` in `role`, whichever source it names.
    /// Blocks: never for a peer; for a broker that does not answer up to 10 s.
    /// Errors: NotFound (nobody serves it; what to start), Busy (another publisher, 16 viewers,
    /// by name), System (permissions and the group that would help), Unsupported, Protocol.
    static Result<std::unique_ptr<Region>> open(const Target& target, Role role);

    virtual ~Region() = default;
    Region(const Region&) = delete;
    Region& operator=(const Region&) = delete;

    const MappedMemory& memory() const { return memory_; }

    /// The file behind the memory, to hand to a display server. Show and Publish only, and closed
    /// where no other program can map it (a PCI device under a locked-down kernel).
    const OwnedHandle& fd() const { return fd_; }

    Role role() const { return role_; }

    /// Whose content it was found to have when it was opened.
    RegionProtocol protocol() const { return protocol_; }

    /// Show: which of the ViewerPages is ours.
    unsigned viewer_index() const { return viewer_index_; }

    /// Show: where the broker was told that keyboard and pointer go (`--input`); empty: nowhere, or
    /// nobody serves the region.
    /// Trust: the broker's own word over its socket, which nobody in the region can change.
    const std::string& input_uri() const { return input_uri_; }

    /// Ready when the other side rang; kNoHandle where the source has no doorbell (then the owner
    /// paces itself by a timer). Drain with drain_doorbell().
    virtual NativeHandle doorbell_handle() const = 0;

    /// Returns how often it was rung since it was drained last: by the other side's word, who may
    /// say anything; 0 where somebody else drained it.
    virtual std::uint64_t drain_doorbell() noexcept = 0;

    /// There is a doorbell, and yet the other side may lose its end of it with nobody saying so (in
    /// a virtual machine, whose host starts the broker anew): the owner looks now and then as well.
    virtual bool may_fall_silent() const { return false; }

    /// Rings each viewer n whose bit is set (Publish), or the publisher (Show). Never blocks.
    virtual void ring_viewers(std::uint32_t bits) noexcept = 0;
    virtual void ring_publisher() noexcept = 0;

    /// Ready (or hung up) when whoever serves the region said something or went away; then call
    /// serve_connection(). kNoHandle where nobody serves it.
    virtual NativeHandle connection_handle() const = 0;

    /// Keeps the link to the broker: notes that it is gone (the memory stays usable), and, while it
    /// is gone, tries to come back, handing over what this process holds so that the broker takes
    /// the same memory up again. Where nobody serves it: looks whether the content is another
    /// protocol's now. Call when connection_handle() is ready and at each tick (2 Hz).
    virtual void serve_connection() = 0;

    /// What serve_connection() last found.
    enum class Link : std::uint8_t {
        Served,    ///< The broker is there (or none is needed).
        Alone,     ///< The broker is gone; memory and doorbells still work.
        Replaced,  ///< Other memory is under this name, or another protocol in it: reopen.
    };
    virtual Link link() const = 0;

    /// A part of the memory, whole pages, as a descriptor that a GPU or a compositor can import.
    /// Errors: Unsupported where the source has none; System.
    virtual Result<OwnedHandle> export_dma_buf(std::uint64_t offset, std::uint64_t size) const;

    /// A person's word for it: the name or path.
    virtual std::string description() const = 0;

    /// What a person does to get one of `bytes`, where this one is too small: "start the broker
    /// with --size 128".
    virtual std::string how_to_enlarge(std::uint64_t bytes) const;

  protected:
    Region() = default;

    MappedMemory memory_;
    OwnedHandle fd_;
    Role role_ = Role::Watch;
    RegionProtocol protocol_ = RegionProtocol::Oriel;
    unsigned viewer_index_ = 0;
    std::string input_uri_;
};

}  // namespace oriel
