// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "input/machine_screen.h"
#include "present/presenter.h"

namespace oriel {

/// Carries the machine's own screen to the window, for as long as no agent shows the guest's: the
/// second feed of a presenter beside FramePump, whose tokens it never uses.
///
/// It keeps the picture that is shown, to show it again, and any before it until the presenter has
/// let go of it: memory that a display server may read does not change.
///
/// Threads: the viewer's.
class ScreenPump {
  public:
    /// `presenter` outlives it.
    explicit ScreenPump(Presenter& presenter) noexcept : presenter_(presenter) {}

    /// Where pictures come from now; null: from nowhere. Lent until the next call.
    void set_source(MachineScreen* source);

    /// False at first. Where it becomes false, what is shown stays and is forgotten.
    void want(MachineScreen::Wanted wanted);

    /// None where there is no source.
    MachineScreen::Standing standing() const;

    enum class Outcome : std::uint8_t { Nothing, Shown };

    /// Shows what is new, if the presenter is ready for it. Errors: the display is gone.
    Result<Outcome> pump();

    /// The window lost its content: the picture is shown again, whole.
    void show_again() { is_whole_due_ = true; }

    /// False: that token is none of this pump's.
    bool on_released(std::uint64_t token);

    /// What of the machine's pointer changed since it was asked last.
    CursorNews cursor_news() { return source_ == nullptr ? CursorNews() : source_->cursor_news(); }

  private:
    struct Held {
        MachinePicture picture;
        std::uint64_t token = 0;  ///< 0: the presenter is through with it.
    };

    Result<void> show(const Damage& damage);
    std::span<const std::byte> copied(const MachinePicture& picture, const Damage& damage);
    void replace_newest(std::optional<MachinePicture> picture);
    void give_back(const MachinePicture& picture);

    Presenter& presenter_;
    MachineScreen* source_ = nullptr;
    MachineScreen::Wanted wanted_ = MachineScreen::Wanted::No;
    std::optional<Held> newest_;
    std::vector<Held> in_flight_;  ///< Those before the newest.
    FrameGeometry shown_geometry_;
    bool is_whole_due_ = false;
    std::uint64_t count_ = 0;
};

}  // namespace oriel
