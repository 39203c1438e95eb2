// SPDX-License-Identifier: MIT
#include "host/machine/qmp_client.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace oriel {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostEvents = 1000;

Json parsed(const std::string& line) {
    return Json::parse(line, nullptr, /*allow_exceptions=*/false);
}

std::string text_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

Result<QmpClient> QmpClient::connect(const std::string& path, Nanoseconds limit) {
    ORIEL_TRY_ASSIGN(LineSocket socket, LineSocket::connect(path, limit));
    QmpClient client(std::move(socket));
    ORIEL_TRY_ASSIGN(const auto greeting, client.socket_.line(limit));
    if (!greeting || !parsed(*greeting).contains("QMP")) {
        return Failure(Error::protocol(path + " is no QEMU's monitor"));
    }
    ORIEL_TRY(client.execute("qmp_capabilities"));
    return client;
}

Result<std::string> QmpClient::execute(std::string_view command, std::string_view arguments) {
    Json question{{"execute", command}};
    question["arguments"] = parsed(std::string(arguments));
    ORIEL_TRY(socket_.send(question.dump() + "\n"));
    auto answered = answer(monotonic_now() + kPatience);
    if (!answered) {
        answered.error().message = fmt::format("{}: {}", command, answered.error().message);
    }
    return answered;
}

/// The next line that is no event.
Result<std::string> QmpClient::answer(Nanoseconds give_up) {
    while (true) {
        ORIEL_TRY_ASSIGN(const auto line, socket_.line(give_up - monotonic_now()));
        if (!line) {
            return Failure(Error::protocol("QEMU does not answer"));
        }
        const Json said = parsed(*line);
        if (!said.is_object()) {
            return Failure(Error::protocol("QEMU's answer makes no sense: " + *line));
        }
        if (said.contains("return")) {
            return said["return"].dump();
        }
        if (said.contains("error")) {
            return Failure(Error::protocol(text_at(said["error"], "desc")));
        }
        if (said.contains("event") && events_.size() < kMostEvents) {
            events_.push_back(text_at(said, "event"));
        }
    }
}

Result<std::string> QmpClient::human(std::string_view command) {
    const Json arguments{{"command-line", command}};
    ORIEL_TRY_ASSIGN(const std::string said, execute("human-monitor-command", arguments.dump()));
    const Json text = parsed(said);
    return text.is_string() ? text.get<std::string>() : "";
}

Result<void> QmpClient::screendump(const std::string& path, const ScreenHead& head) {
    Json arguments{{"filename", path}};
    if (!head.device.empty()) {
        arguments["device"] = head.device;
        arguments["head"] = head.output;
    }
    ORIEL_TRY(execute("screendump", arguments.dump()));
    return {};
}

Result<void> QmpClient::send_keys(std::span<const std::string> keys) {
    Json list = Json::array();
    for (const std::string& key : keys) {
        list.push_back({{"type", "qcode"}, {"data", key}});
    }
    ORIEL_TRY(execute("send-key", Json{{"keys", list}}.dump()));
    return {};
}

Result<void> QmpClient::wait_event(std::string_view event, Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (true) {
        if (const auto found = std::ranges::find(events_, event); found != events_.end()) {
            events_.erase(found);
            return {};
        }
        ORIEL_TRY_ASSIGN(const auto line, socket_.line(give_up - monotonic_now()));
        if (!line) {
            return Failure(Error::protocol(fmt::format("QEMU told of no {} in time", event)));
        }
        if (const Json said = parsed(*line); said.is_object() && said.contains("event")) {
            events_.push_back(text_at(said, "event"));
        }
    }
}

}  // namespace oriel
