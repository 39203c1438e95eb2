// SPDX-License-Identifier: MIT
#pragma once

#include <list>
#include <memory>
#include <string>

#include "base/linux/fd.h"
#include "base/linux/unix_socket.h"
#include "base/poll_loop.h"
#include "region/peer_access.h"
#include "viewer/control/control_folder.h"
#include "viewer/control/control_verbs.h"

namespace oriel {

/// A viewer's control socket: lines of JSON, one request one answer, in order (control_request.h).
///
/// Trust: only this user and root are listened to. Whoever sends rubbish gets an answer that says
/// so; a line without an end, and one who does not read its answers, ends the connection. Where all
/// places are taken, the one that was silent for longest goes.
/// Threads: the loop's. Blocks: never.
class ControlServer {
  public:
    static constexpr std::size_t kMaxClients = 16;

    /// `loop` and `viewer` outlive it. Errors: as ControlSocket::open().
    static Result<std::unique_ptr<ControlServer>> open(PollLoop& loop,
                                                       ViewerControls& viewer,
                                                       const std::string& folder);

    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    const std::string& path() const { return socket_.path(); }

  private:
    struct Client {
        UniqueFd socket;
        PollLoop::Id watch{};
        std::string unread{};     // NOLINT(readability-redundant-member-init): gcc wants it
        bool is_answered = true;  ///< What it asked for last.
        bool is_worked_on = false;
        bool is_gone = false;
    };

    using ClientPointer = std::shared_ptr<Client>;

    ControlServer(PollLoop& loop, ViewerControls& viewer, ControlSocket socket);

    void accept();
    bool make_room();
    void read(const ClientPointer& client);
    void work(const ClientPointer& client);
    void ask(const ClientPointer& client, std::string_view line);
    void answer(const ClientPointer& client, const ControlAnswer& answer);
    void drop(const ClientPointer& client);

    PollLoop& loop_;
    ViewerControls& viewer_;
    PeerAccess access_;
    ControlSocket socket_;
    std::list<ClientPointer> clients_;  ///< The one that was silent for longest comes first.
    PollLoop::Id listener_watch_;
};

}  // namespace oriel
