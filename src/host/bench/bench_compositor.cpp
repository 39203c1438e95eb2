// SPDX-License-Identifier: MIT
#include "host/bench/bench_compositor.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/linux/fd.h"
#include "host/bench/bench_process.h"

namespace oriel {
namespace {

constexpr Nanoseconds kStartLimit = std::chrono::seconds(10);

bool takes_connections(const std::string& path) {
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): connect()'s type
    const auto* to = reinterpret_cast<const sockaddr*>(&address);
    return ::connect(socket.get(), to, sizeof address) == 0;
}

/// Sway refuses to be root's: there it becomes a user who owns nothing else.
std::vector<std::string> as_ordinary_user(std::vector<std::string> command,
                                          const std::string& folder) {
    const passwd* nobody = ::geteuid() == 0 ? ::getpwnam("nobody")  // NOLINT(concurrency-mt-unsafe)
                                            : nullptr;
    if (nobody == nullptr || ::chown(folder.c_str(), nobody->pw_uid, nobody->pw_gid) != 0) {
        return command;
    }
    std::vector<std::string> words{"setpriv",
                                   fmt::format("--reuid={}", nobody->pw_uid),
                                   fmt::format("--regid={}", nobody->pw_gid),
                                   "--clear-groups",
                                   "--pdeathsig=KILL"};
    words.insert(words.end(), command.begin(), command.end());
    return words;
}

}  // namespace

Result<std::unique_ptr<BenchCompositor>> BenchCompositor::start(Size output) {
    std::string folder = "/tmp/oriel-bench-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) {
        return Failure(Error::system("make a folder for a compositor", errno));
    }
    std::unique_ptr<BenchCompositor> compositor(new BenchCompositor(folder));
    ORIEL_TRY(compositor->run(output));
    return compositor;
}

BenchCompositor::~BenchCompositor() {
    program_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

Result<void> BenchCompositor::run(Size output) {
    const std::string config = folder_ + "/sway.conf";
    std::ofstream(config) << fmt::format(
        "xwayland disable\ndefault_border none\noutput HEADLESS-1 mode --custom {}x{}@60Hz\n",
        output.width,
        output.height);
    ORIEL_TRY_ASSIGN(
        program_,
        ChildProgram::start({.label = "sway",
                             .arguments = as_ordinary_user({"sway", "--config", config}, folder_),
                             .environment = {{"XDG_RUNTIME_DIR", folder_},
                                             {"WLR_BACKENDS", "headless"},
                                             {"WLR_HEADLESS_OUTPUTS", "1"},
                                             {"WLR_RENDERER", "pixman"},
                                             {"WLR_LIBINPUT_NO_DEVICES", "1"}},
                             .last_signal = SIGKILL}));
    const Nanoseconds give_up = monotonic_now() + kStartLimit;
    while (!takes_connections(display_)) {
        if (program_->has_ended() || monotonic_now() > give_up) {
            return Failure(Error::not_found(
                "sway did not start without a screen: install sway 1.7 or later, or leave the "
                "bench wayland out"));
        }
        sleep_until(monotonic_now() + std::chrono::milliseconds(10));
    }
    // Its output gets its size a moment after the socket is there.
    sleep_until(monotonic_now() + std::chrono::milliseconds(300));
    return {};
}

}  // namespace oriel
