// SPDX-License-Identifier: MIT
#include "qemu_process.h"

#include <array>
#include <chrono>
#include <span>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/linux/unix_socket.h"

namespace oriel::testing_support {
namespace {

constexpr std::chrono::seconds kPatience(60);

// Device 5 of the first bus, and a place in memory where a PC has none.
constexpr std::uint32_t kConfig = 0x80000000 | 5U << 11U;
constexpr std::uint32_t kConfigAddress = 0xcf8;
constexpr std::uint32_t kConfigData = 0xcfc;
constexpr std::uint32_t kCommand = 0x04;
constexpr std::uint32_t kMemoryEnable = 2;
constexpr std::uint32_t kBar0 = 0x10;
constexpr std::uint32_t kRegisters = 0xfebf0000;
constexpr std::uint32_t kDoorbell = 12;

}  // namespace

QemuLine::QemuLine(const std::string& path) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!socket_ && std::chrono::steady_clock::now() < deadline) {
        if (auto connected = connect_unix(path, SocketKind::Stream)) {
            socket_ = std::move(*connected);
        } else {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
}

void QemuLine::say(const std::string& text) const {
    EXPECT_TRUE(send_with_fds(socket_, std::as_bytes(std::span(text)), {}));
}

std::string QemuLine::read_until(const std::string& word) {
    std::string text;
    while (text.find(word) == std::string::npos || !text.ends_with('\n')) {
        std::array<char, 4096> buffer{};
        const ssize_t size = ::read(socket_.get(), buffer.data(), buffer.size());
        if (size <= 0) {
            break;
        }
        text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return text;
}

QemuMonitor::QemuMonitor(const std::string& path) : line_(path) {
    if (line_.is_connected()) {
        line_.read_until("QMP");
        ask(R"({"execute":"qmp_capabilities"})");
    }
}

std::string QemuMonitor::ask(const std::string& question) {
    line_.say(question);
    return line_.read_until("return");
}

std::string QemuMonitor::human(const std::string& command) {
    return ask(R"({"execute":"human-monitor-command","arguments":{"command-line":")" + command +
               R"("}})");
}

void QemuBus::map_doorbell() {
    write("outl", kConfigAddress, kConfig + kBar0);
    write("outl", kConfigData, kRegisters);
    write("outl", kConfigAddress, kConfig + kCommand);
    write("outl", kConfigData, kMemoryEnable);
}

void QemuBus::ring(unsigned peer) {
    write("writel", kRegisters + kDoorbell, peer << 16U);
}

void QemuBus::write(const char* command, std::uint32_t address, std::uint32_t value) {
    line_.say(fmt::format("{} {:#x} {:#x}\n", command, address, value));
    EXPECT_EQ(line_.read_until("\n"), "OK\n");
}

int run_qemu(const std::string& vm_socket, const std::string& folder) {
    const std::string chardev = "socket,path=" + vm_socket + ",id=oriel";
    const std::string monitor = "unix:" + folder + "/monitor,server=on,wait=off";
    const std::string bus = "unix:" + folder + "/bus,server=on,wait=off";
    ::execl(kQemu,
            kQemu,
            "-display",
            "none",
            "-nodefaults",
            "-M",
            "pc",
            "-accel",
            "tcg",
            "-m",
            "32",
            "-S",
            "-chardev",
            chardev.c_str(),
            "-device",
            "ivshmem-doorbell,chardev=oriel,vectors=1,master=on,addr=5",
            "-qmp",
            monitor.c_str(),
            "-qtest",
            bus.c_str(),
            "-qtest-log",
            "/dev/null",
            nullptr);
    return 1;
}

}  // namespace oriel::testing_support
