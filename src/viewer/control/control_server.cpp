// SPDX-License-Identifier: MIT
#include "viewer/control/control_server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"

namespace oriel {
namespace {

/// At most so many at once: a crowd at the door does not keep the picture waiting, and who came in
/// before is heard in the next round, before there is need for its place.
constexpr int kAcceptsPerRound = 4;
static_assert(kAcceptsPerRound * 3 < ControlServer::kMaxClients);

/// Of one client in one round of the loop.
constexpr std::size_t kBytesPerRound = 4096;

/// False: it does not read, or is gone.
bool send_answer(const UniqueFd& socket, const ControlAnswer& answer) {
    const std::string line = answer.line + "\n";
    const int fd = answer.picture.get();
    return send_with_fds(socket,
                         std::as_bytes(std::span(line)),
                         std::span(&fd, answer.picture ? std::size_t{1} : std::size_t{0}))
        .has_value();
}

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::open(PollLoop& loop,
                                                           ViewerControls& viewer,
                                                           const std::string& folder) {
    ORIEL_TRY_ASSIGN(ControlSocket socket, ControlSocket::open(folder));
    return std::unique_ptr<ControlServer>(new ControlServer(loop, viewer, std::move(socket)));
}

ControlServer::ControlServer(PollLoop& loop, ViewerControls& viewer, ControlSocket socket)
    : loop_(loop),
      viewer_(viewer),
      access_{.owner = ::geteuid(), .group = {}},
      socket_(std::move(socket)),
      listener_watch_(loop_.watch(socket_.listener().get(), [this] { accept(); })) {}

ControlServer::~ControlServer() {
    loop_.remove(listener_watch_);
    while (!clients_.empty()) {
        drop(clients_.front());
    }
}

void ControlServer::accept() {
    for (int i = 0; i < kAcceptsPerRound; ++i) {
        UniqueFd socket = accept_unix(socket_.listener());
        if (!socket) {
            return;
        }
        const auto peer = peer_identity(socket);
        if (!peer) {
            continue;
        }
        if (!is_admitted(*peer, access_)) {
            log(LogLevel::Warning,
                fmt::format("process {} of user {} may not control this viewer: refused",
                            peer->pid,
                            peer->uid));
            send_answer(socket,
                        refusal(Error::busy(
                            fmt::format("user {} may not control this viewer", peer->uid))));
            continue;
        }
        if (!make_room()) {
            send_answer(socket, refusal(Error::busy("too many ask this viewer already")));
            continue;
        }
        const auto client = std::make_shared<Client>(Client{.socket = std::move(socket)});
        client->watch = loop_.watch(client->socket.get(), [this, client] { read(client); });
        clients_.push_back(client);
    }
}

/// False: all of them wait for what they asked for.
bool ControlServer::make_room() {
    if (clients_.size() < kMaxClients) {
        return true;
    }
    const auto idle = std::ranges::find_if(
        clients_, [](const ClientPointer& client) { return client->is_answered; });
    if (idle == clients_.end()) {
        return false;
    }
    drop(ClientPointer(*idle));
    return true;
}

void ControlServer::read(const ClientPointer& client) {
    std::array<std::byte, kBytesPerRound> buffer{};
    const auto received = receive_with_fds(client->socket, buffer);
    if (!received && received.error().os_code == EAGAIN) {
        return;
    }
    if (!received || received->size == 0) {
        return drop(client);
    }
    client->unread.append(reinterpret_cast<const char*>(buffer.data()), received->size);
    clients_.splice(clients_.end(), clients_, std::ranges::find(clients_, client));
    work(client);
}

/// One line after the other; the next once the last was answered.
void ControlServer::work(const ClientPointer& client) {
    client->is_worked_on = true;
    while (client->is_answered && !client->is_gone) {
        const std::size_t end = client->unread.find('\n');
        if (end == std::string::npos) {
            break;
        }
        const std::string line = client->unread.substr(0, end);
        client->unread.erase(0, end + 1);
        ask(client, line);
    }
    client->is_worked_on = false;
    if (client->unread.size() >= kMaxControlLine && client->is_answered && !client->is_gone) {
        send_answer(
            client->socket,
            refusal(Error::usage(fmt::format("a line has at most {} bytes", kMaxControlLine))));
        drop(client);
    }
}

void ControlServer::ask(const ClientPointer& client, std::string_view line) {
    const auto request = read_control_request(line);
    if (!request) {
        return answer(client, refusal(request.error()));
    }
    client->is_answered = false;
    loop_.pause(client->watch);
    // It may be gone by then, and so may this server.
    const std::weak_ptr<Client> asker = client;
    run_control_request(viewer_, *request, [this, asker](const ControlAnswer& found) {
        const ClientPointer there = asker.lock();
        if (!there || there->is_gone) {
            return;
        }
        there->is_answered = true;
        loop_.resume(there->watch);
        answer(there, found);
        if (!there->is_worked_on) {
            work(there);
        }
    });
}

void ControlServer::answer(const ClientPointer& client, const ControlAnswer& answer) {
    if (!client->is_gone && !send_answer(client->socket, answer)) {
        log(LogLevel::Debug, "a client of the control socket does not read its answers");
        drop(client);
    }
}

void ControlServer::drop(const ClientPointer& client) {
    const ClientPointer kept = client;
    kept->is_gone = true;
    loop_.remove(kept->watch);
    kept->socket.reset();
    clients_.remove(kept);
}

}  // namespace oriel
