// SPDX-License-Identifier: MIT
#include "input/input_target.h"

#include "input/spice_options.h"

namespace oriel {

Result<InputTarget> InputTarget::parse(std::string_view text) {
    constexpr std::string_view kQmp = "qmp:";
    if (text == "auto") {
        return InputTarget{Kind::Auto, ""};
    }
    if (text == "none") {
        return InputTarget{Kind::None, ""};
    }
    if (text.starts_with(kQmp) && text.size() > kQmp.size()) {
        return InputTarget{Kind::Qmp, std::string(text.substr(kQmp.size()))};
    }
    if (text.starts_with("spice")) {
        ORIEL_TRY(parse_spice_uri(text));
        return InputTarget{Kind::Spice, std::string(text)};
    }
    return Failure(Error::usage("cannot use \"" + std::string(text) +
                                "\" for input: give auto, none, spice://HOST:PORT, "
                                "spice:unix:/PATH or qmp:/PATH"));
}

std::string InputTarget::text() const {
    switch (kind) {
    case Kind::Auto:
        return "auto";
    case Kind::None:
        return "none";
    case Kind::Qmp:
        return "qmp:" + address;
    case Kind::Spice:
        break;
    }
    return address;
}

}  // namespace oriel
