// SPDX-License-Identifier: MIT
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "input/input_sink.h"
#include "present/presenter.h"
#include "viewer/host_keys.h"

namespace oriel {

/// How a person wants to give the guest keyboard and mouse.
struct GrabWishes {
    HostKey host_key{};     // NOLINT(readability-redundant-member-init): gcc wants it
    bool at_start = false;  ///< Once, as soon as it can be.
    bool at_focus = false;  ///< Whenever the window gets the focus.
};

/// Decides what of a person's keyboard and mouse goes to the guest, and what the presenter grabs.
/// Knows no display system and no clock: events go in, the sink is told, grab() is to be held.
///
/// - While the window has the focus and is seen, and the guest can be reached, keys go to the
///   guest, and so does a pointer over the picture that tells positions.
/// - The host key alone takes the grab and gives it back: then the display's own shortcuts go to
///   the guest, too, and the pointer is confined, or locked where the guest has a mouse. A click
///   into the picture also takes it from a mouse's guest, which does not see that click.
/// - A click into the picture of a guest whose input was refused asks for it again.
/// - Whatever takes one of these three away lets go of every key and button in the guest, and of
///   the grab. It does not come back by itself, unless it is wished for.
///
/// No Down is sent of what is down, and each is followed by one release: an Up, or release_all().
class GrabMachine {
  public:
    /// Without a sink there are host commands alone. `sink` outlives it.
    GrabMachine(const GrabWishes& wishes, InputSink* sink);

    /// From now on.
    void set_host_key(HostKey host_key);
    void set_grab_at_focus(bool at_focus);

    /// What is left for the viewer itself.
    std::optional<HostCommand> on_input(const InputEvent& event);

    void on_focus(bool has_focus);
    void on_visibility(bool is_visible);

    /// sink.state() is another one.
    void on_sink_state();

    /// The presenter does not hold the grab (any more).
    void on_grab_lost();

    /// So long after a key was held back that a chord is not meant.
    void on_patience_over() { press_late(host_keys_.let_go()); }

    /// The end: lets go of everything, for good.
    void release();

    /// Presses and releases a key in the guest, unless it is down there.
    void tap(std::uint32_t code);

    /// Presses these keys in the guest and releases them, but for those that are down there. For
    /// whoever is not at the keyboard: the window needs no focus. False: the guest is not reached.
    bool press_together(std::span<const std::uint32_t> codes);

    /// As the host key does. False: it cannot be taken now, as what is typed does not arrive.
    bool take_grab();
    void give_grab_back();

    /// What the presenter has to hold now.
    Grab grab() const;

    bool is_grabbed() const { return wants_grab_; }

    /// What a person types reaches the guest.
    bool is_active() const { return is_active_; }

    bool holds_keys_back() const { return host_keys_.holds_back(); }

  private:
    std::optional<HostCommand> on_key(std::uint32_t code, Press press);
    void on_button(const InputEvent& event);
    bool is_refused() const;
    void on_scroll(const InputEvent& event);
    void on_motion(const InputEvent& event);
    bool takes_pointer(const InputEvent& event) const;
    void toggle_grab();
    void forget_wishes();
    void press_with_ctrl_alt(std::uint32_t code);

    void send(std::uint32_t code, Press press);

    bool press(std::uint32_t code) { return is_active_ && press_in_guest(code); }

    bool press_in_guest(std::uint32_t code);
    void let_go(std::uint32_t code);
    void let_go_of_buttons();
    void press_late(const std::vector<std::uint32_t>& codes);

    void follow();

    /// Codes of linux/input-event-codes.h end at KEY_MAX, 0x2FF.
    static constexpr std::size_t kCodes = 0x300;

    HostKeys host_keys_;
    InputSink* sink_;
    bool has_focus_ = false;
    bool is_visible_ = true;
    bool is_released_ = false;
    bool is_reached_ = false;
    bool is_active_ = false;
    bool wants_grab_ = false;
    bool grabs_at_focus_;
    bool is_due_from_start_;  ///< The grab is to be taken once it can be.
    bool is_due_from_focus_ = false;
    PointerMode pointer_ = PointerMode::None;
    std::bitset<kCodes> is_down_;  ///< In the guest: keys and buttons.
};

}  // namespace oriel
