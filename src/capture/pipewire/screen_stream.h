// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <pipewire/pipewire.h>

#include "base/clock.h"
#include "base/result.h"
#include "capture/pipewire/pipewire_link.h"
#include "capture/pipewire/portal.h"
#include "capture/pipewire/stream_buffer.h"
#include "capture/pipewire/stream_cursor.h"
#include "capture/pipewire/stream_flow.h"
#include "capture/pipewire/stream_params.h"
#include "relay/damage.h"
#include "relay/frame_info.h"

namespace oriel::pipewire_capture {

/// The pictures of a screen that a portal granted. The newest is held: its producer writes into
/// others meanwhile, and gets it back for the next.
///
/// Threads: PipeWire has one of its own that takes buffers from the producer; everything of ours is
/// called by dispatch().
class ScreenStream {
  public:
    using Flow = StreamFlow::Flow;

    /// Errors: PipeWire does not answer.
    static Result<std::unique_ptr<ScreenStream>> open(Grant grant);

    ScreenStream(const ScreenStream&) = delete;
    ScreenStream& operator=(const ScreenStream&) = delete;
    ~ScreenStream();

    int fd() const { return link_->fd(); }

    /// Errors: the connection to PipeWire is gone.
    Result<void> dispatch();

    /// When to call dispatch() without any event.
    std::optional<Nanoseconds> due() const { return flow_.due(); }

    /// Whether its producer ended it; the connection still stands.
    bool is_over() const { return is_over_; }

    /// A new stream runs until its first picture has come, whatever is said here.
    void set_flow(Flow flow) { flow_.want(flow, held_ != nullptr); }

    /// Of the held picture, or of the next one where none has come; empty: not known yet.
    const FrameGeometry& geometry() const { return geometry_; }

    /// One that is no older than the last set_flow(), unless its producer sends none for so long
    /// that it must be the same still.
    bool has_picture() const { return held_ != nullptr && !flow_.is_awaiting(); }

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

    const std::optional<CursorPosition>& cursor_position() const { return cursor_.position(); }

    std::optional<CursorImage> take_cursor_image() { return cursor_.take_image(); }

  private:
    ScreenStream() = default;

    Result<void> connect(Grant grant);
    void on_state(pw_stream_state state, const char* text);
    void on_format(const spa_pod* param);
    void on_buffer_added(pw_buffer* buffer);
    void on_buffer_removed(const pw_buffer* buffer);
    void on_pictures();
    bool hold(pw_buffer* buffer);
    void let_go();

    static const pw_stream_events kEvents;

    std::unique_ptr<PipewireLink> link_;
    pw_stream* stream_ = nullptr;
    spa_hook hook_{};
    std::vector<std::unique_ptr<StreamBuffer>> buffers_;
    std::optional<StreamFormat> format_;
    FrameGeometry geometry_;
    pw_buffer* held_ = nullptr;
    std::size_t held_offset_ = 0;  ///< Of the crop's first pixel.
    std::uint32_t held_stride_ = 0;
    Damage damage_;
    std::optional<Nanoseconds> changed_since_;
    StreamCursor cursor_;
    StreamFlow flow_;
    bool is_over_ = false;
};

}  // namespace oriel::pipewire_capture
