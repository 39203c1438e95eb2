// SPDX-License-Identifier: MIT
// RFC 6143 (RFB 3.8), and of its registry the message SetDesktopSize.
#include "vm/screen_plug.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/socket.h>

#include "base/linux/unix_socket.h"

namespace oriel::testing_support {
namespace {

constexpr std::string_view kVersion = "RFB 003.008\n";
constexpr std::byte kNoPassword{1};
constexpr std::byte kShared{1};
constexpr std::byte kSetDesktopSize{251};

Result<void> send(const UniqueFd& socket, std::span<const std::byte> bytes) {
    return send_with_fds(socket, bytes, {});
}

/// Waits for all of them.
Result<std::vector<std::byte>> receive(const UniqueFd& socket, std::size_t count) {
    std::vector<std::byte> bytes(count);
    const ssize_t got = ::recv(socket.get(), bytes.data(), count, MSG_WAITALL);
    if (got < 0) {
        return Failure(Error::system("read from QEMU's VNC server", errno));
    }
    if (static_cast<std::size_t>(got) != count) {
        return Failure(Error::protocol("QEMU's VNC server hung up"));
    }
    return bytes;
}

void append(std::vector<std::byte>& message, std::uint64_t value, unsigned bytes) {
    while (bytes-- > 0) {
        message.push_back(static_cast<std::byte>(value >> 8U * bytes));
    }
}

}  // namespace

std::vector<std::string> ScreenPlug::arguments(const std::string& path,
                                               const std::string& device,
                                               unsigned output) {
    return {"-vnc", fmt::format("unix:{},display={},head={}", path, device, output)};
}

Result<ScreenPlug> ScreenPlug::connect(const std::string& path) {
    ORIEL_TRY_ASSIGN(UniqueFd socket, connect_unix(path, SocketKind::Stream));
    ScreenPlug plug(std::move(socket));
    ORIEL_TRY(plug.shake_hands());
    return plug;
}

Result<void> ScreenPlug::shake_hands() const {
    ORIEL_TRY(receive(socket_, kVersion.size()));
    ORIEL_TRY(send(socket_, std::as_bytes(std::span(kVersion))));
    ORIEL_TRY_ASSIGN(const auto count, receive(socket_, 1));
    ORIEL_TRY_ASSIGN(const auto kinds, receive(socket_, std::to_integer<std::size_t>(count[0])));
    ORIEL_TRY(send(socket_, std::array{kNoPassword}));
    ORIEL_TRY_ASSIGN(const auto refusal, receive(socket_, 4));
    if (refusal != std::vector<std::byte>(4)) {
        return Failure(Error::protocol("QEMU's VNC server wants a password"));
    }
    // What the server answers, a size and a name, is of no interest here, nor anything after it.
    return send(socket_, std::array{kShared});
}

Result<void> ScreenPlug::plug(Size size) const {
    std::vector<std::byte> message{kSetDesktopSize, std::byte{}};
    append(message, size.width, 2);
    append(message, size.height, 2);
    constexpr unsigned kScreens = 1;
    append(message, kScreens, 1);
    append(message, 0, 1);
    // The only one: its number, where it lies, its size, its flags.
    append(message, 0, 4 + 2 + 2);
    append(message, size.width, 2);
    append(message, size.height, 2);
    append(message, 0, 4);
    return send(socket_, message);
}

}  // namespace oriel::testing_support
