// SPDX-License-Identifier: MIT
// The virtual machine itself: what the other tests of this folder stand on.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/machine/kvm_probe.h"
#include "vm/machine_rig.h"

namespace oriel {
namespace {

using namespace testing_support;

bool has_grey(const ScreenPicture& picture) {
    return std::ranges::find(picture.pixels, std::byte{0xaa}) != picture.pixels.end();
}

class Machine : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
    }

    MachineFolder folder_;
};

TEST_F(Machine, RunsCommandsShowsItsScreenAndTakesKeys) {
    MachineOptions options = machine_options(folder_.make("a"));
    options.devices = {"-device", "VGA,edid=on,xres=1024,yres=768"};
    options.root.modules = {"bochs"};
    options.root.start = "setsid sh -c 'exec sh </dev/tty1 >/dev/tty1 2>&1' &";
    const auto machine = boot(options);
    ASSERT_TRUE(machine);

    const auto said = machine->run("echo one; echo two >&2; exit 3");
    ASSERT_TRUE(said) << said.error().message;
    EXPECT_EQ(said->exit_code, 3);
    EXPECT_EQ(said->text, "one\ntwo\n");

    // The console's letters, once the shell there has said something.
    const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(10);
    auto picture = machine->screendump();
    while (picture && !has_grey(*picture) && monotonic_now() < give_up) {
        picture = machine->screendump();
    }
    ASSERT_TRUE(picture) << picture.error().message;
    EXPECT_EQ(picture->size, (Size{1024, 768}));
    EXPECT_TRUE(has_grey(*picture));

    for (const std::vector<std::string>& keys :
         std::vector<std::vector<std::string>>{{"e"},
                                               {"c"},
                                               {"h"},
                                               {"o"},
                                               {"spc"},
                                               {"shift", "k"},
                                               {"spc"},
                                               {"shift", "dot"},
                                               {"slash"},
                                               {"k"},
                                               {"ret"}}) {
        ASSERT_TRUE(machine->qmp().send_keys(keys));
    }
    const auto typed = machine->run(
        "for i in 1 2 3 4 5 6 7 8 9 10; do [ -s /k ] && break; sleep 0.2; done; cat /k");
    ASSERT_TRUE(typed) << typed.error().message;
    EXPECT_EQ(typed->text, "K\n");
}

TEST_F(Machine, KvmIsTakenOnlyWhereAGuestStartsUnderIt) {
    MachineOptions options = machine_options(folder_.make("a"));

    options.acceleration = probe_kvm().runs ? Acceleration::Kvm : Acceleration::Software;

    EXPECT_TRUE(boot(options));
}

/// A process that is there and has not ended.
bool runs(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(file, text);
    const std::size_t name_end = text.rfind(')');
    return name_end != std::string::npos && text.compare(name_end, 3, ") Z") != 0;
}

TEST_F(Machine, EndsWithTheProcessThatStartedIt) {
    const MachineOptions options = machine_options(folder_.make("a"));
    const std::string pid_file = folder_.path() + "/pid";
    const pid_t owner = ::fork();
    if (owner == 0) {
        const auto machine = VirtualMachine::start(options);
        std::ofstream(pid_file + ".new") << (machine ? (*machine)->pid() : -1);
        std::filesystem::rename(pid_file + ".new", pid_file);
        ::pause();
    }
    const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(20);
    while (!std::filesystem::exists(pid_file) && monotonic_now() < give_up) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    pid_t machine = -1;
    std::ifstream(pid_file) >> machine;
    ASSERT_GT(machine, 0);
    ASSERT_TRUE(runs(machine));

    ::kill(owner, SIGKILL);
    ::waitpid(owner, nullptr, 0);

    while (runs(machine) && monotonic_now() < give_up) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_FALSE(runs(machine));
}

TEST_F(Machine, SaysWhyItDoesNotStart) {
    MachineOptions options = machine_options(folder_.make("a"));
    options.devices = {"-device", "no-such-device"};
    const auto refused = VirtualMachine::start(options);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("no-such-device"), std::string::npos)
        << refused.error().message;

    options.devices = {};
    options.root.modules = {"no_such_module"};
    const auto incomplete = VirtualMachine::start(options);
    ASSERT_FALSE(incomplete);
    EXPECT_NE(incomplete.error().message.find("no module no_such_module"), std::string::npos)
        << incomplete.error().message;
}

}  // namespace
}  // namespace oriel
