// SPDX-License-Identifier: MIT
#include "guest/linux/service_command.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <system_error>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/output.h"
#include "guest/linux/service_unit.h"

namespace oriel {
namespace {

using Scope = ServiceCommandOptions::Scope;
using Verb = ServiceCommandOptions::Verb;

constexpr const char* kUnit = "oriel-guest.service";

/// The first line of a unit that `install` wrote: no other is ever removed.
constexpr const char* kOwnMark = "# Written by `oriel-guest service install`.";

std::string variable(const char* name) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours changes the environment
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::string user_configuration() {
    const std::string set = variable("XDG_CONFIG_HOME");
    return set.starts_with('/') ? set : variable("HOME") + "/.config";
}

bool exists(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

/// One run of the service manager's program, which says itself what went wrong.
class Systemctl {
  public:
    Systemctl(const ServiceHost& host, Scope scope) : program_(host.systemctl), scope_(scope) {}

    /// Its exit code. Blocks: until it has ended.
    Result<int> run(std::initializer_list<std::string> arguments) const {
        std::vector<std::string> line{program_};
        if (scope_ == Scope::User) {
            line.emplace_back("--user");
        }
        line.insert(line.end(), arguments);
        std::vector<char*> pointers;
        std::ranges::transform(
            line, std::back_inserter(pointers), [](std::string& word) { return word.data(); });
        pointers.push_back(nullptr);
        pid_t child = -1;
        if (const int error = ::posix_spawnp(
                &child, program_.c_str(), nullptr, nullptr, pointers.data(), environ);
            error != 0) {
            return Failure(Error::system("run " + program_, error));
        }
        int status = 0;
        while (::waitpid(child, &status, 0) < 0) {
            if (errno != EINTR) {
                return Failure(Error::system("wait for " + program_, errno));
            }
        }
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    Result<void> demand(std::initializer_list<std::string> arguments) const {
        ORIEL_TRY_ASSIGN(const int code, run(arguments));
        if (code != 0) {
            return Failure(Error{
                ErrorKind::System,
                0,
                fmt::format("`{} {}` failed: its own message is above, `journalctl {}-u {}` may "
                            "say more",
                            program_,
                            *arguments.begin(),
                            scope_ == Scope::User ? "--user " : "",
                            kUnit)});
        }
        return {};
    }

  private:
    std::string program_;
    Scope scope_;
};

Result<void> write_unit(const ServiceHost& host, Scope scope) {
    const std::string path = host.own_units + "/" + kUnit;
    std::error_code error;
    std::filesystem::create_directories(host.own_units, error);
    std::ofstream file(path, std::ios::trunc);
    file << kOwnMark << "\n"
         << guest_unit_text(scope == Scope::User ? kGuestUserUnit : kGuestSystemUnit, host.program);
    file.close();
    if (!file) {
        return Failure(Error::system("write " + path, errno));
    }
    print_line("wrote " + path);
    return {};
}

bool is_own_unit(const std::string& path) {
    std::ifstream file(path);
    std::string first;
    return std::getline(file, first) && first == kOwnMark;
}

Result<void> install(const ServiceHost& host, Scope scope) {
    const bool is_packaged = std::ranges::any_of(
        host.package_units, [](const std::string& folder) { return exists(folder + "/" + kUnit); });
    const Systemctl systemctl(host, scope);
    if (!is_packaged) {
        ORIEL_TRY(write_unit(host, scope));
        ORIEL_TRY(systemctl.demand({"daemon-reload"}));
    }
    return systemctl.demand({"enable", "--now", kUnit});
}

Result<void> uninstall(const ServiceHost& host, Scope scope) {
    const Systemctl systemctl(host, scope);
    ORIEL_TRY(systemctl.demand({"disable", "--now", kUnit}));
    const std::string path = host.own_units + "/" + kUnit;
    if (is_own_unit(path)) {
        std::error_code error;
        std::filesystem::remove(path, error);
        if (error) {
            return Failure(Error::system("remove " + path, error.value()));
        }
        print_line("removed " + path);
    }
    return systemctl.demand({"daemon-reload"});
}

Result<void> check(const ServiceCommandOptions& options, const ServiceHost& host) {
    if (!exists(host.mark)) {
        return Failure(Error::unsupported(
            options.scope == Scope::User
                ? "no systemd of this user runs here: log in to a session that has one, or start "
                  "`oriel-guest --wait` from the session"
                : "systemd does not run here: let this system's own service manager start "
                  "`oriel-guest --wait`"));
    }
    if (options.verb != Verb::Status && !host.may_write) {
        return Failure(Error{ErrorKind::System,
                             EACCES,
                             "the service is the machine's: become root (sudo oriel-guest service "
                             "...), or use --user for this session alone"});
    }
    return {};
}

}  // namespace

Result<ServiceHost> ServiceHost::of_this_machine(ServiceCommandOptions::Scope scope) {
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) {
        return Failure(Error::system("find this program's own file", error.value()));
    }
    ServiceHost host;
    host.program = self;
    if (scope == Scope::User) {
        host.mark = variable("XDG_RUNTIME_DIR") + "/systemd/private";
        host.own_units = user_configuration() + "/systemd/user";
        host.package_units = {"/usr/lib/systemd/user", "/usr/local/lib/systemd/user"};
        host.may_write = true;
    } else {
        host.mark = "/run/systemd/system";
        host.own_units = "/etc/systemd/system";
        host.package_units = {
            "/usr/lib/systemd/system", "/lib/systemd/system", "/usr/local/lib/systemd/system"};
        host.may_write = ::geteuid() == 0;
    }
    return host;
}

Result<int> run_service_at(const ServiceHost& host, const ServiceCommandOptions& options) {
    ORIEL_TRY(check(options, host));
    const Systemctl systemctl(host, options.scope);
    switch (options.verb) {
    case Verb::Install:
        ORIEL_TRY(install(host, options.scope));
        return 0;
    case Verb::Uninstall:
        ORIEL_TRY(uninstall(host, options.scope));
        return 0;
    case Verb::Start:
        ORIEL_TRY(systemctl.demand({"start", kUnit}));
        return 0;
    case Verb::Stop:
        ORIEL_TRY(systemctl.demand({"stop", kUnit}));
        return 0;
    case Verb::Run:
        return Failure(Error::usage("`service run` is for Windows: use `oriel-guest --wait`"));
    case Verb::Status:
        break;
    }
    ORIEL_TRY_ASSIGN(const int code, systemctl.run({"--no-pager", "status", kUnit}));
    return code == 0 ? 0 : 1;
}

Result<int> run_service(const ServiceCommandOptions& options) {
    ORIEL_TRY_ASSIGN(const ServiceHost host, ServiceHost::of_this_machine(options.scope));
    return run_service_at(host, options);
}

}  // namespace oriel
