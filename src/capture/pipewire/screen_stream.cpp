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

ScreenStream& from(void* self) {
    return *static_cast<ScreenStream*>(self);
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

const pw_stream_events ScreenStream::kEvents = {
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
    std::unique_ptr<ScreenStream> stream(new ScreenStream);
    ORIEL_TRY(stream->connect(std::move(grant)));
    return stream;
}

Result<void> ScreenStream::connect(Grant grant) {
    ORIEL_TRY_ASSIGN(link_, PipewireLink::open(std::move(grant.remote)));
    stream_ = pw_stream_new(link_->core(), "oriel-guest", stream_properties());
    if (stream_ == nullptr) {
        return Failure(no_pipewire(errno));
    }
    flow_.begin(stream_);
    pw_stream_add_listener(stream_, &hook_, &kEvents, this);
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
        spa_hook_remove(&hook_);
        pw_stream_destroy(stream_);
    }
}

Result<void> ScreenStream::dispatch() {
    flow_.nudge();
    return link_->dispatch();
}

void ScreenStream::on_state(pw_stream_state state, const char* text) {
    say(LogLevel::Debug,
        fmt::format("the stream from the desktop is {}{}",
                    pw_stream_state_as_string(state),
                    text == nullptr ? "" : fmt::format(" ({})", text)));
    flow_.on_state(state);
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
    flow_.on_format();
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
        if (auto notes = read_cursor_notes(*buffer->buffer)) {
            cursor_.note(std::move(*notes));
        }
        if (!hold(buffer)) {
            pw_stream_queue_buffer(stream_, buffer);
        }
    }
    flow_.apply(held_ != nullptr);
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
    flow_.on_picture();
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

/// Gives the held picture back.
void ScreenStream::let_go() {
    if (held_ != nullptr) {
        pw_stream_queue_buffer(stream_, std::exchange(held_, nullptr));
    }
}

}  // namespace oriel::pipewire_capture
