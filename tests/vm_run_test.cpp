// SPDX-License-Identifier: MIT
// `oriel vm run` and `print` as a person types them: a real QEMU, and a guest of one boot sector.
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/linux/child_program.h"
#include "base/linux/unix_socket.h"
#include "region/broker_test_support.h"

namespace oriel {
namespace {

using namespace testing_support;

constexpr const char* kQemu = "/usr/bin/qemu-system-x86_64";
constexpr Nanoseconds kPatience = std::chrono::seconds(60);

std::string program() {
    const char* const programs = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    return std::string(programs == nullptr ? "." : programs) + "/oriel";
}

/// A disk whose boot sector writes a byte to QEMU's debug port, and stops.
std::string boot_disk(const std::string& folder) {
    std::string disk(1U << 20U, '\0');
    constexpr std::array<unsigned char, 8> kCode{0xB0,
                                                 'O',  // mov $'O', %al
                                                 0xE6,
                                                 0xE9,  // out %al, $0xe9
                                                 0xFA,
                                                 0xF4,  // cli; hlt
                                                 0xEB,
                                                 0xFC};  // and again, should it wake
    std::ranges::copy(kCode, disk.begin());
    disk[510] = '\x55';
    disk[511] = '\xAA';
    const std::string path = folder + "/disk.img";
    std::ofstream(path) << disk;
    return path;
}

class VmRun : public testing::Test {
  protected:
    void SetUp() override {
        if (::access(kQemu, X_OK) != 0) {
            GTEST_SKIP() << kQemu << " is not there: nothing was tested";
        }
        // NOLINTNEXTLINE(concurrency-mt-unsafe): the test has one thread
        ::setenv("XDG_RUNTIME_DIR", folder_.path().c_str(), /*overwrite=*/1);
    }

    /// `oriel vm run` with a small machine.
    Result<ChildProgram> run(std::vector<std::string> more) const {
        std::vector<std::string> arguments{program(),
                                           "vm",
                                           "run",
                                           boot_disk(folder_.path()),
                                           "--name",
                                           "small",
                                           "--memory",
                                           "32",
                                           "--size",
                                           "8",
                                           "--accel",
                                           "tcg"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return ChildProgram::start({.label = "command",
                                    .arguments = arguments,
                                    .environment = {},
                                    .output = ChildCommand::Output::Pipe});
    }

    std::string region_folder() const { return folder_.path() + "/oriel/small"; }

    /// A line of shell, its output and at its end its exit code.
    static std::string shell(const std::string& line) {
        const auto child = ChildProgram::start(
            {.label = "shell",
             .arguments = {"/bin/sh", "-c", "exec 2>&1; " + line + "; echo =$?"},
             .environment = {},
             .output = ChildCommand::Output::Pipe});
        const auto bytes =
            child ? read_output(*child, 1U << 20U, kPatience) : Result<std::vector<std::byte>>();
        EXPECT_TRUE(bytes);
        return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
    }

    TestFolder folder_;
};

/// What QEMU wrote of the guest's debug port.
bool guest_spoke(const std::string& path) {
    const Nanoseconds give_up = monotonic_now() + kPatience;
    while (monotonic_now() < give_up) {
        std::ifstream file(path);
        if (file.get() == 'O') {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

TEST_F(VmRun, BootsTheDiskConnectedAndLeavesNothingAfterCtrlC) {
    const std::string spoken = folder_.path() + "/spoken";
    auto command = run({"--",
                        "-chardev",
                        "file,id=debug,path=" + spoken,
                        "-device",
                        "isa-debugcon,iobase=0xe9,chardev=debug"});
    ASSERT_TRUE(command) << command.error().message;
    const auto line = read_first_line(*command, kPatience);
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_EQ(*line, "small runs, emulated in software (as asked)");

    EXPECT_TRUE(guest_spoke(spoken));
    EXPECT_NE(shell(program() + " status small --json").find("\"vm_connected\":true"),
              std::string::npos);
    EXPECT_TRUE(connect_unix(region_folder() + "/spice.sock", SocketKind::Stream));
    EXPECT_TRUE(connect_unix(region_folder() + "/qmp.sock", SocketKind::Stream));
    const std::string qemu = shell("pgrep -P " + std::to_string(command->pid()));
    command->send(SIGINT);

    ASSERT_TRUE(command->wait(kPatience));
    EXPECT_EQ(command->exit_code(), 0);
    EXPECT_FALSE(std::filesystem::exists(region_folder()));
    EXPECT_NE(::kill(static_cast<pid_t>(std::atoi(qemu.c_str())), 0), 0) << qemu;
}

TEST_F(VmRun, EndsWithQemu) {
    auto command = run({});
    ASSERT_TRUE(command) << command.error().message;
    ASSERT_TRUE(read_first_line(*command, kPatience));
    const std::string qemu = shell("pgrep -P " + std::to_string(command->pid()));

    ::kill(static_cast<pid_t>(std::atoi(qemu.c_str())), SIGKILL);

    ASSERT_TRUE(command->wait(kPatience));
    EXPECT_EQ(command->exit_code(), 1);
    EXPECT_FALSE(std::filesystem::exists(region_folder()));
}

TEST_F(VmRun, TakesQemuAlongWhenItIsKilled) {
    auto command = run({});
    ASSERT_TRUE(command) << command.error().message;
    ASSERT_TRUE(read_first_line(*command, kPatience));
    const auto qemu =
        static_cast<pid_t>(std::atoi(shell("pgrep -P " + std::to_string(command->pid())).c_str()));
    ASSERT_GT(qemu, 1);

    command->send(SIGKILL);

    ASSERT_TRUE(command->wait(kPatience));
    const Nanoseconds give_up = monotonic_now() + kPatience;
    while (::kill(qemu, 0) == 0 && monotonic_now() < give_up &&
           shell("ps -o stat= -p " + std::to_string(qemu)).find('Z') == std::string::npos) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_LT(monotonic_now(), give_up);
}

TEST_F(VmRun, SaysInOneLineWhatIsMissing) {
    const std::string disk = boot_disk(folder_.path());

    EXPECT_EQ(shell(program() + " vm run /nonexistent.img"),
              "oriel: no image or kernel at /nonexistent.img\n=1\n");
    EXPECT_EQ(shell("PATH=/nonexistent " + program() + " vm run --accel tcg " + disk),
              "oriel: no program qemu-system-x86_64: install qemu-system-x86 (Debian, Ubuntu), "
              "qemu-kvm (Fedora, openSUSE) or qemu-base (Arch)\n=1\n");
    EXPECT_EQ(shell(program() + " vm run --accel warp " + disk),
              "oriel: --accel 'warp' is unknown: use auto | kvm | tcg\n=2\n");
    EXPECT_EQ(shell(program() + " vm run --initrd /nonexistent --accel tcg " + disk),
              "oriel: no initrd at /nonexistent\n=1\n");
    EXPECT_TRUE(shell(program() + " vm run --accel tcg " + disk + " -- -device nonsense")
                    .ends_with("oriel: QEMU ended with code 1: its own words are above\n=1\n"));
    EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/oriel/disk"));
}

TEST_F(VmRun, PrintsWhatQemuTakes) {
    // QEMU itself is the judge: it parses all of it, and then has nobody to connect to.
    std::filesystem::create_directories(folder_.path() + "/oriel/other");
    const std::string arguments = shell(program() + " vm print other");
    const std::string said =
        shell("eval " + std::string(kQemu) + " -nodefaults -display none -accel tcg \"$(" +
              program() + " vm print other)\"");

    EXPECT_TRUE(arguments.starts_with("-chardev socket,path=" + folder_.path() +
                                      "/oriel/other/vm.sock,id=oriel"))
        << arguments;
    EXPECT_NE(said.find("Failed to connect to '" + folder_.path() + "/oriel/other/vm.sock'"),
              std::string::npos)
        << said;
}

}  // namespace
}  // namespace oriel
