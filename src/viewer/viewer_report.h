// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "viewer/viewer.h"

namespace oriel {

/// One JSON object each, without the line's end: what `oriel view --json` prints.
std::string viewer_started_line(const std::string& presenter);
std::string viewer_state_line(SessionStatus::State state, const std::string& text);
std::string viewer_first_frame_line(Nanoseconds since_start);
std::string viewer_picture_line(ViewerObserver::Picture whose, Nanoseconds now);
std::string viewer_wish_line(const SizeWish::Mode& mode, WishEnd end, const std::string& note);
std::string viewer_frame_line(const ShownFrame& frame);
/// Samples, median and percentiles of each stage.
nlohmann::json stages_json(const StageSamples& stages);

std::string viewer_summary_line(const Viewer& viewer, Nanoseconds lived);

}  // namespace oriel
