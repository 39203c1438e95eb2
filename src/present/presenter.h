// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/linux/fd.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "present/layer.h"
#include "present/viewport.h"
#include "relay/cursor_image.h"
#include "relay/damage.h"
#include "relay/frame_info.h"

namespace oriel {

/// A frame for a presenter: checked numbers, and pixels that are the guest's.
///
/// Trust: the pixels may change while they are read; they are handed on, never parsed.
struct PresentFrame {
    FrameInfo info;
    std::span<const std::byte> pixels;  ///< info.geometry.bytes() long.

    /// Of pixels[0] in the region bound by bind_region(); empty: the pixels are somewhere else
    /// (a copy), so the region's descriptor is no use.
    std::optional<std::uint64_t> region_offset;

    /// Given back through on_released(). Chosen by the caller.
    std::uint64_t token = 0;

    /// Bytes of the slot from region_offset on, which a display may be lent, too: some want padding
    /// behind the last row. 0: not told.
    std::uint64_t room = 0;
};

/// A key or button: evdev codes (linux/input-event-codes.h).
struct InputEvent {
    enum class Kind : std::uint8_t {
        KeyDown,
        KeyUp,
        ButtonDown,
        ButtonUp,
        Motion,
        RelativeMotion,  ///< Only while Grab::Pointer::Relative is held.
        Scroll,
    };
    Kind kind = Kind::KeyDown;
    std::uint32_t code = 0;

    /// Motion: guest pixels; RelativeMotion: the mouse's own counts, not accelerated, whole, what
    /// is left of them kept for the next; Scroll: whole notches. Right is positive; down too, but
    /// for Scroll, where up is.
    double x = 0;
    double y = 0;

    /// Motion: of which x and y are pixels.
    Size picture{};  // NOLINT(readability-redundant-member-init): gcc wants it

    /// ButtonDown, Motion, Scroll: beside the picture, or where a message covers it.
    bool is_outside = false;
};

/// What a presenter keeps from everybody else on its display.
struct Grab {
    enum class Keyboard : std::uint8_t {
        Free,
        Taken,  ///< The display's own shortcuts come to us, too.
    };
    enum class Pointer : std::uint8_t {
        Free,
        Confined,  ///< To the window.
        Relative,  ///< Locked in its place: RelativeMotion, for as far as the hand goes.
    };

    Keyboard keyboard = Keyboard::Free;
    Pointer pointer = Pointer::Free;

    friend bool operator==(const Grab&, const Grab&) = default;
};

/// The lock lights of the host's keyboard.
struct HostLocks {
    bool scroll_lock = false;
    bool num_lock = false;
    bool caps_lock = false;

    friend bool operator==(const HostLocks&, const HostLocks&) = default;
};

/// The place that layers are drawn for.
struct WindowArea {
    Size size{};       ///< In device pixels.
    double scale = 1;  ///< How much larger than usual (96 dots per inch) texts have to be.

    friend bool operator==(const WindowArea&, const WindowArea&) = default;
};

/// How a window stands on its display, as far as a person may want it to stand there again.
struct WindowPlace {
    struct Point {
        std::int32_t x = 0;
        std::int32_t y = 0;

        friend bool operator==(const Point&, const Point&) = default;
    };

    // NOLINTBEGIN(readability-redundant-member-init): gcc wants them, or every field named
    std::optional<Size> size{};       ///< Given to it by somebody, device pixels.
    std::optional<Point> position{};  ///< Of the picture's area on the X screen; Wayland has none.
    std::string output{};             ///< Wayland: the name of the screen it is on, where known.
    // NOLINTEND(readability-redundant-member-init)
    bool is_full_screen = false;  ///< Then size and position may be missing.

    friend bool operator==(const WindowPlace&, const WindowPlace&) = default;
};

/// What the display told of the frames shown last; nothing is assumed.
struct DisplayFeedback {
    enum class Answer : std::uint8_t { Unknown, No, Yes };
    Answer is_scanned_out = Answer::Unknown;  ///< From our memory, without a copy in between.
    Answer is_tearing = Answer::Unknown;      ///< Shown at once, in the middle of a refresh.
    Answer is_vrr = Answer::Unknown;          ///< The refresh follows the frames.

    friend bool operator==(const DisplayFeedback&, const DisplayFeedback&) = default;
};

/// Who hears what a presenter has to tell. Called from dispatch() only, and free to call the
/// presenter, show() included.
class PresenterListener {
  public:
    virtual ~PresenterListener() = default;

    /// The display server no longer reads that frame's memory.
    virtual void on_released(std::uint64_t token) = 0;

    /// The frame is on screen (or with the server, where nothing better is known) since `when`.
    /// Not for frames that nobody could see: a window not mapped yet, or covered by a message.
    virtual void on_shown(std::uint64_t token, Nanoseconds when) = 0;

    /// Part of the window was lost: show the newest frame again, whole.
    virtual void on_exposed() = 0;

    /// Taken as visible until told otherwise.
    virtual void on_visibility(bool is_visible) = 0;

    /// Presenter::area() is another one than was told last.
    virtual void on_resized(const WindowArea& area) = 0;
    virtual void on_focus(bool has_focus) = 0;
    virtual void on_input(const InputEvent& event) = 0;

    /// What set_grab() asked for was refused, or taken away later: nothing is held now. `why` is
    /// for people, one lower-case line.
    virtual void on_grab_lost(const std::string& why) = 0;

    /// What is held is less than was asked for: as on_grab_lost(). Empty: not any more.
    virtual void on_grab_limited(const std::string& why) = 0;
    virtual void on_close_wanted() = 0;
};

/// A window, or what stands for one. (Reads: slots; writes: the host's screen.)
///
/// Threads: one.
class Presenter {
  public:
    /// What show() does with the memory.
    enum class Use : std::uint8_t {
        HandsOn,  ///< The display server reads it until on_released(): only finished frames.
        Copies,   ///< It is read within the call: see copy_target().
    };
    enum class WindowMode : std::uint8_t { Normal, FullScreen };

    /// When a window takes on the size of the picture.
    enum class Follow : std::uint8_t {
        Always,
        AtFirst,  ///< Of the first picture; then it has the size that it is given.
    };

    /// How frames stand to the display's refreshes.
    enum class Vsync : std::uint8_t {
        Auto,  ///< As the display does it by itself; none is asked to tear.
        On,    ///< With each refresh the newest frame, never in the middle of one.
        Off,   ///< At once, torn where the display can.
        Vrr,   ///< One after another, each at once: a display that can begins a refresh with it.
    };

    /// Whether the host's screen may go dark by itself.
    enum class Idle : std::uint8_t { Allowed, Inhibited };

    virtual ~Presenter() = default;
    Presenter(const Presenter&) = delete;
    Presenter& operator=(const Presenter&) = delete;

    virtual std::string description() const = 0;
    virtual Use use() const = 0;

    /// Lends the region's descriptor for zero-copy. Called again for each new region, before its
    /// first frame. Errors: cannot be handed on; frames will come as copies (no region_offset).
    virtual Result<void> bind_region(const UniqueFd& fd, const MappedMemory& memory) = 0;

    /// Copies only: our own picture, for the relay to copy the damage of the next frame into
    /// (rows `geometry.stride` bytes apart); show() follows. Content is kept while the geometry
    /// stays the same, so that damage is enough; otherwise the first frame is whole.
    virtual std::span<std::byte> copy_target(const FrameGeometry& geometry) = 0;

    /// May another frame be shown now? One at a time: false until the last one was taken.
    virtual bool is_ready() const = 0;

    /// Shows `frame`, of which `damage` differs from the one shown before.
    /// Errors: the display is gone.
    virtual Result<void> show(const PresentFrame& frame, const Damage& damage) = 0;

    /// Shows `image` in that layer until another call for it, whatever happens to the window; in
    /// the middle, or cut off, of each size that takes on. Input goes through an overlay to the
    /// picture; where a message is, it is InputEvent::is_outside.
    ///
    /// Frames behind a message may be dropped; once it is taken away the next is drawn whole:
    /// show() the newest again. Errors: the display is gone.
    virtual Result<void> show_layer(Layer layer, const LayerImage& image) = 0;

    /// For the size of layers.
    virtual WindowArea area() const = 0;

    /// Nothing: there is no window, or none yet.
    virtual std::optional<WindowPlace> place() const { return std::nullopt; }

    virtual void set_title(const std::string& title) = 0;
    virtual void set_cursor(const CursorImage& image) = 0;
    virtual void set_cursor_position(const CursorPosition& position) = 0;
    virtual void set_window_mode(WindowMode mode) = 0;

    /// Allowed until told otherwise. Ends with the process, however it ends. Without effect where
    /// the display cannot.
    virtual void set_idle_inhibit(Idle /*idle*/) {}

    /// From now on, until it is told otherwise, loses it (PresenterListener::on_grab_lost()) or
    /// ends. For a window that has the keyboard's focus. Ends with the process, however it ends.
    virtual void set_grab(const Grab& grab) = 0;

    /// Empty where it cannot be known. Blocks: a round trip at most.
    virtual std::optional<HostLocks> locks() const = 0;

    /// What the host's display does, where it is known: period in mHz, and a moment of refresh.
    struct Refresh {
        std::uint32_t mhz = 0;
        Nanoseconds phase{0};
    };

    virtual Refresh refresh() const = 0;

    virtual DisplayFeedback feedback() const { return {}; }

    /// Auto until told otherwise. What comes of it is said by feedback().
    virtual void set_vsync(Vsync /*vsync*/) {}

    /// For displays that draw whatever they are shown at once: the refresh that the next frame has
    /// to wait for. Nothing: it has not.
    virtual std::optional<Nanoseconds> next_refresh(Nanoseconds /*now*/) const {
        return std::nullopt;
    }

    /// Fit until told otherwise.
    virtual void set_scaling(Scaling /*scaling*/) {}

    /// Whether a display that is gone may be opened anew, and then be the same to a person.
    virtual bool can_come_back() const { return false; }

    /// Readable when dispatch() has something to do; -1: none.
    virtual int fd() const = 0;

    /// Writes out what is queued; before each sleep.
    virtual void flush() = 0;

    /// Reads events and tells the listener. Errors: the display is gone.
    virtual Result<void> dispatch(PresenterListener& listener) = 0;

    /// Tells the listener of what was read already; before each sleep: other calls may have read
    /// events, for which fd() wakes nobody. Errors: as dispatch().
    virtual Result<void> dispatch_read(PresenterListener& listener) { return dispatch(listener); }

  protected:
    Presenter() = default;
};

}  // namespace oriel
