// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "present/presenter.h"
#include "viewer/overlay/overlay_model.h"

namespace oriel {

/// The pages as images: as large as the area's scale says, smaller where the window is.
/// Empty where that has no room for anything.
LayerImage draw_figures(const FiguresPage& page, const WindowArea& area);
LayerImage draw_help(const HelpPage& page, const WindowArea& area);

/// One line, as on a page.
LayerImage draw_hint(const std::string& text, const WindowArea& area);

}  // namespace oriel
