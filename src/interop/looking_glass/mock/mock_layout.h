// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

// The bytes of a Looking Glass B7 region as the mock of its producer knows them: declared from the
// description of the format, and not from wire.h, so that each is a check of the other.

namespace oriel::looking_glass::mock {

struct ControlMessage {
    std::uint32_t size;
    std::uint8_t data[64];
};

struct Queue {
    std::uint32_t queue_id;
    std::uint32_t num_messages;
    std::uint32_t new_sub_count;
    std::uint32_t max_time;
    std::uint32_t position;
    std::uint32_t messages_offset;
    std::uint64_t timeout[32];
    std::uint32_t client_id[32];
    std::uint32_t lock;
    std::uint32_t pad1;
    std::uint64_t subs;
    std::uint32_t start;
    std::uint32_t pad2;
    std::uint64_t msg_timeout;
    std::uint32_t count;
    std::uint32_t control_lock;
    std::uint32_t control_available;
    std::uint32_t control_write_position;
    std::uint32_t control_written;
    std::uint32_t control_read;
    ControlMessage control[10];
};

static_assert(sizeof(Queue) == 1144);

struct Region {
    std::uint32_t magic;
    std::uint32_t version;
    std::uint32_t session_id;
    std::uint32_t pad1;
    std::uint64_t timestamp;
    std::uint32_t num_queues;
    std::uint32_t pad2;
    Queue queues[5];
    std::uint32_t udata_size;
    std::uint8_t udata[4];
};

static_assert(sizeof(Region) == 5760 && offsetof(Region, udata) == 5756);

struct RingEntry {
    std::uint32_t udata;
    std::uint32_t size;
    std::uint32_t offset;
    std::uint32_t pending_subs;
};

struct Cursor {
    std::int16_t x{};
    std::int16_t y{};
    std::uint32_t type{};
    std::int8_t hx{};
    std::int8_t hy{};
    std::uint8_t pad[2]{};
    std::uint32_t width{};
    std::uint32_t height{};
    std::uint32_t pitch{};
};

struct Rectangle {
    std::uint32_t x;
    std::uint32_t y;
    std::uint32_t width;
    std::uint32_t height;
};

struct Frame {
    std::uint32_t format_ver;
    std::uint32_t frame_serial;
    std::uint32_t type;
    std::uint32_t screen_width;
    std::uint32_t screen_height;
    std::uint32_t data_width;
    std::uint32_t data_height;
    std::uint32_t frame_width;
    std::uint32_t frame_height;
    std::uint32_t rotation;
    std::uint32_t stride;
    std::uint32_t pitch;
    std::uint32_t offset;
    std::uint32_t damage_rects_count;
    Rectangle damage_rects[64];
    std::uint32_t flags;
};

static_assert(sizeof(Frame) == 1084 && sizeof(Cursor) == 24 && sizeof(RingEntry) == 16);

}  // namespace oriel::looking_glass::mock
