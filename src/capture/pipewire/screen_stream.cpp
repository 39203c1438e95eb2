// SPDX-License-Identifier: MIT
#include "capture/pipewire/screen_stream.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <spa/param/param.h>

#include "capture/pipewire/say.h"

namespace oriel::pipewire_capture {
namespace {

/// A picture that a producer sends at the very start may come before we are there to take it; a
/// quiet screen would then send no other. One that starts anew sends it again.
constexpr Nanoseconds kFirstPicture = std::chrono::milliseconds(200);
constexpr std::uint32_t kMaxNudges = 3;

ScreenStream& from(void* self) {
    return *static_cast<ScreenStream*>(self);
}

Error no_pipewire(int code) {
    return Error::system("connect to the desktop's PipeWire", code);
}

/// Whoever names us to the person.
pw_properties* stream_properties() {
    return pw_properties_new(PW_KEY_MEDIA_TYPE,
                             "Video",
                             PW_KEY_MEDIA_CATEGORY,
                             "Capture",
                             PW_KEY_MEDIA_ROLE,
                             "Screen",
                             nullptr);
}

}  // namespace

const pw_core_events ScreenStream::kCoreEvents = {
    .version = PW_VERSION_CORE_EVENTS,
    .info = nullptr,
    .done = nullptr,
    .ping = nullptr,
    .error =
        [](void* self, std::uint32_t id, int /*sequence*/, int code, const char* text) {
            from(self).on_error(id, code, text);
        },
    .remove_id = nullptr,
    .bound_id = nullptr,
    .add_mem = nullptr,
    .remove_mem = nullptr,
};

const pw_stream_events ScreenStream::kStreamEvents = {
    .version = PW_VERSION_STREAM_EVENTS,
    .destroy = nullptr,
    .state_changed =
        [](void* self, pw_stream_state /*before*/, pw_stream_state state, const char* text) {
            from(self).on_state(state, text);
        },
    .control_info = nullptr,
    .io_changed = nullptr,
    .param_changed =
        [](void* self, std::uint32_t id, const spa_pod* param) {
            if (id == SPA_PARAM_Format) {
                from(self).on_format(param);
            }
        },
    .add_buffer = [](void* self, pw_buffer* buffer) { from(self).on_buffer_added(buffer); },
    .remove_buffer = [](void* self, pw_buffer* buffer) { from(self).on_buffer_removed(buffer); },
    .process = [](void* self) { from(self).on_pictures(); },
    .drained = nullptr,
    .command = nullptr,
    .trigger_done = nullptr,
};

Result<std::unique_ptr<ScreenStream>> ScreenStream::open(Grant grant) {
    static const bool is_ready = [] {
        pw_init(nullptr, nullptr);
        return true;
    }();
    static_cast<void>(is_ready);
    std::unique_ptr<ScreenStream> stream(new ScreenStream);
    ORIEL_TRY(stream->connect(std::move(grant)));
    return stream;
}

Result<void> ScreenStream::connect(Grant grant) {
    loop_ = pw_loop_new(nullptr);
    if (loop_ != nullptr) {
        // For good: what PipeWire's own thread has for a loop that is nobody's, it calls itself.
        pw_loop_enter(loop_);
        context_ = pw_context_new(loop_, nullptr, 0);
    }
    if (context_ == nullptr) {
        return Failure(Error::system("start PipeWire's client library", errno));
    }
    // It closes the descriptor, also where it fails.
    core_ = pw_context_connect_fd(context_, grant.remote.release(), nullptr, 0);
    if (core_ == nullptr) {
        return Failure(no_pipewire(errno));
    }
    // What pw_core_add_listener() does, which is a macro in C.
    pw_proxy_add_object_listener(
        reinterpret_cast<pw_proxy*>(core_), &core_hook_, &kCoreEvents, this);
    stream_ = pw_stream_new(core_, "oriel-guest", stream_properties());
    if (stream_ == nullptr) {
        return Failure(no_pipewire(errno));
    }
    pw_stream_add_listener(stream_, &stream_hook_, &kStreamEvents, this);
    StreamParams params;
    params.add_formats();
    auto pods = params.pods();
    // Never on to another node (a camera's) when this one goes.
    constexpr auto kAsOne =
        std::uint32_t{PW_STREAM_FLAG_AUTOCONNECT} | PW_STREAM_FLAG_DONT_RECONNECT;
    // They are bits. NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
    const auto flags = static_cast<pw_stream_flags>(kAsOne);
    const int done = pw_stream_connect(stream_,
                                       PW_DIRECTION_INPUT,
                                       grant.node,
                                       flags,
                                       pods.data(),
                                       static_cast<std::uint32_t>(pods.size()));
    return done < 0 ? Result<void>(Failure(no_pipewire(-done))) : Result<void>();
}

ScreenStream::~ScreenStream() {
    if (stream_ != nullptr) {
        spa_hook_remove(&stream_hook_);
        pw_stream_destroy(stream_);
    }
    if (core_ != nullptr) {
        spa_hook_remove(&core_hook_);
        pw_core_disconnect(core_);
    }
    if (context_ != nullptr) {
        pw_context_destroy(context_);
    }
    if (loop_ != nullptr) {
        pw_loop_leave(loop_);
        pw_loop_destroy(loop_);
    }
}

Result<void> ScreenStream::dispatch() {
    if (nudge_at_ && *nudge_at_ <= monotonic_now()) {
        nudge();
    }
    int done = 1;
    while (done > 0) {
        done = pw_loop_iterate(loop_, 0);
    }
    if (failure_) {
        return Failure(*failure_);
    }
    return done < 0 && done != -EINTR ? Result<void>(Failure(no_pipewire(-done))) : Result<void>();
}

void ScreenStream::on_error(std::uint32_t id, int code, const char* text) {
    if (id == PW_ID_CORE && code == -EPIPE) {
        failure_ = Error::not_found("the desktop's PipeWire is gone");
    } else {
        say(LogLevel::Debug, fmt::format("PipeWire says: {}", text == nullptr ? "?" : text));
    }
}

void ScreenStream::on_state(pw_stream_state state, const char* text) {
    say(LogLevel::Debug,
        fmt::format("the stream from the desktop is {}{}",
                    pw_stream_state_as_string(state),
                    text == nullptr ? "" : fmt::format(" ({})", text)));
    if (state == PW_STREAM_STATE_STREAMING) {
        await_picture();
    } else if (state == PW_STREAM_STATE_PAUSED && std::exchange(is_nudging_, false) &&
               flow_ == Flow::Running) {
        pw_stream_set_active(stream_, true);
    }
    is_over_ = is_over_ || state == PW_STREAM_STATE_ERROR || state == PW_STREAM_STATE_UNCONNECTED;
}

void ScreenStream::on_format(const spa_pod* param) {
    let_go();
    format_ = param == nullptr ? std::nullopt : read_format(*param);
    if (!format_) {
        return;
    }
    const FrameGeometry geometry{format_->size,
                                 format_->size.width * bytes_per_pixel(format_->format),
                                 format_->format,
                                 geometry_.transform};
    geometry_ = geometry;
    StreamParams params;
    params.add_buffers(*format_);
    auto pods = params.pods();
    pw_stream_update_params(stream_, pods.data(), static_cast<std::uint32_t>(pods.size()));
    is_awaiting_ = true;
    nudges_ = 0;
    if (pw_stream_get_state(stream_, nullptr) == PW_STREAM_STATE_STREAMING) {
        await_picture();
    }
}

void ScreenStream::on_buffer_added(pw_buffer* buffer) {
    buffer->user_data = nullptr;
    if (buffer->buffer->n_datas == 0) {
        return;
    }
    auto mapped = StreamBuffer::map(buffer->buffer->datas[0]);
    if (!mapped) {
        say(LogLevel::Warning, mapped.error().message);
        return;
    }
    buffer->user_data = mapped->get();
    buffers_.push_back(std::move(*mapped));
}

void ScreenStream::on_buffer_removed(const pw_buffer* buffer) {
    if (buffer == held_) {
        held_ = nullptr;
    }
    std::erase_if(buffers_, [&](const auto& mapped) { return mapped.get() == buffer->user_data; });
}

void ScreenStream::on_pictures() {
    while (pw_buffer* buffer = pw_stream_dequeue_buffer(stream_)) {
        note_cursor(*buffer->buffer);
        if (!hold(buffer)) {
            pw_stream_queue_buffer(stream_, buffer);
        }
    }
    apply_flow();
}

/// False: there is no picture in it.
bool ScreenStream::hold(pw_buffer* buffer) {
    const auto* mapped = static_cast<const StreamBuffer*>(buffer->user_data);
    if (mapped == nullptr || !format_) {
        return false;
    }
    const PictureNotes notes = read_picture_notes(*buffer->buffer, format_->size);
    const std::uint32_t pixel = bytes_per_pixel(format_->format);
    const auto rows = mapped->find_rows(buffer->buffer->datas[0], format_->size, pixel);
    if (!rows || notes.is_corrupted) {
        return false;
    }
    let_go();
    is_awaiting_ = false;
    nudge_at_.reset();
    held_ = buffer;
    held_stride_ = rows->stride;
    held_offset_ =
        rows->offset + std::size_t{notes.crop.y} * rows->stride + std::size_t{notes.crop.x} * pixel;
    const FrameGeometry geometry{{notes.crop.width, notes.crop.height},
                                 notes.crop.width * pixel,
                                 format_->format,
                                 notes.transform};
    add_damage(geometry == geometry_ ? notes.damage : Damage::whole(geometry.size));
    geometry_ = geometry;
    return true;
}

void ScreenStream::add_damage(const Damage& damage) {
    if (damage.is_empty()) {
        return;
    }
    damage_.add(damage);
    damage_.clip(Rect::of(geometry_.size));
    changed_since_ = changed_since_.value_or(monotonic_now());
}

void ScreenStream::take_damage() {
    damage_.clear();
    changed_since_.reset();
}

Result<void> ScreenStream::read(const std::function<void(const Pixels&)>& take) const {
    const auto* mapped = static_cast<const StreamBuffer*>(held_->user_data);
    return mapped->read([&](std::span<const std::byte> bytes) {
        take({bytes.data() + held_offset_, held_stride_});
    });
}

void ScreenStream::note_cursor(const spa_buffer& buffer) {
    auto notes = read_cursor_notes(buffer);
    if (!notes) {
        return;
    }
    if (notes->image) {
        cursor_image_ = std::move(notes->image);
        is_shapeless_ = false;
    }
    is_shapeless_ = is_shapeless_ || notes->is_shapeless;
    if (is_shapeless_) {
        notes->position.visibility = CursorPosition::Visibility::Hidden;
    }
    if (notes->position.visibility == CursorPosition::Visibility::Hidden && cursor_position_) {
        cursor_position_->visibility = CursorPosition::Visibility::Hidden;
        return;
    }
    cursor_position_ = notes->position;
}

/// Gives the held picture back.
void ScreenStream::let_go() {
    if (held_ != nullptr) {
        pw_stream_queue_buffer(stream_, std::exchange(held_, nullptr));
    }
}

void ScreenStream::set_flow(Flow flow) {
    wanted_flow_ = flow;
    apply_flow();
}

void ScreenStream::apply_flow() {
    if (wanted_flow_ == flow_ || (wanted_flow_ == Flow::Paused && held_ == nullptr)) {
        return;
    }
    flow_ = wanted_flow_;
    is_awaiting_ = flow_ == Flow::Running;
    is_nudging_ = false;
    nudges_ = 0;
    nudge_at_.reset();
    pw_stream_set_active(stream_, flow_ == Flow::Running);
}

void ScreenStream::await_picture() {
    if (is_awaiting_) {
        nudge_at_ = monotonic_now() + kFirstPicture;
    }
}

void ScreenStream::nudge() {
    nudge_at_.reset();
    if (pw_stream_get_state(stream_, nullptr) != PW_STREAM_STATE_STREAMING) {
        return;
    }
    if (nudges_ == kMaxNudges) {
        is_awaiting_ = false;
        return;
    }
    ++nudges_;
    is_nudging_ = true;
    pw_stream_set_active(stream_, false);
}

}  // namespace oriel::pipewire_capture
