// SPDX-License-Identifier: MIT
#include "present/wayland/window_presenter.h"

#include <utility>

#include <fmt/format.h>
#include <wayland-client.h>

#include "base/assert.h"
#include "base/log.h"
#include "present/pixel_convert.h"
#include "present/pointer_motion.h"
#include "present/wayland/frame_library.h"
#include "present/wayland/listener.h"

namespace oriel {
namespace {

/// So long without being asked for the next frame: nobody sees the window.
constexpr Nanoseconds kAskedFor = std::chrono::seconds(1);

const char* frame_name(WaylandToplevel::Frame frame) {
    using Frame = WaylandToplevel::Frame;
    switch (frame) {
    case Frame::ByCompositor:
        return "framed by it";
    case Frame::ByLibrary:
        return "framed by libdecor";
    case Frame::None:
        break;
    }
    return "no frame";
}

}  // namespace

Result<std::unique_ptr<Presenter>> open_wayland_presenter(const WaylandPresenterOptions& options) {
    if (options.size && options.size->is_empty()) {
        return Failure(Error::usage("cannot open a window without width or height"));
    }
    ORIEL_TRY_ASSIGN(auto connection, WaylandConnection::open(options.display));
    ORIEL_TRY_ASSIGN(auto wakeups, WaylandWakeups::create());
    auto presenter =
        std::make_unique<WaylandPresenter>(std::move(connection), std::move(wakeups), options);
    ORIEL_TRY(presenter->open(options));
    return presenter;
}

WaylandPresenter::WaylandPresenter(std::unique_ptr<WaylandConnection> connection,
                                   WaylandWakeups wakeups,
                                   const WaylandPresenterOptions& options)
    : wakeups_(std::move(wakeups)),
      connection_(std::move(connection)),
      outputs_(*connection_),
      window_(*connection_, outputs_, options.size, options.follow, options.title),
      source_(*connection_, wakeups_),
      canvas_(*connection_, window_),
      layers_(*connection_, window_),
      cursor_(*connection_),
      locked_pointer_(*connection_, window_.surface()),
      feedback_(*connection_),
      idle_(*connection_, window_.surface()),
      input_(*connection_, window_.surface(), [this] { return visible_picture(); }),
      told_area_(area()) {}

Result<void> WaylandPresenter::open(const WaylandPresenterOptions& options) {
    ORIEL_TRY(wakeups_.add(connection_->fd(), WaylandWakeups::For::Reading));
    if (options.mode == WindowMode::FullScreen) {
        ORIEL_TRY(connection_->round_trip());  // The outputs' names.
    }
    ORIEL_TRY(map(options));
    if (window_.frame() == WaylandToplevel::Frame::None && frame_window()) {
        ORIEL_TRY(map(options));
    }
    window_.activate(options.activation_token);
    return connection_->check();
}

Result<void> WaylandPresenter::map(const WaylandPresenterOptions& options) {
    if (options.mode == WindowMode::FullScreen) {
        window_.fill_output(options.output);
    }
    window_.map();
    return connection_->round_trip();
}

/// Where the compositor draws no frame. False: there is none to be had.
bool WaylandPresenter::frame_window() {
    auto library = open_libdecor(*connection_);
    if (!library) {
        log(LogLevel::Info, "the window has no frame: " + library.error().message);
        return false;
    }
    window_.set_frame(std::move(*library));
    return true;
}

std::string WaylandPresenter::description() const {
    const std::string way =
        source_.is_region_bound() ? fmt::format("zero-copy by {}", source_.way()) : "by copies";
    return fmt::format(
        "wayland {}, {}, shown {}, {}",
        connection_->name(),
        way,
        feedback_.is_answering() ? "as the display tells" : "when the next frame is asked for",
        frame_name(window_.frame()));
}

Presenter::Use WaylandPresenter::use() const {
    return source_.is_region_bound() ? Use::HandsOn : Use::Copies;
}

Result<void> WaylandPresenter::bind_region(const UniqueFd& fd, const MappedMemory& memory) {
    return source_.bind_region(fd, memory);
}

std::span<std::byte> WaylandPresenter::copy_target(const FrameGeometry& geometry) {
    return source_.copy_target(geometry);
}

bool WaylandPresenter::is_ready() const {
    // Without waiting for refreshes a commit replaces the one before: there is no queue either.
    return !in_flight_ || vsync_ == Vsync::Off;
}

Result<void> WaylandPresenter::show(const PresentFrame& frame, const Damage& damage) {
    ORIEL_ASSERT(is_ready());
    ORIEL_ASSERT(frame.pixels.size() >= frame.info.geometry.bytes());
    ORIEL_TRY(connection_->check());
    const Size picture = shown_size(frame.info);
    ORIEL_ASSERT(!picture.is_empty());
    window_.follow(picture);
    if (window_.is_configured() && !layers_.hides_picture()) {
        ORIEL_TRY(draw(frame, damage));
    } else {
        is_frame_lost_ = is_frame_lost_ || !window_.is_configured();
        is_stale_ = true;
        finished_.push_back(frame.token);
    }
    flush();
    return connection_->check();
}

Result<void> WaylandPresenter::draw(const PresentFrame& frame, const Damage& damage) {
    const Damage whole = Damage::whole(frame.info.geometry.size);
    is_stale_ = canvas_.lay_out(shown_size(frame.info)) || is_stale_;
    if (damage.is_empty() && !is_stale_) {
        // It is to be seen already; and some compositors ask for no other after a commit that
        // changes nothing.
        shown_.push_back({frame.token, monotonic_now()});
        finished_.push_back(frame.token);
        return {};
    }
    ORIEL_TRY_ASSIGN(const auto drawable, source_.drawable(frame, is_stale_ ? whole : damage));
    using Extent = WaylandCanvas::Extent;
    ORIEL_TRY(canvas_.attach(drawable, is_stale_ ? Extent::Whole : Extent::Changed));
    is_stale_ = false;
    taken_.reset();
    ask_for_next(canvas_.picture_surface(), frame.token);
    feedback_.ask(canvas_.picture_surface(), frame.token, canvas_.may_tear());
    if (drawable.memory == WaylandFrameSource::Drawable::Memory::Ours) {
        finished_.push_back(frame.token);
    }
    is_uncommitted_ = true;
    return {};
}

void WaylandPresenter::ask_for_next(wl_surface* surface, std::uint64_t token) {
    in_flight_ = {token, WaylandOwned<wl_callback>(wl_surface_frame(surface)), monotonic_now()};
    static constexpr wl_callback_listener kListener = {
        .done = WaylandEvent<&WaylandPresenter::take_frame_done>::call};
    wl_callback_add_listener(in_flight_->callback.get(), &kListener, this);
}

void WaylandPresenter::take_frame_done(std::uint32_t /*time*/) {
    const std::uint64_t token = in_flight_->token;
    in_flight_.reset();
    if (feedback_.is_answering()) {
        taken_ = {token, monotonic_now()};
    } else {
        feedback_.forget(token);
        shown_.push_back({token, monotonic_now()});
    }
}

Result<void> WaylandPresenter::show_layer(Layer layer, const LayerImage& image) {
    ORIEL_TRY(connection_->check());
    const bool did_hide = layers_.hides_picture();
    ORIEL_TRY(layers_.show(layer, image));
    is_stale_ = is_stale_ || did_hide;
    is_uncommitted_ = true;
    flush();
    return connection_->check();
}

WindowArea WaylandPresenter::area() const {
    return {window_.device_size(), window_.scale()};
}

std::optional<WindowPlace> WaylandPresenter::place() const {
    return window_.is_configured() ? std::optional(window_.place()) : std::nullopt;
}

void WaylandPresenter::set_title(const std::string& title) {
    window_.set_title(title);
}

void WaylandPresenter::set_cursor(const CursorImage& image) {
    cursor_.set_image(image);
    locked_pointer_.set_image(image);
}

void WaylandPresenter::set_cursor_position(const CursorPosition& position) {
    cursor_.set_visibility(position.visibility);
    guest_pointer_ = position;
}

void WaylandPresenter::set_window_mode(WindowMode mode) {
    window_.set_mode(mode);
}

void WaylandPresenter::set_idle_inhibit(Idle idle) {
    idle_.set(idle);
}

void WaylandPresenter::set_grab(const Grab& grab) {
    const bool is_unlocked = input_.is_locked() && grab.pointer != Grab::Pointer::Relative;
    if (is_unlocked && guest_pointer_ && !canvas_.viewport().picture().is_empty()) {
        // Where the guest has its pointer the display's comes back.
        input_.place_locked(place_in_window(*guest_pointer_, canvas_.viewport()));
        is_uncommitted_ = true;
        flush();
    }
    input_.set_grab(grab);
}

std::optional<HostLocks> WaylandPresenter::locks() const {
    return input_.locks();
}

/// Without a picture where a message covers it.
WaylandSeatWindow::Picture WaylandPresenter::visible_picture() const {
    return {.viewport = layers_.hides_picture() ? Viewport{} : canvas_.viewport(),
            .pixel = 1 / window_.scale()};
}

Presenter::Refresh WaylandPresenter::refresh() const {
    const Refresh told = feedback_.refresh();
    return told.mhz != 0 ? told : Refresh{.mhz = window_.refresh_mhz()};
}

DisplayFeedback WaylandPresenter::feedback() const {
    return feedback_.display();
}

void WaylandPresenter::set_vsync(Vsync vsync) {
    vsync_ = vsync;
    canvas_.set_vsync(vsync);
    is_uncommitted_ = true;
}

void WaylandPresenter::set_scaling(Scaling scaling) {
    canvas_.set_scaling(scaling);
    is_scaling_new_ = true;
}

int WaylandPresenter::fd() const {
    return wakeups_.fd();
}

void WaylandPresenter::flush() {
    const bool is_locked = input_.is_locked() && guest_pointer_ && !layers_.hides_picture();
    const bool has_moved = is_locked ? locked_pointer_.show(*guest_pointer_, canvas_.viewport())
                                     : locked_pointer_.hide();
    is_uncommitted_ = is_uncommitted_ || has_moved;
    const bool has_content = !canvas_.is_empty() || layers_.hides_picture();
    if (is_uncommitted_ && window_.is_configured() && has_content) {
        if (canvas_.ensure_background()) {
            input_.follow_picture();
            canvas_.commit();
            is_uncommitted_ = false;
        }
    }
    follow_cursor();
    connection_->flush();
}

/// The guest's pointer as large as it is in the picture.
void WaylandPresenter::follow_cursor() {
    const Viewport& viewport = canvas_.viewport();
    if (!viewport.picture().is_empty()) {
        cursor_.set_scale(static_cast<double>(viewport.picture().width) / viewport.target().width);
    }
    if (!cursor_.update()) {
        return;
    }
    const bool is_hidden =
        guest_pointer_ && guest_pointer_->visibility == CursorPosition::Visibility::Hidden;
    using Kind = WaylandCursorLook::Kind;
    const Kind kind = is_hidden                      ? Kind::Hidden
                      : cursor_.surface() != nullptr ? Kind::Surface
                                                     : Kind::Arrow;
    input_.set_look({.kind = kind,
                     .surface = cursor_.surface(),
                     .hot_x = cursor_.hot_x(),
                     .hot_y = cursor_.hot_y()});
}

Result<void> WaylandPresenter::dispatch(PresenterListener& listener) {
    ORIEL_TRY(connection_->dispatch());
    return tell(listener);
}

Result<void> WaylandPresenter::dispatch_read(PresenterListener& listener) {
    ORIEL_TRY(connection_->dispatch_read());
    return tell(listener);
}

/// All that is news.
Result<void> WaylandPresenter::tell(PresenterListener& listener) {
    if (window_.take_close_wanted()) {
        listener.on_close_wanted();
    }
    // What was lost first, so that the frame shown next is the whole one.
    follow_window(listener);
    tell_visibility(listener);
    input_.tell(listener);
    tell_finished(listener);
    return connection_->check();
}

void WaylandPresenter::follow_window(PresenterListener& listener) {
    const bool is_scaling_new = std::exchange(is_scaling_new_, false);
    if (!window_.take_change() && !is_scaling_new) {
        return;
    }
    if (auto followed = layers_.follow_window(); !followed) {
        log(LogLevel::Warning, followed.error().message);
    }
    const bool is_out_of_shape = canvas_.follow_window();
    // Committed by the frame that follows, or before the next sleep; but not where the last frame
    // brought it: mutter tells of no frame that another commit follows before the refresh.
    is_uncommitted_ = is_uncommitted_ || layers_.are_shown() || canvas_.is_behind_window();
    if (std::exchange(is_frame_lost_, false) || is_out_of_shape) {
        is_stale_ = true;
        if (!layers_.hides_picture()) {
            listener.on_exposed();
        }
    }
    if (const WindowArea now = area(); now != told_area_) {
        told_area_ = now;
        listener.on_resized(now);
    }
}

void WaylandPresenter::tell_visibility(PresenterListener& listener) {
    const bool is_overdue = in_flight_ && monotonic_now() - in_flight_->since > kAskedFor;
    const bool is_visible = !window_.is_hidden() && !is_overdue;
    if (is_visible != told_visible_) {
        told_visible_ = is_visible;
        listener.on_visibility(is_visible);
    }
}

void WaylandPresenter::tell_finished(PresenterListener& listener) {
    for (const WaylandFeedback::Shown& shown : feedback_.take_shown()) {
        shown_.push_back(shown);
    }
    // Sway 1.10 says so of frames in windows that are just being placed. What no other has
    // replaced, and the next one after it was asked for, is on screen all the same.
    if (taken_ && feedback_.is_discarded(taken_->token)) {
        shown_.push_back(*std::exchange(taken_, std::nullopt));
    }
    if (!shown_.empty()) {
        source_.look_for_better_way();
    }
    // The listener may show the next frame meanwhile.
    for (const WaylandFeedback::Shown& shown : std::exchange(shown_, {})) {
        listener.on_shown(shown.token, shown.when);
    }
    for (const std::uint64_t token : std::exchange(finished_, {})) {
        listener.on_released(token);
    }
    for (const std::uint64_t token : source_.take_released()) {
        listener.on_released(token);
    }
}

}  // namespace oriel
