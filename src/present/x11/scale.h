// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "present/x11/connection.h"

namespace oriel {

/// How large texts have to be, by the desktop's `Xft.dpi`: 96 dots per inch are 1. Lines as xrdb
/// loads them; whoever may open the display may have written them.
double scale_of_resources(std::string_view resources);

/// The same of this server. Blocks: a round trip.
double read_text_scale(const X11Connection& connection);

}  // namespace oriel
