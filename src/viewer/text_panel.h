// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "present/presenter.h"

namespace oriel {

/// A block of text (UTF-8): centred lines on kMessageColour, wrapped to fit into the area; no
/// larger than that. Blocks: the first call looks for fonts, tens of milliseconds.
LayerImage render_text_panel(const std::string& text, const WindowArea& area);

}  // namespace oriel
