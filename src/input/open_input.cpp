// SPDX-License-Identifier: MIT
#include "input/open_input.h"

#include "base/linux/module.h"
#include "input/qmp/qmp_sink.h"
#include "input/spice_module.h"

namespace oriel {
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

}  // namespace oriel
