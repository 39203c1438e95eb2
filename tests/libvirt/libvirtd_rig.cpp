// SPDX-License-Identifier: MIT
#include "libvirt/libvirtd_rig.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oriel::testing_support {
namespace {

constexpr const char* kDaemon = "/usr/sbin/libvirtd";
constexpr std::chrono::seconds kPatience(60);

void write_file(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

/// A folder of the daemon's, and what it is for the daemon.
struct Folder {
    const char* ours;
    const char* theirs;
};

constexpr std::array<Folder, 5> kFolders{{{"/etc", "/etc/libvirt"},
                                          {"/var", "/var/lib/libvirt"},
                                          {"/state", "/run/libvirt"},
                                          {"/cache", "/var/cache/libvirt"},
                                          {"/log", "/var/log/libvirt"}}};

/// Ends what the daemon left running: QEMU is no child of ours.
void end_virtual_machines(const std::string& folder) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == ".pid" && entry.path().filename() != "driver.pid") {
            pid_t pid = 0;
            std::ifstream(entry.path()) >> pid;
            if (pid > 1) {
                ::kill(pid, SIGKILL);
            }
        }
    }
}

}  // namespace

Said run_shell(const std::string& line) {
    Said said;
    std::FILE* const pipe = ::popen(("exec 2>&1 </dev/null; " + line).c_str(), "re");
    if (pipe == nullptr) {
        return said;
    }
    std::array<char, 4096> part{};
    for (std::size_t count = 0; (count = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
        said.text.append(part.data(), count);
    }
    const int status = ::pclose(pipe);
    said.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return said;
}

std::string why_no_libvirtd() {
    if (::geteuid() != 0) {
        return "a libvirt daemon in a namespace of its own takes root";
    }
    if (::access(kDaemon, X_OK) != 0 ||
        run_shell("command -v virsh qemu-system-x86_64").code != 0) {
        return "no libvirtd, virsh or QEMU: packaging/install-dependencies --test";
    }
    if (run_shell("unshare --mount mount --make-rprivate /").code != 0) {
        return "no mount namespace can be made here";
    }
    return "";
}

LibvirtDaemon::LibvirtDaemon() {
    std::string name = std::filesystem::temp_directory_path() / "oriel-libvirt-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    ::chmod(folder_.c_str(), 0755);
    std::filesystem::create_directory(folder_ + "/run");
    for (const Folder& folder : kFolders) {
        std::filesystem::create_directory(folder_ + folder.ours);
    }
    write_file(folder_ + "/libvirtd.conf",
               "unix_sock_dir = \"" + folder_ + "/run\"\n" +
                   "auth_unix_ro = \"none\"\nauth_unix_rw = \"none\"\n"
                   "log_outputs = \"3:file:" +
                   folder_ + "/log/daemon\"\n");
    write_file(folder_ + "/etc/qemu.conf",
               "user = \"root\"\ngroup = \"root\"\nsecurity_driver = \"none\"\n"
               "namespaces = []\ncgroup_controllers = []\nstdio_handler = \"file\"\n"
               "remember_owner = 0\n");
    daemon_ = std::make_unique<ChildProcess>(
        [this](const std::function<void()>& ready) { return serve(ready); });
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    while (virsh("list").code != 0) {
        if (std::chrono::steady_clock::now() > give_up) {
            ADD_FAILURE() << virsh("list").text << log();
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

LibvirtDaemon::~LibvirtDaemon() {
    daemon_->signal(SIGTERM);
    static_cast<void>(daemon_->wait());
    end_virtual_machines(folder_ + "/state/qemu");
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

/// In the child.
int LibvirtDaemon::serve(const std::function<void()>& ready) const {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        return EXIT_FAILURE;
    }
    for (const auto& [ours, theirs] : kFolders) {
        std::error_code ignored;
        std::filesystem::create_directories(theirs, ignored);
        if (::mount((folder_ + ours).c_str(), theirs, nullptr, MS_BIND, nullptr) != 0) {
            return EXIT_FAILURE;
        }
    }
    // What it says there goes to its log as well.
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0) {
        return EXIT_FAILURE;
    }
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    ready();
    const std::string config = folder_ + "/libvirtd.conf";
    const std::string pid_file = folder_ + "/pid";
    ::execl(kDaemon, kDaemon, "--config", config.c_str(), "--pid-file", pid_file.c_str(), nullptr);
    return EXIT_FAILURE;
}

Said LibvirtDaemon::virsh(const std::string& arguments) const {
    return run_shell("virsh --quiet -c '" + uri() + "' " + arguments);
}

Said LibvirtDaemon::oriel(const std::string& arguments) const {
    const char* const programs = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
    return run_shell("env -u XDG_RUNTIME_DIR -u LIBVIRT_DEFAULT_URI XDG_STATE_HOME=" + folder_ +
                     "/home " + (programs == nullptr ? "." : programs) + "/oriel " + arguments);
}

std::string LibvirtDaemon::log() const {
    std::ostringstream text;
    text << std::ifstream(folder_ + "/log/daemon").rdbuf();
    return text.str();
}

}  // namespace oriel::testing_support
