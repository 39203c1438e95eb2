// SPDX-License-Identifier: MIT
#include "capture/pipewire/say.h"

namespace oriel::pipewire_capture {
namespace {

Say sink = log;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): one per process

}  // namespace

void set_say(Say to) {
    sink = to;
}

void say(LogLevel level, std::string_view message) {
    sink(level, message);
}

}  // namespace oriel::pipewire_capture
