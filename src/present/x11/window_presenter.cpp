// SPDX-License-Identifier: MIT
#include "present/x11/window_presenter.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/assert.h"
#include "present/pixel_convert.h"
#include "present/x11/auto_repeat.h"
#include "present/x11/lock_lights.h"
#include "present/x11/scale.h"

namespace oriel {

Result<std::unique_ptr<Presenter>> open_x11_presenter(const X11PresenterOptions& options) {
    if (options.size && options.size->is_empty()) {
        return Failure(Error::usage("cannot open a window without width or height"));
    }
    ORIEL_TRY_ASSIGN(X11Connection connection, X11Connection::open(options.display));
    return std::make_unique<X11Presenter>(std::move(connection), options);
}

X11Presenter::X11Presenter(X11Connection connection, const X11PresenterOptions& options)
    : connection_(std::move(connection)),
      window_(connection_, options.size, options.follow, options.title),
      source_(connection_),
      canvas_(connection_, window_),
      layers_(connection_, window_.id(), window_.size()),
      cursor_(connection_, window_.id()),
      refresh_(connection_, window_.id()),
      grab_(connection_, window_.id()),
      idle_inhibit_(connection_),
      scale_(read_text_scale(connection_)),
      told_area_(area()) {
    ask_for_detectable_auto_repeat(connection_);
    if (options.position) {
        window_.place_at(*options.position);
    }
    window_.set_mode(options.mode);
}

std::string X11Presenter::description() const {
    const bool carries_memory = connection_.abilities().attaches_fds;
    const char* way = source_.is_region_bound() ? "zero-copy"
                      : carries_memory          ? "by copies"
                                                : "by copies sent to the server";
    return fmt::format("x11 {}, {}", connection_.name(), way);
}

Presenter::Use X11Presenter::use() const {
    return source_.is_region_bound() ? Use::HandsOn : Use::Copies;
}

Result<void> X11Presenter::bind_region(const UniqueFd& fd, const MappedMemory& memory) {
    return source_.bind_region(fd, memory);
}

std::span<std::byte> X11Presenter::copy_target(const FrameGeometry& geometry) {
    return source_.copy_target(geometry);
}

Result<void> X11Presenter::show(const PresentFrame& frame, const Damage& damage) {
    ORIEL_ASSERT(is_ready());
    ORIEL_ASSERT(frame.pixels.size() >= frame.info.geometry.bytes());
    ORIEL_TRY(connection_.check());
    const Size picture = shown_size(frame.info);
    ORIEL_ASSERT(!picture.is_empty());
    if (picture != canvas_.viewport().picture()) {
        window_.follow(picture);
        layers_.follow_size(window_.size());
    }
    is_stale_ = canvas_.lay_out(picture) || is_stale_;
    window_.show();
    // Before it is mapped the server throws pixels away; it will ask for them by Expose.
    const bool is_drawn = is_mapped_ && !layers_.hides_picture();
    if (is_drawn) {
        ORIEL_TRY(draw(frame, damage));
        refresh_.on_frame(monotonic_now());
    }
    is_stale_ = !is_drawn;
    in_flight_ = {frame.token,
                  is_drawn ? InFlight::Outcome::Drawn : InFlight::Outcome::Dropped,
                  xcb_get_input_focus(connection_.get())};
    flush();
    return connection_.check();
}

Result<void> X11Presenter::draw(const PresentFrame& frame, const Damage& damage) {
    std::array<Rect, abi::kMaxDamageRects> parts{};
    std::size_t count = 0;
    if (is_stale_) {
        parts[count++] = Rect::of(shown_size(frame.info));
        canvas_.draw_bars();
    } else {
        for (const Rect& rect : damage.rects()) {
            const Rect part = to_shown(frame.info, rect);
            if (!part.is_empty()) {
                parts[count++] = part;
            }
        }
    }
    const std::span<const Rect> changed = std::span(parts).first(count);
    ORIEL_TRY_ASSIGN(const auto drawable, source_.drawable(frame, changed));
    canvas_.draw(drawable, changed);
    return {};
}

Result<void> X11Presenter::show_layer(Layer layer, const LayerImage& image) {
    layers_.follow_size(window_.size());
    layers_.show(
        layer, image, is_mapped_ ? X11Layers::Redraw::AtOnce : X11Layers::Redraw::WhenAsked);
    if (layer == Layer::Message) {
        is_stale_ = true;
        if (layers_.hides_picture()) {
            window_.show();
        }
    }
    flush();
    return connection_.check();
}

WindowArea X11Presenter::area() const {
    return {window_.size(), scale_};
}

std::optional<WindowPlace> X11Presenter::place() const {
    return is_mapped_ ? std::optional(window_.place()) : std::nullopt;
}

void X11Presenter::set_title(const std::string& title) {
    window_.set_title(title);
}

void X11Presenter::set_cursor(const CursorImage& image) {
    cursor_.set_image(image);
}

void X11Presenter::set_cursor_position(const CursorPosition& position) {
    cursor_.set_visibility(position.visibility);
    guest_pointer_ = position;
    place_pointer();
}

void X11Presenter::set_window_mode(WindowMode mode) {
    window_.set_mode(mode);
}

void X11Presenter::set_idle_inhibit(Idle idle) {
    idle_inhibit_.set(idle);
}

std::optional<HostLocks> X11Presenter::locks() const {
    return read_lock_lights(connection_);
}

Presenter::Refresh X11Presenter::refresh() const {
    return refresh_.value();
}

/// The server has drawn the picture itself; what a display does with it then, it does not tell.
DisplayFeedback X11Presenter::feedback() const {
    return {.is_scanned_out = DisplayFeedback::Answer::No};
}

std::optional<Nanoseconds> X11Presenter::next_refresh(Nanoseconds now) const {
    return vsync_ == Vsync::On ? refresh_after(refresh_.value(), now) : std::nullopt;
}

void X11Presenter::set_scaling(Scaling scaling) {
    canvas_.set_scaling(scaling);
    is_resized_ = true;
}

int X11Presenter::fd() const {
    return xcb_get_file_descriptor(connection_.get());
}

void X11Presenter::flush() {
    xcb_flush(connection_.get());
}

}  // namespace oriel
