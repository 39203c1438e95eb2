// SPDX-License-Identifier: MIT
#include "region/ivshmem_protocol.h"

#include <bit>
#include <span>

#include "base/linux/unix_socket.h"

namespace oriel {
namespace {

Result<void> send_number(const UniqueFd& socket, std::int64_t number, std::span<const int> fds) {
    static_assert(std::endian::native == std::endian::little);
    return send_with_fds(socket, std::as_bytes(std::span(&number, 1)), fds);
}

Result<void> send_with_fd(const UniqueFd& socket, std::int64_t number, const UniqueFd& fd) {
    const int raw = fd.get();
    return send_number(socket, number, std::span(&raw, 1));
}

}  // namespace

Result<void> send_ivshmem_setup(const UniqueFd& socket,
                                const BrokerMemory& memory,
                                const Doorbells& viewers,
                                const UniqueFd& own_doorbell) {
    ORIEL_TRY(send_number(socket, kIvshmemVersion, {}));
    ORIEL_TRY(send_number(socket, kIvshmemQemu, {}));
    ORIEL_TRY(send_with_fd(socket, kIvshmemMemory, memory.fd()));
    for (unsigned viewer = 0; viewer < abi::kMaxViewers; ++viewer) {
        ORIEL_TRY(send_with_fd(socket, ivshmem_peer(viewer), viewers.at(viewer)));
    }
    return send_with_fd(socket, kIvshmemQemu, own_doorbell);
}

}  // namespace oriel
