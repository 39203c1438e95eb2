// SPDX-License-Identifier: MIT
#include "viewer/viewer_report.h"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/json_text.h"
#include "viewer/status_text.h"

namespace oriel {
namespace {

using nlohmann::json;

double microseconds(Nanoseconds time) {
    return static_cast<double>(time.count()) / 1000.0;
}

json percentiles(const Samples& samples) {
    const auto at = [&samples](double fraction) {
        return microseconds(samples.percentile(fraction).value_or(Nanoseconds(0)));
    };
    return {{"samples", samples.size()},
            {"p50_us", at(0.5)},
            {"p95_us", at(0.95)},
            {"p99_us", at(0.99)}};
}

}  // namespace

std::string viewer_started_line(const std::string& presenter) {
    return json_text(json{{"event", "started"}, {"pid", ::getpid()}, {"presenter", presenter}});
}

std::string viewer_state_line(SessionStatus::State state, const std::string& text) {
    return json_text(json{{"event", "state"}, {"state", state_word(state)}, {"text", text}});
}

std::string viewer_first_frame_line(Nanoseconds since_start) {
    return json_text(json{{"event", "first-frame"}, {"ms", microseconds(since_start) / 1000.0}});
}

std::string viewer_picture_line(ViewerObserver::Picture whose, Nanoseconds now) {
    const auto word = [whose] {
        switch (whose) {
        case ViewerObserver::Picture::Machine:
            return "machine";
        case ViewerObserver::Picture::Agent:
            return "agent";
        case ViewerObserver::Picture::None:
            break;
        }
        return "none";
    };
    return json_text(json{{"event", "picture"}, {"of", word()}, {"at_ns", now.count()}});
}

std::string viewer_wish_line(const SizeWish::Mode& mode, WishEnd end, const std::string& note) {
    const char* answer = end == WishEnd::Accepted  ? "accepted"
                         : end == WishEnd::Refused ? "refused"
                                                   : "none";
    return json_text(json{{"event", "resize"},
                          {"width", mode.size.width},
                          {"height", mode.size.height},
                          {"refresh_mhz", mode.refresh_mhz},
                          {"answer", answer},
                          {"text", note}});
}

std::string viewer_frame_line(const ShownFrame& frame) {
    json line{{"event", "frame"},
              {"sequence", frame.sequence},
              {"damaged_pixels", frame.damaged_pixels},
              {"taken_ns", frame.taken.count()},
              {"shown_ns", frame.shown.count()}};
    if (frame.publishers) {
        line["changed_ns"] = frame.publishers->changed.count();
        line["captured_ns"] = frame.publishers->captured.count();
        line["clock_error_ns"] = frame.publishers->error.count();
    }
    return line.dump();
}

json stages_json(const StageSamples& stages) {
    return {{"capture", percentiles(stages.capture)},
            {"relay", percentiles(stages.relay)},
            {"show", percentiles(stages.show)},
            {"total", percentiles(stages.total)}};
}

std::string viewer_summary_line(const Viewer& viewer, Nanoseconds lived) {
    const FrameStatistics& statistics = viewer.statistics();
    return json_text(json{{"event", "summary"},
                          {"frames", statistics.frames},
                          {"seconds", static_cast<double>(lived.count()) / 1e9},
                          {"stages", stages_json(statistics.stages)},
                          {"clock_error_us", microseconds(statistics.clock_error)},
                          {"damaged_pixels", statistics.damaged_pixels},
                          {"bytes_copied", statistics.bytes_copied},
                          {"voided_holds", statistics.voided_holds},
                          {"faults", viewer.fault_count()}});
}

}  // namespace oriel
