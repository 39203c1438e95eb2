// SPDX-License-Identifier: MIT
#include "host/ctl/ctl_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include "base/linux/unix_socket.h"
#include "viewer/control/control_folder.h"

namespace oriel {
namespace {

using nlohmann::json;

constexpr Nanoseconds kWhoLimit = std::chrono::seconds(1);

/// False: nothing came within `limit`.
bool wait_readable(const UniqueFd& socket, std::optional<Nanoseconds> deadline) {
    while (true) {
        int limit = -1;
        if (deadline) {
            const Nanoseconds left = std::max(*deadline - monotonic_now(), Nanoseconds(0));
            limit = static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
        }
        pollfd polled{socket.get(), POLLIN, 0};
        const int ready = ::poll(&polled, 1, limit);
        if (ready >= 0 || errno != EINTR) {
            return ready > 0;
        }
    }
}

Error gone() {
    return Error::not_found("the viewer ended before it answered");
}

Result<CtlAnswer> read_answer(const UniqueFd& socket, std::optional<Nanoseconds> limit) {
    const auto deadline = limit ? std::optional(monotonic_now() + *limit) : std::nullopt;
    CtlAnswer answer;
    std::array<std::byte, 4096> buffer{};
    while (!answer.line.ends_with('\n')) {
        if (!wait_readable(socket, deadline)) {
            return Failure(Error::busy("the viewer does not answer: it may be stopped"));
        }
        auto received = receive_with_fds(socket, buffer);
        if (!received && received.error().os_code == EAGAIN) {
            continue;
        }
        if (!received || received->size == 0 || answer.line.size() > kMaxControlLine) {
            return Failure(gone());
        }
        answer.line.append(reinterpret_cast<const char*>(buffer.data()), received->size);
        if (!received->fds.empty()) {
            answer.picture = std::move(received->fds.front());
        }
    }
    answer.line.pop_back();
    return answer;
}

/// Who listens there; nothing where nobody does.
std::optional<RunningViewer> viewer_at(const std::string& path) {
    // Where many wait at its door, so do we.
    auto socket = connect_unix(path, SocketKind::Stream);
    if (!socket) {
        return std::nullopt;
    }
    const auto answer = ask_viewer(*socket, {.verb = ControlRequest::Verb::Who}, kWhoLimit);
    if (!answer) {
        return std::nullopt;
    }
    const json who = json::parse(answer->line, nullptr, false);
    if (!who.is_object() || !who.value("target", json()).is_string() ||
        !who.value("pid", json()).is_number_unsigned()) {
        return std::nullopt;
    }
    return RunningViewer{
        who["target"].get<std::string>(), who["pid"].get<std::uint32_t>(), std::move(*socket)};
}

std::string list_of(const std::vector<RunningViewer>& viewers) {
    std::string list;
    for (const RunningViewer& viewer : viewers) {
        list += fmt::format(
            "{}{} (process {})", list.empty() ? "" : ", ", viewer.target, viewer.process);
    }
    return list;
}

}  // namespace

std::vector<RunningViewer> running_viewers(const std::string& folder) {
    std::vector<RunningViewer> viewers;
    for (const std::string& path : control_sockets(folder)) {
        if (auto viewer = viewer_at(path)) {
            viewers.push_back(std::move(*viewer));
        }
    }
    return viewers;
}

Result<RunningViewer> choose_viewer(std::vector<RunningViewer> viewers,
                                    const std::optional<Target>& target,
                                    std::optional<std::uint32_t> process) {
    if (viewers.empty()) {
        return Failure(Error::not_found("no viewer of yours runs: start one with `oriel view`"));
    }
    const std::string all = list_of(viewers);
    std::erase_if(viewers, [&](const RunningViewer& viewer) {
        return (target && viewer.target != target->text()) ||
               (process && viewer.process != *process);
    });
    if (viewers.size() == 1) {
        return std::move(viewers.front());
    }
    if (viewers.empty()) {
        return Failure(
            Error::not_found(fmt::format("no viewer of yours is that one; there are: {}", all)));
    }
    return Failure(
        Error::not_found(fmt::format("several viewers run, name one with {}: {}",
                                     target ? "--pid PROCESS" : "--target TARGET or --pid PROCESS",
                                     list_of(viewers))));
}

Result<CtlAnswer> ask_viewer(const UniqueFd& socket,
                             const ControlRequest& request,
                             std::optional<Nanoseconds> limit) {
    const std::string line = control_request_line(request) + "\n";
    if (line.size() > kMaxControlLine) {
        return Failure(Error::usage(
            fmt::format("that is too long: at most about {} bytes go at once", kMaxControlLine)));
    }
    // Where it fails the viewer may have said why, and hung up.
    static_cast<void>(send_with_fds(socket, std::as_bytes(std::span(line)), {}));
    ORIEL_TRY_ASSIGN(CtlAnswer answer, read_answer(socket, limit));
    const json parsed = json::parse(answer.line, nullptr, false);
    if (!parsed.is_object() || !parsed.value("ok", json()).is_boolean()) {
        return Failure(Error::protocol("the viewer's answer makes no sense"));
    }
    if (parsed["ok"].get<bool>()) {
        return answer;
    }
    const json text = parsed.value("error", json());
    std::string why = text.is_string() ? text.get<std::string>() : "the viewer refused";
    return Failure(parsed.value("kind", json()) == "usage" ? Error::usage(std::move(why))
                                                           : Error::busy(std::move(why)));
}

}  // namespace oriel
