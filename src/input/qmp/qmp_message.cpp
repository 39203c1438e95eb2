// SPDX-License-Identifier: MIT
#include "input/qmp/qmp_message.h"

#include <algorithm>

#include <linux/input-event-codes.h>
#include <nlohmann/json.hpp>

#include "base/planted_fault.h"
#include "input/key_table.h"

namespace oriel {
namespace {

using Json = nlohmann::json;

constexpr std::uint32_t kAxisEnd = 32767;

std::string printable(std::string text) {
    if (!is_planted("qmp-text-length")) {
        text.resize(std::min(text.size(), kMaxQmpText));
    }
    for (char& c : text) {
        c = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    }
    return text;
}

std::string text_at(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool is_true_at(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

/// QEMU sends motion to the first device that takes it: the one it calls current.
PointerMode pointer_of(const Json& mice) {
    for (const Json& mouse : mice) {
        if (mouse.is_object() && is_true_at(mouse, "current")) {
            return is_true_at(mouse, "absolute") ? PointerMode::Absolute : PointerMode::Relative;
        }
    }
    return PointerMode::None;
}

std::string command(const char* name, std::uint64_t id, Json arguments = nullptr) {
    Json object = {{"execute", name}, {"id", id}};
    if (!arguments.is_null()) {
        object["arguments"] = std::move(arguments);
    }
    return object.dump() + "\n";
}

const char* button_name(std::uint32_t code) {
    switch (code) {
    case BTN_LEFT:
        return "left";
    case BTN_RIGHT:
        return "right";
    case BTN_MIDDLE:
        return "middle";
    case BTN_SIDE:
        return "side";
    case BTN_EXTRA:
        return "extra";
    default:
        return nullptr;
    }
}

Json button_event(const char* name, bool is_down) {
    return {{"type", "btn"}, {"data", {{"button", name}, {"down", is_down}}}};
}

Json axis_event(const char* type, const char* axis, std::int64_t value) {
    return {{"type", type}, {"data", {{"axis", axis}, {"value", value}}}};
}

Json key_event(std::uint32_t code, bool is_down) {
    const KeyName* const row = find_key(code);
    if (row == nullptr || row->qcode == nullptr) {
        return nullptr;
    }
    const Json key = {{"type", "qcode"}, {"data", row->qcode}};
    return {{"type", "key"}, {"data", {{"down", is_down}, {"key", key}}}};
}

const char* notch_name(const GuestInput& event) {
    if (event.y != 0) {
        return event.y > 0 ? "wheel-up" : "wheel-down";
    }
    return event.x > 0 ? "wheel-right" : "wheel-left";
}

Json motion_events(const GuestInput& event) {
    Json events = Json::array();
    if (event.x != 0 || event.y == 0) {
        events.push_back(axis_event("rel", "x", event.x));
    }
    if (event.y != 0) {
        events.push_back(axis_event("rel", "y", event.y));
    }
    return events;
}

Json events_of(const GuestInput& event) {
    const bool is_down = event.press == Press::Down;
    switch (event.kind) {
    case GuestInput::Kind::Key:
        return Json::array({key_event(event.code, is_down)});
    case GuestInput::Kind::Button: {
        const char* const name = button_name(event.code);
        return Json::array({name == nullptr ? Json(nullptr) : button_event(name, is_down)});
    }
    case GuestInput::Kind::MoveTo:
        return Json::array({axis_event("abs", "x", qmp_axis_value(event.x, event.width)),
                            axis_event("abs", "y", qmp_axis_value(event.y, event.height))});
    case GuestInput::Kind::MoveBy:
        return motion_events(event);
    case GuestInput::Kind::Scroll:
        return Json::array(
            {button_event(notch_name(event), true), button_event(notch_name(event), false)});
    }
    return Json::array();
}

std::uint64_t id_of(const Json& object) {
    const auto found = object.find("id");
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

Result<QmpMessage, QmpFault> read_qmp_message(std::string_view line) {
    const Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (object.is_discarded()) {
        return Failure(QmpFault::NotJson);
    }
    if (!object.is_object()) {
        return Failure(QmpFault::NotQmp);
    }
    QmpMessage message;
    message.id = id_of(object);
    if (object.contains("QMP")) {
        message.kind = QmpMessage::Kind::Greeting;
    } else if (const auto result = object.find("return"); result != object.end()) {
        message.kind = QmpMessage::Kind::Return;
        if (result->is_array()) {
            message.pointer = pointer_of(*result);
        }
    } else if (const auto error = object.find("error"); error != object.end()) {
        message.kind = QmpMessage::Kind::Refusal;
        message.text = printable(error->is_object() ? text_at(*error, "desc") : "");
    } else if (object.contains("event")) {
        message.kind = QmpMessage::Kind::Event;
        message.text = printable(text_at(object, "event"));
    } else {
        return Failure(QmpFault::NotQmp);
    }
    return message;
}

std::string qmp_capabilities_command(std::uint64_t id) {
    return command("qmp_capabilities", id);
}

std::string qmp_query_mice_command(std::uint64_t id) {
    return command("query-mice", id);
}

std::string qmp_event_command(const GuestInput& event, std::uint64_t id) {
    const Json events = events_of(event);
    if (events.empty() || events.front().is_null()) {
        return "";
    }
    return command("input-send-event", id, {{"events", events}});
}

std::uint32_t qmp_axis_value(std::int64_t pixel, std::uint32_t size) {
    const std::uint64_t doubled = static_cast<std::uint64_t>(pixel) * 2 + 1;
    const std::uint64_t value = doubled * (kAxisEnd + 1) / (2ULL * size);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, kAxisEnd));
}

}  // namespace oriel
