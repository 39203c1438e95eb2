// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "host/status_report.h"
#include "viewer/status_text.h"

namespace oriel {
namespace {

using Json = nlohmann::json;

const char* broker_word(RegionReport::Broker broker) {
    switch (broker) {
    case RegionReport::Broker::None:
        return "none";
    case RegionReport::Broker::Present:
        return "present";
    case RegionReport::Broker::Gone:
        return "gone";
    }
    return "none";
}

const char* protocol_word(RegionProtocol protocol) {
    return protocol == RegionProtocol::Oriel ? "oriel" : "looking-glass";
}

Json publisher_json(const SessionStatus& session) {
    if (session.agent.empty()) {
        return nullptr;
    }
    return {{"agent", session.agent},
            {"pid", session.process},
            {"host_name", session.host_name},
            {"uuid", session.uuid},
            {"source", session.source}};
}

Json output_json(const OutputReport& output) {
    return {{"id", output.id},
            {"name", output.name},
            {"slots", output.slots},
            {"newest", output.newest},
            {"width", output.geometry.size.width},
            {"height", output.geometry.size.height},
            {"format", format_name(output.geometry.format)},
            {"refresh_mhz", output.refresh_mhz}};
}

}  // namespace

std::string status_json_of(const RegionReport& report) {
    Json outputs = Json::array();
    for (const OutputReport& output : report.outputs) {
        outputs.push_back(output_json(output));
    }
    const Json object = {{"region", report.name},
                         {"size", report.size},
                         {"broker", broker_word(report.broker)},
                         {"vm_connected", report.is_vm_connected},
                         {"protocol", protocol_word(report.session.protocol)},
                         {"state", state_word(report.session.state)},
                         {"text", state_line(report)},
                         {"bytes_needed", report.session.bytes_needed},
                         {"cut_off", report.session.is_picture_cut_off},
                         {"publisher", publisher_json(report.session)},
                         {"outputs", outputs},
                         {"viewers", report.viewers},
                         {"frames", report.session.frames},
                         {"frames_per_second", report.frames_per_second},
                         {"faults", report.faults}};
    return json_text(object);
}

}  // namespace oriel
