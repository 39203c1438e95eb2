// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pipewire/pipewire.h>

#include "base/linux/fd.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "relay/geometry.h"

namespace oriel::test {

/// A compositor's end of a stream: pictures in memory files of its own, sent when they change and
/// whole when somebody starts to look. A real PipeWire stands between it and whoever reads.
///
/// Threads: PipeWire's own; the calls here may come from the test's.
class ScreenProducer {
  public:
    /// `remote`: the path of the daemon's socket. Black at first.
    /// Errors: System, also where the daemon does not take the node.
    static Result<std::unique_ptr<ScreenProducer>> start(const std::string& remote, Size size);

    ScreenProducer(const ScreenProducer&) = delete;
    ScreenProducer& operator=(const ScreenProducer&) = delete;
    ~ScreenProducer();

    std::uint32_t node() const { return pw_stream_get_node_id(stream_); }

    /// Rows of the rectangle without gaps; sends it, where somebody looks.
    void put(const Rect& rect, const std::vector<std::uint32_t>& pixels);

    /// Another mode, black.
    void resize(Size size);

    struct Pointer {
        std::int32_t x;
        std::int32_t y;
        std::vector<std::uint32_t> shape;  ///< 8 x 8 BGRA, hot spot 3,2; empty: as before.
    };

    /// Sends the pointer without a picture.
    void point(const Pointer& pointer);

    /// Sends all of the picture, and says that it is broken.
    void send_broken();

    /// From now on a picture is that part of what is sent.
    void set_crop(const Rect& crop);

    /// The picture that is due when somebody begins to look gets lost, once.
    void miss_first_picture() { misses_first_picture_ = true; }

    bool is_watched() const;

    Size size() const { return size_; }

    const std::vector<std::uint32_t>& truth() const { return truth_; }

    std::uint32_t sent() const { return sent_; }

  private:
    struct Buffer {
        UniqueFd fd;
        MappedMemory memory;
    };

    enum class Content : std::uint8_t { Picture, Broken, PointerAlone };

    ScreenProducer() = default;

    Result<void> connect(const std::string& remote);
    void offer();
    void describe_buffers();
    void add_buffer(pw_buffer* buffer);
    void arm_first_picture();
    bool send(Content content, const Rect& damage);
    void send_soon(Content content, const Rect& damage);
    void fill(pw_buffer* buffer, Content content, const Rect& damage);

    static const pw_stream_events kEvents;

    pw_thread_loop* loop_ = nullptr;
    pw_context* context_ = nullptr;
    pw_core* core_ = nullptr;
    pw_stream* stream_ = nullptr;
    spa_hook hook_{};
    spa_source* refresh_ = nullptr;
    std::atomic<bool> misses_first_picture_{false};
    std::map<pw_buffer*, Buffer> buffers_;
    Size size_;
    Size agreed_;
    std::vector<std::uint32_t> truth_;
    std::optional<Rect> crop_;
    std::optional<Pointer> pointer_;
    std::atomic<std::uint32_t> sent_{0};
};

}  // namespace oriel::test
