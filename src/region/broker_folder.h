// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/linux/fd.h"
#include "base/linux/unix_socket.h"
#include "base/result.h"
#include "region/peer_access.h"
#include "region/peer_locks.h"

namespace oriel {

/// A region's folder, held by the one broker that serves it: `broker.lock` says so for as long as
/// that process lives, however it ends.
///
/// Lifetime: removes what it made, and the folder, on destruction; `peers.lock` stays while peers
/// hold places in it, for a later broker to find them.
class BrokerFolder {
  public:
    /// Who makes the folder, and answers for who may write in it.
    enum class Maker : std::uint8_t {
        Broker,
        ServiceManager,  ///< It made sockets there, as its administrator wants them.
    };

    /// Takes the folder, which a Broker makes if need be.
    /// Errors: Busy, naming the process that has it; System, also where a Broker's folder is not
    /// ours alone to write in.
    static Result<std::unique_ptr<BrokerFolder>> take(const std::string& path,
                                                      const std::string& region,
                                                      Maker maker);

    ~BrokerFolder();
    BrokerFolder(const BrokerFolder&) = delete;
    BrokerFolder& operator=(const BrokerFolder&) = delete;

    /// Listens on `socket`, a path in the folder, in place of what a killed broker left there.
    Result<UniqueFd> listen(const std::string& socket, SocketKind kind, const PeerAccess& access);

    const std::string& path() const { return path_; }

    const PeerLocks& peers() const { return peers_; }

  private:
    BrokerFolder(std::string path, UniqueFd lock, PeerLocks peers)
        : path_(std::move(path)), lock_(std::move(lock)), peers_(std::move(peers)) {}

    std::string path_;
    UniqueFd lock_;
    PeerLocks peers_;
    std::vector<std::string> sockets_;
};

}  // namespace oriel
