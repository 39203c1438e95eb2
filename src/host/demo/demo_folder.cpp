// SPDX-License-Identifier: MIT
#include "host/demo/demo_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

namespace oriel {
namespace {

/// A program that dies with us may still make a file when we look first.
constexpr int kAttempts = 10;
constexpr Nanoseconds kPause = std::chrono::milliseconds(50);

/// Away from our terminal's Ctrl-C, and from every descriptor of ours: somebody may wait for the
/// end of our stdout.
[[noreturn]] void keep(int lifeline, const std::array<std::string, 2>& folders) {
    ::setpgid(0, 0);
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGTERM, SIG_IGN);
    ::signal(SIGHUP, SIG_IGN);
    if (lifeline != STDIN_FILENO) {
        ::dup2(lifeline, STDIN_FILENO);
    }
    ::close_range(STDIN_FILENO + 1, ~0U, 0);
    char nothing = 0;
    while (::read(STDIN_FILENO, &nothing, 1) < 0 && errno == EINTR) {}
    const auto is_there = [](const std::string& folder) {
        std::error_code error;
        return !folder.empty() && std::filesystem::exists(folder, error);
    };
    for (int i = 0; i < kAttempts && std::ranges::any_of(folders, is_there); ++i) {
        for (const std::string& folder : folders) {
            std::error_code error;
            std::filesystem::remove_all(folder, error);
        }
        std::this_thread::sleep_for(kPause);
    }
    ::_exit(0);
}

}  // namespace

Result<std::unique_ptr<DemoFolder>> DemoFolder::create(const std::string& beside) {
    std::error_code error;
    std::string path = std::filesystem::temp_directory_path(error) / "oriel-demo-XXXXXX";
    std::array<int, 2> ends{-1, -1};
    if (error || ::mkdtemp(path.data()) == nullptr || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return Failure(Error::system("make a folder for the demo's guest", errno));
    }
    UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    const pid_t keeper = ::fork();
    if (keeper == 0) {
        writer.reset();
        keep(reader.get(), {path, beside});
    }
    if (keeper < 0) {
        std::filesystem::remove(path, error);
        return Failure(Error::system("start a process for the demo's folder", errno));
    }
    return std::unique_ptr<DemoFolder>(new DemoFolder(path, std::move(writer), keeper));
}

DemoFolder::~DemoFolder() {
    lifeline_.reset();
    ::waitpid(keeper_, nullptr, 0);
}

}  // namespace oriel
