// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "interop/looking_glass/mock/mock_layout.h"

namespace oriel::looking_glass::mock {

/// What a producer says of itself in a region's header.
struct HostDescription {
    std::uint32_t format_version = 20;
    std::string version = "B7";
    std::array<std::uint8_t, 16> uuid{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    std::string capture = "mock";
    std::string system = "Mock OS";
};

/// A picture to be posted: header fields as they go over the wire.
struct FrameToPost {
    Frame header{};
    std::span<const std::byte> pixels;  ///< data_height rows of `pitch` bytes.

    /// Only these rows' bytes are written into the block; empty: all. (A producer that knows what
    /// is stale in a block writes just that.)
    std::vector<Rectangle> written{};  // NOLINT(readability-redundant-member-init): gcc wants it
    std::uint32_t bytes_per_pixel = 4;
};

/// A mock of Looking Glass's host application, for tests and benchmarks where no Windows guest can
/// run: it keeps a region as version B7 does, lock for lock, and captures nothing.
///
/// Lifetime: borrows the region, which begins at a page.
/// Threads: one; subscribers are other threads, processes, or later calls.
class MockHost {
  public:
    static constexpr std::uint32_t kPointerQueue = 1;
    static constexpr std::uint32_t kFrameQueue = 2;
    static constexpr std::uint32_t kPageAlignment = 4096;

    /// `alignment` of frames' pixels.
    explicit MockHost(std::span<std::byte> region, std::uint32_t alignment = kPageAlignment);

    /// A new session: everything in place, nothing posted. `session`: its number.
    void start(std::uint32_t session, const HostDescription& description = {});

    /// What the real one does each 10 ms, by its clock: the heartbeat, and popping what is finished
    /// or overdue.
    void beat(std::uint64_t now_ms);

    /// Somebody subscribed since this was asked last.
    bool has_new_subscribers(std::uint32_t queue_id) const;

    /// A message would reach somebody, fits the frame queue, and a block is free for it.
    bool can_post_frame() const;

    /// Posts a frame of which nothing is written yet. `frame.header`'s offset and serial are filled
    /// in, the serial counting up. False where nobody subscribes or the queue is full.
    bool post_frame(FrameToPost frame);

    /// Writes the posted frame's first `rows` rows.
    void write_rows(std::uint32_t rows);

    /// Writes the rest.
    void finish_frame();

    /// Posts the last frame once more, for a subscriber that is new.
    bool repost_frame();

    /// The last frame's number.
    std::uint32_t serial() const { return serial_; }

    /// Posts a pointer message. `flags`: 1 position, 2 visible, 4 shape. False as for frames.
    bool post_pointer(std::uint32_t flags, Cursor cursor, std::span<const std::byte> shape = {});

    /// Takes a queue's lock and never gives it back, as a process that died would.
    void die_holding_lock(std::uint32_t queue_id) const;

    Region& region() const { return *region_; }

    Queue& queue(std::uint32_t queue_id) const;
    RingEntry& entry(const Queue& queue, std::uint32_t index) const;

    /// Of the block in which the next frame will be (or the last one is).
    std::uint32_t frame_block(std::size_t which) const { return frame_blocks_[which]; }

    Frame& frame_at(std::uint32_t block) const;

    /// Bytes of pixels a block has room for.
    std::uint32_t frame_room() const { return block_size_ - alignment_; }

  private:
    std::uint32_t allocate(std::uint32_t size, std::uint32_t alignment);
    void add_queue(std::uint32_t index, std::uint32_t queue_id, std::uint32_t depth);
    void write_user_data(const HostDescription& description);
    void reap(Queue& queue) const;
    bool post(Queue& queue,
              std::uint32_t user_data,
              std::uint32_t offset,
              std::uint32_t size) const;
    void copy(std::uint32_t from_row, std::uint32_t to_row);
    std::uint32_t& written() const;

    std::span<std::byte> bytes_;
    Region* region_;
    std::uint32_t alignment_;
    std::uint32_t next_ = 0;
    std::uint64_t now_ms_ = 0;
    std::array<std::uint32_t, 20> pointer_blocks_{};
    std::array<std::uint32_t, 3> shape_blocks_{};
    std::array<std::uint32_t, 2> frame_blocks_{};
    std::uint32_t block_size_ = 0;
    std::uint32_t pointer_turn_ = 0;
    std::uint32_t shape_turn_ = 0;
    std::uint32_t frame_turn_ = 0;  ///< The block that the next frame goes into.
    std::uint32_t serial_ = 0;
    std::optional<FrameToPost> current_;
    std::uint32_t current_block_ = 0;
    std::uint32_t rows_ = 0;
};

}  // namespace oriel::looking_glass::mock
