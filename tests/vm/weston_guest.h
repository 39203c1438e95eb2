// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "relay/geometry.h"
#include "vm/kms_guest.h"

namespace oriel::testing_support {

/// What Weston, a Wayland compositor, draws with.
enum class WestonRenderer : std::uint8_t {
    Pixman,  ///< On the CPU, without any GL.
    Gl,      ///< OpenGL ES, by Mesa's software renderer.
};

/// Why this machine has no compositor to lend to a guest; "" where it has.
std::string why_no_weston(WestonRenderer renderer);

/// Weston, clients of it, udevd, and what they need. The keyboard is the machine's own: without one
/// Weston shows no window.
/// Errors: System where its configuration cannot be written into `folder`; NotFound.
Result<GuestAdditions> weston_additions(WestonRenderer renderer, const std::string& folder);

/// A client that draws all the time: "weston-simple-shm" for either, "weston-simple-egl" for Gl.
std::string weston_client(WestonRenderer renderer);

/// A line of shell that starts the compositor on tty2, with a screen of that size. Needs
/// start_udev_command() to have run once.
std::string start_weston_command(WestonRenderer renderer, Size size);

std::string start_udev_command();

/// A line of shell that starts one of its clients.
std::string start_client_command(const std::string& client);

}  // namespace oriel::testing_support
