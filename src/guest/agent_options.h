// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "region/target.h"

namespace oriel {

struct AgentOptions {
    Target target;
    std::string capture = "auto";  ///< auto | x11 | kms[:...] | pattern[:WxH[@HZ][,full|rect|still]]
    std::string display;           ///< X11: ":1"; empty: $DISPLAY.
    enum class Output : std::uint8_t { Text, Json } output = Output::Text;
};

}  // namespace oriel
