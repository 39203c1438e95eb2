// SPDX-License-Identifier: MIT
#include "qemu_process.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace oriel::testing_support {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(60);

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

Result<QemuBus> QemuBus::connect(const std::string& path) {
    ORIEL_TRY_ASSIGN(LineSocket socket, LineSocket::connect(path, kPatience));
    return QemuBus(std::move(socket));
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
    EXPECT_TRUE(socket_.send(fmt::format("{} {:#x} {:#x}\n", command, address, value)));
    const auto answer = socket_.line(kPatience);
    EXPECT_TRUE(answer && *answer == "OK");
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
