// SPDX-License-Identifier: MIT
#include "host/machine/kvm_probe.h"

#include <thread>

#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/machine/kvm_guest.h"

namespace oriel {
namespace {

constexpr Nanoseconds kLookAgain = std::chrono::milliseconds(2);

/// In a child, which can be ended whatever the guest does.
pid_t start_guest(const char* device) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::_exit(static_cast<int>(run_kvm_guest(device)));
    }
    return pid;
}

std::string reason(int status, const std::string& device) {
    if (WIFEXITED(status)) {
        switch (static_cast<KvmGuestEnd>(WEXITSTATUS(status))) {
        case KvmGuestEnd::Ran:
            return "";
        case KvmGuestEnd::CannotOpen:
            return fmt::format("{} is not there, or not open to this user (group kvm)", device);
        case KvmGuestEnd::CannotMake:
            return "KVM makes no 64-bit guest here";
        case KvmGuestEnd::Died:
            break;
        }
    }
    return "a guest of a few instructions does not run under KVM here";
}

}  // namespace

KvmAnswer probe_kvm(const std::string& device, Nanoseconds limit) {
    const pid_t pid = start_guest(device.c_str());
    if (pid < 0) {
        return {false, "no process could be started to try KVM"};
    }
    const Nanoseconds give_up = monotonic_now() + limit;
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) != pid) {
        if (monotonic_now() >= give_up) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, &status, 0);
            return {false, "guests only creep under KVM here"};
        }
        std::this_thread::sleep_for(kLookAgain);
    }
    const std::string why_not = reason(status, device);
    return {why_not.empty(), why_not};
}

}  // namespace oriel
