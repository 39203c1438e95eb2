// SPDX-License-Identifier: MIT
#include "interop/looking_glass/mock/mock_host.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "relay/fence.h"

namespace oriel::looking_glass::mock {
namespace {

constexpr std::uint32_t kMagic = 0x504D474C;
constexpr std::uint32_t kVersion = 6;
constexpr std::uint32_t kMaxTimeMs = 1000;
constexpr std::uint32_t kControlMessages = 10;
constexpr std::uint32_t kShapeBytes = 512 * 512 * 4;
constexpr std::uint32_t kFrameDepth = 2;
constexpr std::uint32_t kPointerDepth = 20;

template <class T>
std::atomic_ref<T> shared(T& word) {
    return std::atomic_ref<T>(word);
}

std::uint32_t rounded(std::uint32_t value, std::uint32_t alignment) {
    return (value + alignment - 1) / alignment * alignment;
}

/// Spins as long as it takes, as the real one does.
class QueueLock {
  public:
    explicit QueueLock(Queue& queue) : word_(shared(queue.lock)) {
        std::uint32_t free = 0;
        while (!word_.compare_exchange_strong(free, 1)) {
            free = 0;
            spin_pause();
        }
    }

    QueueLock(const QueueLock&) = delete;
    QueueLock& operator=(const QueueLock&) = delete;

    ~QueueLock() { word_.store(0); }

  private:
    std::atomic_ref<std::uint32_t> word_;
};

void append(std::vector<std::uint8_t>& bytes, const void* data, std::size_t size) {
    const auto* const from = static_cast<const std::uint8_t*>(data);
    bytes.insert(bytes.end(), from, from + size);
}

void append_padded(std::vector<std::uint8_t>& bytes, const std::string& text, std::size_t size) {
    std::vector<char> field(size);
    std::copy_n(text.begin(), std::min(size - 1, text.size()), field.begin());
    append(bytes, field.data(), size);
}

void append_record(std::vector<std::uint8_t>& bytes,
                   std::uint8_t type,
                   const std::vector<std::uint8_t>& payload) {
    const auto size = static_cast<std::uint32_t>(payload.size());
    const std::array<std::uint8_t, 4> head{type, 0, 0, 0};
    append(bytes, head.data(), head.size());
    append(bytes, &size, sizeof size);
    append(bytes, payload.data(), payload.size());
}

std::vector<std::uint8_t> user_data_of(const HostDescription& description) {
    std::vector<std::uint8_t> machine(description.uuid.begin(), description.uuid.end());
    append_padded(machine, description.capture, 32);
    machine.insert(machine.end(), {8, 4, 1});
    append_padded(machine, "Mock CPU", 9);
    std::vector<std::uint8_t> system{3};
    append_padded(system, description.system, description.system.size() + 1);

    std::vector<std::uint8_t> bytes;
    append(bytes, "KVMFR---", 8);
    append(bytes, &description.format_version, 4);
    append_padded(bytes, description.version, 32);
    const std::uint32_t features = 1;
    append(bytes, &features, 4);
    append_record(bytes, 1, machine);
    append_record(bytes, 2, system);
    return bytes;
}

}  // namespace

MockHost::MockHost(std::span<std::byte> region, std::uint32_t alignment)
    : bytes_(region), region_(reinterpret_cast<Region*>(region.data())), alignment_(alignment) {
    ORIEL_ASSERT(region.size() >= sizeof(Region));
}

Queue& MockHost::queue(std::uint32_t queue_id) const {
    for (Queue& queue : region_->queues) {
        if (queue.queue_id == queue_id) {
            return queue;
        }
    }
    ORIEL_ASSERT(queue_id == kFrameQueue || queue_id == kPointerQueue);
    return region_->queues[0];
}

RingEntry& MockHost::entry(const Queue& queue, std::uint32_t index) const {
    auto* const ring = reinterpret_cast<RingEntry*>(bytes_.data() + queue.messages_offset);
    return ring[index];
}

Frame& MockHost::frame_at(std::uint32_t block) const {
    return *reinterpret_cast<Frame*>(bytes_.data() + block);
}

std::uint32_t& MockHost::written() const {
    return *reinterpret_cast<std::uint32_t*>(bytes_.data() + current_block_ + alignment_ - 4);
}

std::uint32_t MockHost::allocate(std::uint32_t size, std::uint32_t alignment) {
    const std::uint32_t offset = rounded(next_, alignment);
    next_ = offset + rounded(size, alignment);
    ORIEL_ASSERT(next_ <= bytes_.size());
    return offset;
}

void MockHost::start(std::uint32_t session, const HostDescription& description) {
    shared(region_->session_id).store(session);
    shared(region_->magic).store(kMagic);
    shared(region_->timestamp).store(now_ms_);
    shared(region_->version).store(kVersion);
    shared(region_->num_queues).store(0);
    write_user_data(description);
    add_queue(0, kFrameQueue, kFrameDepth);
    add_queue(1, kPointerQueue, kPointerDepth);
    std::ranges::generate(pointer_blocks_, [this] { return allocate(sizeof(Cursor), 4); });
    std::ranges::generate(shape_blocks_,
                          [this] { return allocate(sizeof(Cursor) + kShapeBytes, 4); });
    const auto left = static_cast<std::uint32_t>(bytes_.size()) - rounded(next_, alignment_);
    block_size_ = left / 2 / alignment_ * alignment_;
    std::ranges::generate(frame_blocks_, [this] { return allocate(block_size_, alignment_); });
    current_.reset();
    serial_ = 0;
}

void MockHost::write_user_data(const HostDescription& description) {
    const std::vector<std::uint8_t> bytes = user_data_of(description);
    shared(region_->udata_size).store(static_cast<std::uint32_t>(bytes.size()));
    std::memcpy(region_->udata, bytes.data(), bytes.size());
    next_ = rounded(static_cast<std::uint32_t>(sizeof(Region) + bytes.size()), 4);
}

void MockHost::add_queue(std::uint32_t index, std::uint32_t queue_id, std::uint32_t depth) {
    Queue& queue = region_->queues[index];
    queue.queue_id = queue_id;
    queue.num_messages = depth + 1;
    queue.max_time = kMaxTimeMs;
    queue.messages_offset =
        allocate((depth + 1) * static_cast<std::uint32_t>(sizeof(RingEntry)), 4);
    shared(queue.new_sub_count).store(0);
    shared(queue.subs).store(0);
    shared(queue.position).store(0);
    shared(queue.start).store(0);
    shared(queue.count).store(0);
    shared(queue.msg_timeout).store(0);
    shared(queue.control_available).store(kControlMessages);
    shared(queue.control_write_position).store(0);
    shared(queue.control_written).store(0);
    shared(queue.control_read).store(0);
    shared(region_->num_queues).store(index + 1);
}

void MockHost::beat(std::uint64_t now_ms) {
    now_ms_ = now_ms;
    shared(region_->timestamp).store(now_ms);
    for (const std::uint32_t id : {kFrameQueue, kPointerQueue}) {
        Queue& one = queue(id);
        if (shared(one.count).load() != 0) {
            const QueueLock lock(one);
            reap(one);
        }
    }
}

void MockHost::reap(Queue& queue) const {
    while (shared(queue.count).load() != 0) {
        const std::uint64_t subs = shared(queue.subs).load();
        const auto subscribed = static_cast<std::uint32_t>(subs >> 32U);
        const auto bad = static_cast<std::uint32_t>(subs);
        RingEntry& head = entry(queue, shared(queue.start).load());
        std::uint32_t pending = shared(head.pending_subs).load() & subscribed;
        if ((pending & ~bad) != 0 && now_ms_ > shared(queue.msg_timeout).load()) {
            shared(queue.subs).fetch_or(pending & ~bad);
            for (std::uint32_t slot = 0; slot < 32; ++slot) {
                if ((pending & ~bad) >> slot & 1U) {
                    shared(queue.timeout[slot]).store(now_ms_ + kMaxTimeMs);
                }
            }
            shared(head.pending_subs).store(0);
            pending = 0;
        }
        if ((pending & ~bad) != 0) {
            return;
        }
        shared(queue.start).store((shared(queue.start).load() + 1) % queue.num_messages);
        if (shared(queue.count).fetch_sub(1) != 1) {
            shared(queue.msg_timeout).store(now_ms_ + kMaxTimeMs);
        }
    }
}

bool MockHost::has_new_subscribers(std::uint32_t queue_id) const {
    return shared(queue(queue_id).new_sub_count).exchange(0) != 0;
}

bool MockHost::post(Queue& queue,
                    std::uint32_t user_data,
                    std::uint32_t offset,
                    std::uint32_t size) const {
    const QueueLock lock(queue);
    const std::uint64_t subs = shared(queue.subs).load();
    const std::uint32_t pending =
        static_cast<std::uint32_t>(subs >> 32U) & ~static_cast<std::uint32_t>(subs);
    if (pending == 0 || shared(queue.count).load() == queue.num_messages - 1) {
        return false;
    }
    const std::uint32_t position = shared(queue.position).load();
    RingEntry& message = entry(queue, position);
    shared(message.udata).store(user_data);
    shared(message.size).store(size);
    shared(message.offset).store(offset);
    shared(message.pending_subs).store(pending);
    if (shared(queue.count).fetch_add(1) == 0) {
        shared(queue.msg_timeout).store(now_ms_ + kMaxTimeMs);
    }
    shared(queue.position).store((position + 1) % queue.num_messages);
    return true;
}

bool MockHost::can_post_frame() const {
    Queue& frames = queue(kFrameQueue);
    const std::uint64_t subs = shared(frames.subs).load();
    const auto subscribed = static_cast<std::uint32_t>(subs >> 32U);
    return (subscribed & ~static_cast<std::uint32_t>(subs)) != 0 &&
           shared(frames.count).load() < kFrameDepth;
}

bool MockHost::post_frame(FrameToPost frame) {
    if (!can_post_frame()) {
        return false;
    }
    const std::uint32_t block = frame_blocks_[frame_turn_];
    frame.header.frame_serial = serial_ + 1;
    frame.header.offset = alignment_ - 4;
    // Words, as subscribers may look at the last frame's number at any time.
    Frame& header = frame_at(block);
    std::array<std::uint32_t, sizeof(Frame) / 4> words{};
    std::memcpy(words.data(), &frame.header, sizeof(Frame));
    for (std::size_t i = 0; i < words.size(); ++i) {
        shared(reinterpret_cast<std::uint32_t*>(&header)[i])
            .store(words[i], std::memory_order_relaxed);
    }
    current_block_ = block;
    shared(written()).store(0);
    if (!post(queue(kFrameQueue), 0, block, block_size_)) {
        return false;
    }
    ++serial_;
    frame_turn_ ^= 1U;
    current_ = std::move(frame);
    rows_ = 0;
    return true;
}

void MockHost::write_rows(std::uint32_t rows) {
    ORIEL_ASSERT(current_ && rows <= current_->header.data_height);
    copy(rows_, rows);
    rows_ = rows;
    shared(written()).store(rows * current_->header.pitch, std::memory_order_release);
}

void MockHost::copy(std::uint32_t from_row, std::uint32_t to_row) {
    const std::uint32_t pitch = current_->header.pitch;
    std::byte* const to = bytes_.data() + current_block_ + alignment_;
    if (current_->written.empty()) {
        std::memcpy(to + std::size_t{from_row} * pitch,
                    &current_->pixels[std::size_t{from_row} * pitch],
                    std::size_t{to_row - from_row} * pitch);
        return;
    }
    for (const Rectangle& part : current_->written) {
        const std::uint32_t first = std::max(part.y, from_row);
        const std::uint32_t last = std::min(part.y + part.height, to_row);
        for (std::uint32_t y = first; y < last; ++y) {
            const std::size_t at =
                std::size_t{y} * pitch + std::size_t{part.x} * current_->bytes_per_pixel;
            std::memcpy(to + at,
                        &current_->pixels[at],
                        std::size_t{part.width} * current_->bytes_per_pixel);
        }
    }
}

void MockHost::finish_frame() {
    write_rows(current_->header.data_height);
}

bool MockHost::repost_frame() {
    return serial_ != 0 && post(queue(kFrameQueue), 0, current_block_, block_size_);
}

bool MockHost::post_pointer(std::uint32_t flags, Cursor cursor, std::span<const std::byte> shape) {
    ORIEL_ASSERT(shape.size() <= kShapeBytes);
    std::uint32_t block = 0;
    if ((flags & 4U) != 0) {
        block = shape_blocks_[shape_turn_++ % shape_blocks_.size()];
    } else {
        block = pointer_blocks_[pointer_turn_++ % pointer_blocks_.size()];
    }
    std::memcpy(bytes_.data() + block, &cursor, sizeof cursor);
    if (!shape.empty()) {
        std::memcpy(bytes_.data() + block + sizeof cursor, shape.data(), shape.size());
    }
    const auto size = static_cast<std::uint32_t>(sizeof cursor + shape.size());
    return post(queue(kPointerQueue), flags, block, rounded(size, 4));
}

void MockHost::die_holding_lock(std::uint32_t queue_id) const {
    shared(queue(queue_id).lock).store(1);
}

}  // namespace oriel::looking_glass::mock
