// SPDX-License-Identifier: MIT
#include "supervisor.h"

#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/linux/unix_socket.h"
#include "region/region_paths.h"

namespace oriel::testing_support {
namespace {

constexpr std::chrono::seconds kPatience(20);
constexpr int kFirstFd = 3;
constexpr int kOutOfTheWay = 200;

UniqueFd bind_notify(const std::string& path) {
    UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    return fd;
}

/// The value of `key` among lines of KEY=VALUE; empty where there is none.
std::string value_of(const std::string& message, const std::string& key) {
    const std::string lines = "\n" + message + "\n";
    const std::size_t at = lines.find("\n" + key + "=");
    if (at == std::string::npos) {
        return "";
    }
    const std::size_t start = at + key.size() + 2;
    return lines.substr(start, lines.find('\n', start) - start);
}

pid_t spawn(const std::vector<std::string>& command,
            const std::vector<std::string>& environment,
            const std::vector<int>& fds) {
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    std::vector<UniqueFd> copies;
    for (std::size_t i = 0; i < fds.size(); ++i) {
        copies.emplace_back(::fcntl(fds[i], F_DUPFD_CLOEXEC, kOutOfTheWay));
        ::posix_spawn_file_actions_adddup2(
            &actions, copies.back().get(), kFirstFd + static_cast<int>(i));
    }
    const auto pointers = [](const std::vector<std::string>& texts) {
        std::vector<char*> result;
        for (const std::string& text : texts) {
            result.push_back(const_cast<char*>(text.c_str()));  // NOLINT: posix_spawn() reads
        }
        result.push_back(nullptr);
        return result;
    };
    // The shell knows the process's number before the program runs.
    std::vector<std::string> line{
        "/bin/sh", "-c", R"(LISTEN_PID=$$; export LISTEN_PID; exec "$@")", "sh"};
    line.insert(line.end(), command.begin(), command.end());
    pid_t pid = -1;
    const int error = ::posix_spawn(
        &pid, "/bin/sh", &actions, nullptr, pointers(line).data(), pointers(environment).data());
    EXPECT_EQ(error, 0);
    ::posix_spawn_file_actions_destroy(&actions);
    return pid;
}

}  // namespace

Supervisor::Supervisor(const std::string& region_folder) {
    std::filesystem::create_directories(region_folder);
    ::chmod(region_folder.c_str(), 0700);
    notify_path_ = region_folder + "/../../notify";
    vm_listener_ = listen_unix(vm_socket(region_folder), SocketKind::Stream, 0600).value();
    viewer_listener_ = listen_unix(viewer_socket(region_folder), SocketKind::Packets, 0600).value();
    notify_socket_ = bind_notify(notify_path_);
    thread_ = std::jthread([this](const std::stop_token& stop) { listen(stop); });
}

Supervisor::~Supervisor() {
    kill();
}

bool Supervisor::start(const std::vector<std::string>& command) {
    std::vector<int> fds{vm_listener_.get(), viewer_listener_.get()};
    std::string names = "vm:viewer";
    {
        const std::scoped_lock lock(mutex_);
        is_ready_ = false;
        status_.clear();
        for (const auto& [name, fd] : kept_) {
            names += ":" + name;
            fds.push_back(fd.get());
        }
    }
    pid_ = spawn(command,
                 {"PATH=/usr/bin:/bin",
                  "NOTIFY_SOCKET=" + notify_path_,
                  "LISTEN_FDS=" + std::to_string(fds.size()),
                  "LISTEN_FDNAMES=" + names},
                 fds);
    return wait_until([this] { return is_ready_; });
}

void Supervisor::kill() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
        settle();
    }
}

int Supervisor::stop() {
    int status = 0;
    if (pid_ <= 0 || ::kill(pid_, SIGTERM) != 0 || ::waitpid(pid_, &status, 0) != pid_) {
        return -1;
    }
    pid_ = -1;
    settle();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool Supervisor::says(const std::string& text) {
    return wait_until([&] { return status_ == text; });
}

std::vector<std::string> Supervisor::kept() {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, fd] : kept_) {
        names.push_back(name);
    }
    return names;
}

void Supervisor::lose(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    kept_.erase(name);
}

void Supervisor::swap_in(const std::string& name, UniqueFd fd) {
    const std::scoped_lock lock(mutex_);
    kept_[name] = std::move(fd);
}

void Supervisor::listen(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd entry{notify_socket_.get(), POLLIN, 0};
        static_cast<void>(::poll(&entry, 1, /*timeout=*/20));
        std::array<std::byte, 4096> buffer{};
        while (auto received = receive_with_fds(notify_socket_, buffer)) {
            const std::string message(reinterpret_cast<const char*>(buffer.data()), received->size);
            const std::scoped_lock lock(mutex_);
            hear(message, std::move(received->fds));
            heard_.notify_all();
        }
        const std::scoped_lock lock(mutex_);
        ++emptied_;
        heard_.notify_all();
    }
}

void Supervisor::hear(const std::string& message, std::vector<UniqueFd> fds) {
    const std::string name = value_of(message, "FDNAME");
    if (value_of(message, "FDSTOREREMOVE") == "1") {
        kept_.erase(name);
    }
    if (value_of(message, "FDSTORE") == "1" && fds.size() == 1) {
        kept_[name] = std::move(fds[0]);
    }
    if (const std::string status = value_of(message, "STATUS"); !status.empty()) {
        status_ = status;
    }
    is_ready_ = is_ready_ || value_of(message, "READY") == "1";
}

template <class Condition>
bool Supervisor::wait_until(Condition condition) {
    std::unique_lock lock(mutex_);
    return heard_.wait_for(lock, kPatience, condition);
}

/// Whatever was said is heard once the queue was found empty twice.
void Supervisor::settle() {
    unsigned before = 0;
    {
        const std::scoped_lock lock(mutex_);
        before = emptied_;
    }
    EXPECT_TRUE(wait_until([&] { return emptied_ >= before + 2; }));
}

}  // namespace oriel::testing_support
