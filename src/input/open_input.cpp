// SPDX-License-Identifier: MIT
#include "input/open_input.h"

#include <linux/input-event-codes.h>

#include "base/linux/module.h"
#include "input/qmp/qmp_sink.h"
#include "input/spice_module.h"

namespace oriel {
namespace {

void tap_if(bool differs, InputSink& sink, std::uint32_t key) {
    if (differs) {
        sink.key(key, Press::Down);
        sink.key(key, Press::Up);
    }
}

}  // namespace

Result<std::unique_ptr<InputSink>> open_spice(SpiceOptions options) {
    ORIEL_TRY_ASSIGN(const void* functions, load_module("spice"));
    return static_cast<const SpiceModule*>(functions)->open(std::move(options));
}

Result<std::unique_ptr<InputSink>> open_input(const InputTarget& target,
                                              std::optional<std::string> password) {
    switch (target.kind) {
    case InputTarget::Kind::Qmp:
        return QmpSink::open(target.address);
    case InputTarget::Kind::Spice: {
        ORIEL_TRY_ASSIGN(SpiceOptions options, parse_spice_uri(target.address));
        options.password = std::move(password);
        return open_spice(std::move(options));
    }
    case InputTarget::Kind::Auto:
    case InputTarget::Kind::None:
        break;
    }
    return nullptr;
}

void sync_locks(InputSink& sink, const LockLeds& wanted) {
    const auto leds = sink.state().leds;
    if (!leds) {
        return;
    }
    tap_if(leds->caps_lock != wanted.caps_lock, sink, KEY_CAPSLOCK);
    tap_if(leds->num_lock != wanted.num_lock, sink, KEY_NUMLOCK);
    tap_if(leds->scroll_lock != wanted.scroll_lock, sink, KEY_SCROLLLOCK);
}

}  // namespace oriel
