// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "present/presenter.h"

namespace oriel {

/// A message on kMessageColour (UTF-8), wrapped to fit into the area; no larger than that. The
/// first line is what counts, those below it are smaller and dimmer.
/// Blocks: the first call looks for fonts, tens of milliseconds.
LayerImage render_text_panel(const std::string& text, const WindowArea& area);

}  // namespace oriel
