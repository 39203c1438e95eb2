// SPDX-License-Identifier: MIT
#include "control/played_qemu.h"

#include <array>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/socket.h>

#include "base/linux/unix_socket.h"

namespace oriel::testing_support {
namespace {

using nlohmann::json;

bool is_readable(const UniqueFd& fd) {
    pollfd entry{fd.get(), POLLIN, 0};
    return ::poll(&entry, 1, 20) == 1;
}

void say(const UniqueFd& client, const json& line) {
    const std::string text = line.dump() + "\r\n";
    static_cast<void>(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL) < 0);
}

}  // namespace

PlayedQemu::PlayedQemu(const std::string& path) {
    auto listener = listen_unix(path, SocketKind::Stream, 0600);
    EXPECT_TRUE(listener) << listener.error().message;
    listener_ = std::move(*listener);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

PlayedQemu::~PlayedQemu() = default;

std::vector<std::string> PlayedQemu::keys() {
    const std::scoped_lock lock(mutex_);
    return keys_;
}

void PlayedQemu::serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (is_readable(listener_)) {
            talk(accept_unix(listener_), stop);
        }
    }
}

void PlayedQemu::talk(const UniqueFd& client, const std::stop_token& stop) {
    say(client, {{"QMP", {{"version", json::object()}, {"capabilities", json::array()}}}});
    std::string heard;
    while (!stop.stop_requested()) {
        if (!is_readable(client)) {
            continue;
        }
        std::array<char, 4096> part{};
        const ssize_t count = ::recv(client.get(), part.data(), part.size(), 0);
        if (count <= 0) {
            return;
        }
        heard.append(part.data(), static_cast<std::size_t>(count));
        for (std::size_t end = heard.find('\n'); end != std::string::npos; end = heard.find('\n')) {
            const std::string line = heard.substr(0, end);
            heard.erase(0, end + 1);
            const json command = json::parse(line, nullptr, false);
            json result = json::object();
            if (command.value("execute", "") == "query-mice") {
                result = json::array({{{"current", true}, {"absolute", false}}});
            }
            {
                const std::scoped_lock lock(mutex_);
                for (const json& event :
                     command.value("arguments", json::object()).value("events", json::array())) {
                    if (event.value("type", "") == "key") {
                        const json& data = event["data"];
                        keys_.push_back((data["down"].get<bool>() ? "+" : "-") +
                                        data["key"]["data"].get<std::string>());
                    }
                }
            }
            say(client, {{"return", result}, {"id", command.value("id", 0)}});
        }
    }
}

}  // namespace oriel::testing_support
