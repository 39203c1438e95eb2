// SPDX-License-Identifier: MIT
#include "pipewire/screen_producer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <spa/param/buffers.h>
#include <spa/param/format.h>
#include <spa/param/video/format-utils.h>
#include <spa/pod/builder.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/linux/sealed_memory.h"

namespace oriel::test {
namespace {

constexpr std::uint32_t kPointerSide = 8;
constexpr std::int32_t kHotX = 3;
constexpr std::int32_t kHotY = 2;
constexpr std::uint32_t kGap = 64;  ///< Bytes between rows, as no reader may take for granted.
constexpr std::int32_t kPointerBytes =
    sizeof(spa_meta_cursor) + sizeof(spa_meta_bitmap) + kPointerSide * kPointerSide * 4;

class Lock {
  public:
    explicit Lock(pw_thread_loop* loop) : loop_(loop) { pw_thread_loop_lock(loop_); }

    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

    ~Lock() { pw_thread_loop_unlock(loop_); }

  private:
    pw_thread_loop* loop_;
};

std::uint32_t stride_of(Size size) {
    return size.width * 4 + kGap;
}

ScreenProducer& from(void* self) {
    return *static_cast<ScreenProducer*>(self);
}

const spa_pod* meta(spa_pod_builder& builder, std::uint32_t type, std::int32_t size) {
    spa_pod_frame frame{};
    spa_pod_builder_push_object(&builder, &frame, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta);
    spa_pod_builder_prop(&builder, SPA_PARAM_META_type, 0);
    spa_pod_builder_id(&builder, type);
    spa_pod_builder_prop(&builder, SPA_PARAM_META_size, 0);
    spa_pod_builder_int(&builder, size);
    return static_cast<const spa_pod*>(spa_pod_builder_pop(&builder, &frame));
}

template <class T>
T* find_meta(pw_buffer* buffer, std::uint32_t type) {
    return static_cast<T*>(spa_buffer_find_meta_data(buffer->buffer, type, sizeof(T)));
}

spa_region region_of(const Rect& rect) {
    return {{static_cast<std::int32_t>(rect.x), static_cast<std::int32_t>(rect.y)},
            {rect.width, rect.height}};
}

}  // namespace

const pw_stream_events ScreenProducer::kEvents = {
    .version = PW_VERSION_STREAM_EVENTS,
    .destroy = nullptr,
    .state_changed =
        [](void* self, pw_stream_state /*before*/, pw_stream_state now, const char* /*error*/) {
            if (now == PW_STREAM_STATE_STREAMING) {
                from(self).arm_first_picture();
            }
            pw_thread_loop_signal(from(self).loop_, false);
        },
    .control_info = nullptr,
    .io_changed = nullptr,
    .param_changed =
        [](void* self, std::uint32_t id, const spa_pod* param) {
            if (id == SPA_PARAM_Format && param != nullptr) {
                from(self).describe_buffers();
            }
        },
    .add_buffer = [](void* self, pw_buffer* buffer) { from(self).add_buffer(buffer); },
    .remove_buffer = [](void* self, pw_buffer* buffer) { from(self).buffers_.erase(buffer); },
    .process = nullptr,
    .drained = nullptr,
    .command = nullptr,
    .trigger_done = nullptr,
};

Result<std::unique_ptr<ScreenProducer>> ScreenProducer::start(const std::string& remote,
                                                              Size size) {
    pw_init(nullptr, nullptr);
    std::unique_ptr<ScreenProducer> producer(new ScreenProducer);
    producer->size_ = size;
    producer->truth_.assign(size.area(), 0);
    ORIEL_TRY(producer->connect(remote));
    return producer;
}

/// As a compositor does: at its next refresh.
void ScreenProducer::arm_first_picture() {
    if (misses_first_picture_.exchange(false)) {
        return;
    }
    timespec refresh{.tv_sec = 0, .tv_nsec = 20'000'000};
    pw_loop_update_timer(pw_thread_loop_get_loop(loop_), refresh_, &refresh, nullptr, false);
}

Result<void> ScreenProducer::connect(const std::string& remote) {
    loop_ = pw_thread_loop_new("screen", nullptr);
    refresh_ = pw_loop_add_timer(
        pw_thread_loop_get_loop(loop_),
        [](void* self, std::uint64_t /*times*/) {
            from(self).send(Content::Picture, Rect::of(from(self).size_));
        },
        this);
    context_ = pw_context_new(pw_thread_loop_get_loop(loop_), nullptr, 0);
    pw_thread_loop_start(loop_);
    const Lock lock(loop_);
    core_ = pw_context_connect(
        context_, pw_properties_new(PW_KEY_REMOTE_NAME, remote.c_str(), nullptr), 0);
    if (core_ == nullptr) {
        return Failure(Error::system("connect to the test's PipeWire", errno));
    }
    stream_ = pw_stream_new(
        core_,
        "screen",
        pw_properties_new(PW_KEY_MEDIA_CLASS, "Video/Source", PW_KEY_NODE_NAME, "screen", nullptr));
    pw_stream_add_listener(stream_, &hook_, &kEvents, this);
    offer();
    const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(5);
    while (pw_stream_get_state(stream_, nullptr) < PW_STREAM_STATE_PAUSED) {
        if (monotonic_now() > give_up) {
            return Failure(Error::not_found("PipeWire does not take the producer's node"));
        }
        pw_thread_loop_timed_wait(loop_, 1);
    }
    return {};
}

ScreenProducer::~ScreenProducer() {
    pw_thread_loop_stop(loop_);
    if (stream_ != nullptr) {
        pw_stream_destroy(stream_);
    }
    if (core_ != nullptr) {
        pw_core_disconnect(core_);
    }
    pw_context_destroy(context_);
    pw_thread_loop_destroy(loop_);
}

void ScreenProducer::offer() {
    std::array<std::byte, 1024> memory{};
    spa_pod_builder builder{};
    spa_pod_builder_init(&builder, memory.data(), memory.size());
    spa_pod_frame frame{};
    spa_pod_builder_push_object(&builder, &frame, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
    const auto add_id = [&](std::uint32_t key, std::uint32_t id) {
        spa_pod_builder_prop(&builder, key, 0);
        spa_pod_builder_id(&builder, id);
    };
    add_id(SPA_FORMAT_mediaType, SPA_MEDIA_TYPE_video);
    add_id(SPA_FORMAT_mediaSubtype, SPA_MEDIA_SUBTYPE_raw);
    add_id(SPA_FORMAT_VIDEO_format, SPA_VIDEO_FORMAT_BGRx);
    spa_pod_builder_prop(&builder, SPA_FORMAT_VIDEO_size, 0);
    spa_pod_builder_rectangle(&builder, size_.width, size_.height);
    spa_pod_builder_prop(&builder, SPA_FORMAT_VIDEO_framerate, 0);
    spa_pod_builder_fraction(&builder, 0, 1);
    std::array<const spa_pod*, 1> params{
        static_cast<const spa_pod*>(spa_pod_builder_pop(&builder, &frame))};
    if (pw_stream_get_state(stream_, nullptr) == PW_STREAM_STATE_UNCONNECTED) {
        pw_stream_connect(
            stream_,
            PW_DIRECTION_OUTPUT,
            PW_ID_ANY,
            static_cast<pw_stream_flags>(PW_STREAM_FLAG_DRIVER | PW_STREAM_FLAG_ALLOC_BUFFERS),
            params.data(),
            1);
    } else {
        pw_stream_update_params(stream_, params.data(), 1);
    }
}

void ScreenProducer::describe_buffers() {
    agreed_ = size_;
    std::array<std::byte, 2048> memory{};
    spa_pod_builder builder{};
    spa_pod_builder_init(&builder, memory.data(), memory.size());
    spa_pod_frame frame{};
    spa_pod_builder_push_object(&builder, &frame, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers);
    const auto add = [&](std::uint32_t key, std::int32_t value) {
        spa_pod_builder_prop(&builder, key, 0);
        spa_pod_builder_int(&builder, value);
    };
    add(SPA_PARAM_BUFFERS_buffers, 3);
    add(SPA_PARAM_BUFFERS_blocks, 1);
    add(SPA_PARAM_BUFFERS_size, static_cast<std::int32_t>(stride_of(size_) * size_.height));
    add(SPA_PARAM_BUFFERS_stride, static_cast<std::int32_t>(stride_of(size_)));
    spa_pod_builder_prop(&builder, SPA_PARAM_BUFFERS_dataType, 0);
    spa_pod_frame choice{};
    spa_pod_builder_push_choice(&builder, &choice, SPA_CHOICE_Flags, 0);
    spa_pod_builder_int(&builder, 1 << SPA_DATA_MemFd);
    spa_pod_builder_pop(&builder, &choice);
    std::array<const spa_pod*, 5> params{
        static_cast<const spa_pod*>(spa_pod_builder_pop(&builder, &frame)),
        meta(builder, SPA_META_Header, sizeof(spa_meta_header)),
        meta(builder, SPA_META_VideoCrop, sizeof(spa_meta_region)),
        meta(builder, SPA_META_VideoDamage, 4 * sizeof(spa_meta_region)),
        meta(builder, SPA_META_Cursor, kPointerBytes)};
    pw_stream_update_params(stream_, params.data(), params.size());
}

void ScreenProducer::add_buffer(pw_buffer* buffer) {
    const std::size_t bytes = std::size_t{stride_of(agreed_)} * agreed_.height;
    Buffer made;
    made.fd = create_sealed_memory("oriel-test-screen", bytes, PageSize::Normal).value();
    made.memory = MappedMemory::map(made.fd, Access::ReadWrite, "a test's screen").value();
    spa_data& data = buffer->buffer->datas[0];
    data.type = SPA_DATA_MemFd;
    data.flags = SPA_DATA_FLAG_READWRITE;
    data.fd = made.fd.get();
    data.mapoffset = 0;
    data.maxsize = static_cast<std::uint32_t>(bytes);
    data.data = made.memory.bytes().data();
    buffers_.emplace(buffer, std::move(made));
}

void ScreenProducer::put(const Rect& rect, const std::vector<std::uint32_t>& pixels) {
    for (std::uint32_t y = 0; y < rect.height; ++y) {
        const Lock lock(loop_);
        std::copy_n(pixels.begin() + std::ptrdiff_t{y} * rect.width,
                    rect.width,
                    truth_.begin() + std::ptrdiff_t{rect.y + y} * size_.width + rect.x);
    }
    send_soon(Content::Picture, rect);
}

void ScreenProducer::resize(Size size) {
    const Lock lock(loop_);
    size_ = size;
    truth_.assign(size.area(), 0);
    crop_.reset();
    offer();
}

void ScreenProducer::point(const Pointer& pointer) {
    {
        const Lock lock(loop_);
        pointer_ = pointer;
    }
    send_soon(Content::PointerAlone, {});
}

void ScreenProducer::send_broken() {
    send_soon(Content::Broken, Rect::of(size_));
}

void ScreenProducer::set_crop(const Rect& crop) {
    {
        const Lock lock(loop_);
        crop_ = crop;
    }
    send_soon(Content::Picture, Rect::of(size_));
}

bool ScreenProducer::is_watched() const {
    const Lock lock(loop_);
    return pw_stream_get_state(stream_, nullptr) == PW_STREAM_STATE_STREAMING;
}

/// False: there is no buffer for it yet.
bool ScreenProducer::send(Content content, const Rect& damage) {
    if (pw_stream_get_state(stream_, nullptr) != PW_STREAM_STATE_STREAMING) {
        return true;
    }
    pw_buffer* const buffer = size_ == agreed_ ? pw_stream_dequeue_buffer(stream_) : nullptr;
    if (buffer == nullptr) {
        return false;
    }
    fill(buffer, content, damage);
    ++sent_;
    pw_stream_queue_buffer(stream_, buffer);
    return true;
}

/// Not under the lock: PipeWire needs it to bring buffers back.
void ScreenProducer::send_soon(Content content, const Rect& damage) {
    const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(2);
    while (monotonic_now() < give_up) {
        {
            const Lock lock(loop_);
            if (send(content, damage)) {
                return;
            }
        }
        ::usleep(1000);
    }
}

void ScreenProducer::fill(pw_buffer* buffer, Content content, const Rect& damage) {
    spa_chunk& chunk = *buffer->buffer->datas[0].chunk;
    chunk.offset = 0;
    chunk.stride = static_cast<std::int32_t>(stride_of(size_));
    chunk.size = content == Content::PointerAlone ? 0 : stride_of(size_) * size_.height;
    chunk.flags = content == Content::PointerAlone ? SPA_CHUNK_FLAG_CORRUPTED : 0;
    if (content != Content::PointerAlone) {
        auto* to = static_cast<std::byte*>(buffer->buffer->datas[0].data);
        for (std::uint32_t y = 0; y < size_.height; ++y) {
            std::memcpy(to + std::size_t{y} * stride_of(size_),
                        truth_.data() + std::size_t{y} * size_.width,
                        std::size_t{size_.width} * 4);
        }
    }
    if (auto* header = find_meta<spa_meta_header>(buffer, SPA_META_Header)) {
        header->flags = content == Content::Broken ? SPA_META_HEADER_FLAG_CORRUPTED : 0;
    }
    if (auto* crop = find_meta<spa_meta_region>(buffer, SPA_META_VideoCrop)) {
        crop->region = region_of(crop_.value_or(Rect::of(size_)));
    }
    if (auto* rects = find_meta<spa_meta_region>(buffer, SPA_META_VideoDamage)) {
        rects[0].region = region_of(damage);
        rects[1].region = {};
    }
    auto* cursor = find_meta<spa_meta_cursor>(buffer, SPA_META_Cursor);
    if (cursor == nullptr) {
        return;
    }
    *cursor = {};
    if (!pointer_) {
        return;
    }
    cursor->id = 1;
    cursor->position = {pointer_->x, pointer_->y};
    cursor->hotspot = {kHotX, kHotY};
    if (!pointer_->shape.empty()) {
        cursor->bitmap_offset = sizeof(spa_meta_cursor);
        auto* bitmap = reinterpret_cast<spa_meta_bitmap*>(cursor + 1);
        *bitmap = {};
        bitmap->format = SPA_VIDEO_FORMAT_RGBA;
        bitmap->size = {kPointerSide, kPointerSide};
        bitmap->stride = kPointerSide * 4;
        bitmap->offset = sizeof(spa_meta_bitmap);
        std::memcpy(bitmap + 1, pointer_->shape.data(), pointer_->shape.size() * 4);
    }
}

}  // namespace oriel::test
