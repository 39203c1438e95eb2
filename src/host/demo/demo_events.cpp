// SPDX-License-Identifier: MIT
#include "host/demo/demo_events.h"

#include <nlohmann/json.hpp>

namespace oriel {
namespace {

using Json = nlohmann::json;

const Json& member(const Json& object, const char* key) {
    static const Json none;
    if (!object.is_object()) {
        return none;
    }
    const auto found = object.find(key);
    return found == object.end() ? none : *found;
}

std::string text(const Json& object, const char* key) {
    const Json& value = member(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

double number(const Json& object, const char* key) {
    const Json& value = member(object, key);
    return value.is_number() ? value.get<double>() : 0;
}

std::uint64_t count(const Json& object, const char* key) {
    const Json& value = member(object, key);
    return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

Nanoseconds moment(const Json& object, const char* key) {
    const Json& value = member(object, key);
    return Nanoseconds(value.is_number_integer() ? value.get<std::int64_t>() : 0);
}

DemoFrame frame(const Json& event) {
    DemoFrame frame{.sequence = count(event, "sequence"),
                    .taken = moment(event, "taken_ns"),
                    .publishers = std::nullopt};
    if (event.contains("captured_ns")) {
        frame.publishers = DemoFrame::Publishers{.changed = moment(event, "changed_ns"),
                                                 .captured = moment(event, "captured_ns"),
                                                 .error = moment(event, "clock_error_ns")};
    }
    return frame;
}

DemoDurations durations(const Json& object, const char* key) {
    const Json& stage = member(object, key);
    return {number(stage, "p50_us"), number(stage, "p95_us"), number(stage, "p99_us")};
}

DemoViewerSummary viewer_summary(const Json& event) {
    const Json& stages = member(event, "stages");
    return {.frames = count(event, "frames"),
            .seconds = number(event, "seconds"),
            .capture = durations(stages, "capture"),
            .relay = durations(stages, "relay"),
            .show = durations(stages, "show"),
            .total = durations(stages, "total"),
            .clock_error_us = number(event, "clock_error_us"),
            .damaged_pixels = count(event, "damaged_pixels"),
            .bytes_copied = count(event, "bytes_copied"),
            .voided_holds = count(event, "voided_holds"),
            .faults = count(event, "faults")};
}

DemoGuestSummary guest_summary(const Json& event) {
    return {.frames = count(event, "frames"),
            .seconds = number(event, "seconds"),
            .bytes_moved = count(event, "bytes_moved"),
            .damaged_pixels = count(event, "damaged_pixels")};
}

}  // namespace

void take_event(std::string_view line, DemoSaid& said) {
    const Json event = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    const std::string name = text(event, "event");
    if (name == "ready") {
        said.is_ready = true;
    } else if (name == "started") {
        said.is_started = true;
        said.source = text(event, "source");
        said.presenter = text(event, "presenter");
    } else if (name == "state") {
        said.state = text(event, "state");
        said.state_text = text(event, "text");
    } else if (name == "first-frame") {
        said.first_frame_ms = number(event, "ms");
    } else if (name == "frame") {
        said.frames.push_back(frame(event));
    } else if (name == "summary" && event.contains("stages")) {
        said.viewer_summary = viewer_summary(event);
    } else if (name == "summary") {
        said.guest_summary = guest_summary(event);
    }
}

}  // namespace oriel
