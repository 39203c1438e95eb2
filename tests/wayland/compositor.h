// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/linux/child_program.h"
#include "base/result.h"
#include "relay/geometry.h"

namespace oriel::test {

/// A Wayland compositor of our own, without a screen, drawing by CPU, for one test.
///
/// It takes connections as soon as start_...() returns, and ends with this object; also with the
/// process that started it, however that ends. Its sockets lie in a folder of its own, which is
/// what XDG_RUNTIME_DIR has to be for its clients.
///
/// Lifetime: destroy the clients' connections first, or they see it end.
class Compositor {
  public:
    /// Sway with a headless output of each of `outputs` sizes, HEADLESS-1 and up. It has a seat
    /// only while somebody plays one (virtual keyboard and pointer protocols). Windows are tiled
    /// without borders: a single one fills the output. `lines`: more for its configuration.
    /// Blocks: until it is up, about 0.3 s. Errors: System; NotFound where there is no sway.
    static Result<Compositor> start_sway(const std::vector<Size>& outputs,
                                         const std::vector<std::string>& lines = {});

    /// Weston without any screen and without a seat. Errors: as above.
    static Result<Compositor> start_weston(Size output);

    /// Weston in a window of the X server `display`, with a seat (xdotool can play it) and
    /// presentation feedback. Errors: as above.
    static Result<Compositor> start_weston_on_x11(Size output, const std::string& display);

    /// GNOME's mutter without a screen: a virtual monitor of 60 Hz, drawn by OpenGL on the CPU. It
    /// has a seat while somebody plays one over bus(). Windows are beside one another, the first in
    /// the upper left corner, without frames. Errors: as above.
    static Result<Compositor> start_mutter(Size output);

    /// KDE's KWin without a screen, drawing by QPainter. It takes fake input from everybody. Our
    /// windows have no frame, and are in the upper left corner, or at 300,300 where their title is
    /// "other". Errors: as above.
    static Result<Compositor> start_kwin(Size output);

    /// The same in a window of the X server `display`, whose pixels show what it draws. `output`:
    /// device pixels.
    static Result<Compositor> start_kwin_on_x11(Size output,
                                                double scale,
                                                const std::string& display);

    /// Why this machine has neither of these two. Empty: it has them. They are heavy, so they are
    /// run from a root of make-compositor-root alone.
    static std::string why_no_desktops();

    Compositor(Compositor&&) noexcept = default;
    Compositor& operator=(Compositor&&) noexcept = default;
    Compositor(const Compositor&) = delete;
    Compositor& operator=(const Compositor&) = delete;
    ~Compositor();

    /// What its clients need: XDG_RUNTIME_DIR and WAYLAND_DISPLAY.
    std::vector<std::pair<std::string, std::string>> environment() const;

    /// WAYLAND_DISPLAY as an absolute path, which needs no XDG_RUNTIME_DIR.
    const std::string& display() const { return display_; }

    /// A program of the compositor's own system, to be started as its client.
    ChildCommand client(std::vector<std::string> arguments) const;

    const std::string& folder() const { return folder_.path; }

    pid_t pid() const { return program_->pid(); }

    /// Mutter and KWin only: the address of the session bus that they are on.
    std::string bus() const { return "unix:path=" + folder() + "/bus"; }

    /// Sway only: a line as in its configuration, done when this returns; or "-t", "get_tree".
    /// Errors: what swaymsg says. Returns: its answer.
    Result<std::string> tell(const std::vector<std::string>& words) const;

    /// Sway only: what `output` shows now, as grim reads it by screencopy, in BGRX8 rows without
    /// gaps; with_cursor: the pointer drawn into it.
    struct Picture {
        Size size;
        std::vector<std::byte> pixels;
    };
    enum class Pointer : std::uint8_t { Without, With };

    Result<Picture> picture(const std::string& output = "HEADLESS-1",
                            Pointer pointer = Pointer::Without) const;

    /// Ends it at once (SIGKILL) and waits until it is gone. Its folder stays: restart() follows.
    void kill();

    /// After kill(): the same again, at the same address.
    Result<void> restart();

    /// SIGSTOP, SIGCONT.
    void freeze() const;
    void thaw() const;

  private:
    struct Folder {
        Folder() = default;

        explicit Folder(std::string where) : path(std::move(where)) {}

        Folder(Folder&& other) noexcept : path(std::exchange(other.path, {})) {}

        Folder& operator=(Folder&& other) noexcept;
        Folder(const Folder&) = delete;
        Folder& operator=(const Folder&) = delete;
        ~Folder();

        std::string path;
    };

    Compositor() = default;

    static Result<Compositor> in_new_folder();
    Result<void> run(ChildCommand command);
    Result<void> start_around(ChildCommand command, const std::string& socket);
    Result<void> start_bus();
    Result<void> run_desktop(ChildCommand command);
    Result<void> run_kwin(const std::vector<std::string>& backend,
                          const std::string& remembered,
                          Size output);
    Result<void> wait_until_up();

    Folder folder_;
    std::string display_;
    ChildCommand command_;
    std::vector<ChildProgram> session_;    ///< What is around it, the bus first.
    std::optional<ChildProgram> program_;  ///< Ends before them.
};

}  // namespace oriel::test
