// SPDX-License-Identifier: MIT
#include "guest/system_words.h"

namespace oriel {

const char* const kRegionWords = "NAME | socket:PATH | file:PATH[,size=MiB] | pci[:BDF]";
const char* const kCaptureWords =
    "auto | wayland[:OUTPUT] | pipewire | x11 | kms[:CARD|:CONNECTOR] | "
    "pattern[:WxH[@HZ][,full|rect|still]]";
const char* const kDisplayWords =
    "X server to capture, as :1 (default: $DISPLAY), or with --capture wayland the compositor, as "
    "wayland-1 (default: $WAYLAND_DISPLAY)";

}  // namespace oriel
