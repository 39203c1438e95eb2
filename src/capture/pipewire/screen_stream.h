// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pipewire/pipewire.h>

#include "base/clock.h"
#include "base/linux/fd.h"
#include "base/result.h"
#include "capture/pipewire/buffer_notes.h"
#include "capture/pipewire/portal.h"
#include "capture/pipewire/stream_buffer.h"
#include "capture/pipewire/stream_params.h"
#include "relay/frame_info.h"

namespace oriel::pipewire_capture {

/// The pictures of a screen that a portal granted. The newest is held: its producer writes into
/// others meanwhile, and gets it back for the next.
///
/// Threads: PipeWire has one of its own that takes buffers from the producer; everything of ours is
/// called by dispatch().
class ScreenStream {
  public:
    enum class Flow : std::uint8_t { Paused, Running };

    /// Errors: PipeWire does not answer.
    static Result<std::unique_ptr<ScreenStream>> open(Grant grant);

    ScreenStream(const ScreenStream&) = delete;
    ScreenStream& operator=(const ScreenStream&) = delete;
    ~ScreenStream();

    int fd() const { return pw_loop_get_fd(loop_); }

    /// Errors: the connection to PipeWire is gone.
    Result<void> dispatch();

    /// When to call dispatch() without any event.
    std::optional<Nanoseconds> due() const { return nudge_at_; }

    /// Whether its producer ended it; the connection still stands.
    bool is_over() const { return is_over_; }

    /// A new stream runs until its first picture has come, whatever is said here.
    void set_flow(Flow flow);

    /// Of the held picture, or of the next one where none has come; empty: not known yet.
    const FrameGeometry& geometry() const { return geometry_; }

    /// One that is no older than the last set_flow(), unless its producer sends none for so long
    /// that it must be the same still.
    bool has_picture() const { return held_ != nullptr && !is_awaiting_; }

    /// What changed since take_damage(), and when that came.
    const Damage& damage() const { return damage_; }

    std::optional<Nanoseconds> changed_since() const { return changed_since_; }

    void add_damage(const Damage& damage);
    void take_damage();

    /// The held picture: its first pixel, and the bytes from row to row.
    struct Pixels {
        const std::byte* first;
        std::uint32_t stride;
    };

    /// Only where there is a picture. Errors: as StreamBuffer::read().
    Result<void> read(const std::function<void(const Pixels&)>& take) const;

    const std::optional<CursorPosition>& cursor_position() const { return cursor_position_; }

    std::optional<CursorImage> take_cursor_image() {
        return std::exchange(cursor_image_, std::nullopt);
    }

  private:
    ScreenStream() = default;

    Result<void> connect(Grant grant);
    void on_error(std::uint32_t id, int code, const char* text);
    void on_state(pw_stream_state state, const char* text);
    void on_format(const spa_pod* param);
    void on_buffer_added(pw_buffer* buffer);
    void on_buffer_removed(const pw_buffer* buffer);
    void on_pictures();
    bool hold(pw_buffer* buffer);
    void note_cursor(const spa_buffer& buffer);
    void let_go();
    void apply_flow();
    void await_picture();
    void nudge();

    static const pw_core_events kCoreEvents;
    static const pw_stream_events kStreamEvents;

    pw_loop* loop_ = nullptr;
    pw_context* context_ = nullptr;
    pw_core* core_ = nullptr;
    pw_stream* stream_ = nullptr;
    spa_hook core_hook_{};
    spa_hook stream_hook_{};
    std::vector<std::unique_ptr<StreamBuffer>> buffers_;
    std::optional<StreamFormat> format_;
    FrameGeometry geometry_;
    pw_buffer* held_ = nullptr;
    std::size_t held_offset_ = 0;  ///< Of the crop's first pixel.
    std::uint32_t held_stride_ = 0;
    Damage damage_;
    std::optional<Nanoseconds> changed_since_;
    std::optional<CursorPosition> cursor_position_;
    std::optional<CursorImage> cursor_image_;
    bool is_shapeless_ = false;
    Flow wanted_flow_ = Flow::Running;
    Flow flow_ = Flow::Running;
    bool is_awaiting_ = true;  ///< No picture has come since the stream began to flow.
    bool is_nudging_ = false;
    std::uint32_t nudges_ = 0;
    std::optional<Nanoseconds> nudge_at_;
    bool is_over_ = false;
    std::optional<Error> failure_;
};

}  // namespace oriel::pipewire_capture
