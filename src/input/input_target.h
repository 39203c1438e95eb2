// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oriel {

/// What stands behind --input: auto | none | spice:URI | qmp:PATH.
struct InputTarget {
    enum class Kind : std::uint8_t {
        Auto,  ///< What the region's broker or libvirt knows: for the caller to find out.
        None,
        Spice,  ///< `address` is a URI that parse_spice_uri() takes.
        Qmp,    ///< `address` is the path of a socket.
    };

    Kind kind = Kind::Auto;
    std::string address;

    /// Errors: Usage, naming the forms there are.
    static Result<InputTarget> parse(std::string_view text);

    /// As parse() takes it.
    std::string text() const;

    friend bool operator==(const InputTarget&, const InputTarget&) = default;
};

}  // namespace oriel
