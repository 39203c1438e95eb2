// SPDX-License-Identifier: MIT
#include "base/linux/module.h"
#include "base/log.h"
#include "capture/pipewire/pipewire_module.h"
#include "capture/pipewire/pipewire_source.h"

namespace oriel {

namespace {

using pipewire_capture::PipewireModule;

Result<const PipewireModule*> load() {
    auto functions = load_module(pipewire_capture::kModule);
    if (!functions) {
        return Failure(Error::unsupported(
            functions.error().message +
            "; the desktop portal needs the libraries of PipeWire and systemd (Debian: apt install "
            "libpipewire-0.3-0 libsystemd0)"));
    }
    return static_cast<const PipewireModule*>(*functions);
}

}  // namespace

Result<std::unique_ptr<Source>> open_pipewire_source() {
    ORIEL_TRY_ASSIGN(const PipewireModule* const module, load());
    return module->open(log);
}

Result<void> probe_pipewire_portal() {
    ORIEL_TRY_ASSIGN(const PipewireModule* const module, load());
    return module->probe();
}

}  // namespace oriel
