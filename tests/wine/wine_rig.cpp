// SPDX-License-Identifier: MIT
#include "wine/wine_rig.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

namespace oriel::test {
namespace {

constexpr const char* kSetup = "ivshmem_stand_in_setup.exe";
constexpr Nanoseconds kLookAgain = std::chrono::milliseconds(10);
constexpr Nanoseconds kBootTime = std::chrono::seconds(120);

/// Where the Windows build's programs are.
std::vector<std::string> program_folders() {
    const char* const told = std::getenv("ORIEL_WINDOWS_BIN_DIR");
    std::istringstream list(told != nullptr ? told : ORIEL_WINDOWS_FOLDERS);
    std::vector<std::string> folders;
    for (std::string folder; std::getline(list, folder, ':');) {
        folders.push_back(folder);
    }
    return folders;
}

/// As Wine takes it: a path where it is ours.
std::string find_program(const std::string& name) {
    for (const std::string& folder : program_folders()) {
        const std::string path = folder + "/" + name;
        if (::access(path.c_str(), R_OK) == 0) {
            return path;
        }
    }
    return name;
}

/// Debian's Wine has its sockets in a folder of this name; and leaves it.
void remove_sockets(const std::string& prefix) {
    std::string name;
    std::ifstream(prefix + "/wineserver") >> name;
    if (name.starts_with("wine-")) {
        std::error_code ignored;
        std::filesystem::remove_all(std::filesystem::temp_directory_path() / name, ignored);
    }
}

void remove_prefix(const std::string& prefix) {
    remove_sockets(prefix);
    std::error_code ignored;
    std::filesystem::remove_all(prefix, ignored);
    ::unlink((prefix + ".lock").c_str());
}

/// What a test that is killed leaves behind; its programs end by themselves, the server last.
void clean_up_after(const std::string& prefix, const std::vector<std::string>& files) {
    pid_t note = 0;
    pid_t server = 0;
    while (::read(LastWill::kNotes, &note, sizeof note) > 0) {
        server = note;
    }
    for (int tries = 0; tries < 200 && server > 0 && ::kill(server, 0) == 0; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    for (const std::string& file : files) {
        ::unlink(file.c_str());
        ::unlink(StandInDevice::bell_of(file).c_str());
    }
    remove_prefix(prefix);
}

std::string device_path(const std::string& name, std::size_t number) {
    return fmt::format("/dev/shm/oriel-{}-{}-{}", name, ::getpid(), number);
}

}  // namespace

std::string WineProgram::text() const {
    std::stringstream text;
    text << std::ifstream(output_).rdbuf();
    return text.str();
}

bool WineProgram::says(const std::string& words, Nanoseconds limit) {
    const Nanoseconds end = monotonic_now() + limit;
    while (text().find(words) == std::string::npos) {
        if (monotonic_now() > end || child_.has_ended()) {
            return text().find(words) != std::string::npos;
        }
        std::this_thread::sleep_for(kLookAgain);
    }
    return true;
}

std::string WineRig::why_not() {
    const char* const wine = "/usr/lib/wine/wine64";
    if (::access(wine, X_OK) != 0 && std::system("command -v wine64 wine >/dev/null") != 0) {
        return "no Wine: packaging/install-dependencies --windows";
    }
    if (find_program(kSetup) == kSetup) {
        return "no Windows build: make test-wine makes it";
    }
    return "";
}

Result<std::unique_ptr<WineRig>> WineRig::boot(const Wish& wish) {
    std::unique_ptr<WineRig> rig(
        new WineRig(fmt::format("{}/{}-{}", ORIEL_WINE_PREFIXES, wish.name, ::getpid())));
    ORIEL_TRY(rig->make(wish));
    return rig;
}

Result<void> WineRig::make(const Wish& wish) {
    std::error_code error;
    std::filesystem::create_directories(prefix_, error);
    if (error) {
        return Failure(Error::system("make " + prefix_, error.value()));
    }
    std::vector<std::string> files;
    for (std::size_t i = 0; i < wish.devices.size(); ++i) {
        files.push_back(device_path(wish.name, i));
    }
    ORIEL_TRY_ASSIGN(
        LastWill will,
        LastWill::make({.what = "the end of a Wine prefix", .kept = {}, .execute = [this, files] {
                            clean_up_after(prefix_, files);
                        }}));
    last_will_.emplace(std::move(will));
    for (std::size_t i = 0; i < wish.devices.size(); ++i) {
        ORIEL_TRY_ASSIGN(StandInDevice device, StandInDevice::make(files[i], wish.devices[i]));
        devices_.push_back(std::move(device));
    }
    if (wish.screen) {
        ORIEL_TRY_ASSIGN(XServer screen, XServer::start(*wish.screen));
        screen_.emplace(std::move(screen));
    }
    ChildCommand serve = command("Wine's server", {"--server"});
    serve.output = ChildCommand::Output::Pipe;
    ORIEL_TRY_ASSIGN(ChildProgram server, ChildProgram::start(serve));
    server_.emplace(std::move(server));
    const pid_t pid = server_->pid();
    last_will_->note(std::as_bytes(std::span(&pid, 1)));
    ORIEL_TRY(read_first_line(*server_, kBootTime));
    if (const Said booted = run("cmd", {"/c", "exit"}, kBootTime); booted.code != 0) {
        return Failure(Error::unsupported("cannot start Wine: " + booted.text));
    }
    if (const Said installed = install_driver(); installed.code != 0) {
        return Failure(Error::unsupported("cannot install the driver: " + installed.text));
    }
    return {};
}

WineRig::~WineRig() {
    if (server_) {
        // It ends every program in the prefix first.
        server_->send(SIGTERM);
        server_->wait(std::chrono::seconds(10));
    }
    remove_prefix(prefix_);
}

ChildCommand WineRig::command(const std::string& label, std::vector<std::string> arguments) const {
    std::vector<std::string> all{"env", "-u", "DISPLAY", "-u", "WAYLAND_DISPLAY"};
    all.push_back("WINEPREFIX=" + prefix_);
    if (screen_) {
        all.push_back("DISPLAY=" + screen_->display());
    }
    all.emplace_back(ORIEL_RUN_IN_WINE);
    all.insert(all.end(), arguments.begin(), arguments.end());
    return {.label = label, .arguments = all, .environment = {}};
}

Result<WineProgram> WineRig::start(const std::string& program,
                                   const std::vector<std::string>& arguments) {
    std::vector<std::string> words{find_program(program)};
    words.insert(words.end(), arguments.begin(), arguments.end());
    ChildCommand wanted = command(program, std::move(words));
    // Not through a pipe: what it starts, Wine's own services first, would keep that open.
    const std::string output = fmt::format("{}/output-{}", prefix_, programs_++);
    const std::vector<std::string> shell{"sh", "-c", "exec \"$@\" >\"$0\" 2>&1", output};
    wanted.arguments.insert(wanted.arguments.begin(), shell.begin(), shell.end());
    ORIEL_TRY_ASSIGN(ChildProgram child, ChildProgram::start(wanted));
    return WineProgram(std::move(child), output);
}

Said WineRig::run(const std::string& program,
                  const std::vector<std::string>& arguments,
                  Nanoseconds limit) {
    auto running = start(program, arguments);
    if (!running) {
        return {.text = running.error().message};
    }
    if (!running->child().wait(limit)) {
        running->child().send(SIGKILL);
        running->child().wait(limit);
    }
    return {.code = running->child().exit_code(), .text = running->text()};
}

Said WineRig::install_driver() {
    if (devices_.empty()) {
        return {.code = 0};
    }
    std::vector<std::string> arguments{"install"};
    for (const StandInDevice& device : devices_) {
        arguments.push_back(device.place().empty() ? device.path()
                                                   : device.path() + "@" + device.place());
    }
    return run(kSetup, arguments, kBootTime);
}

Said WineRig::remove_driver() {
    return run(kSetup, {"remove"}, kBootTime);
}

Said WineRig::show_device_without_driver() {
    return run(kSetup, {"hardware"}, kBootTime);
}

}  // namespace oriel::test
