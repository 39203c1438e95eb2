// SPDX-License-Identifier: MIT
#include "host/vm/broker_unit.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oriel {
namespace {

std::string socket_of(const BrokerUnit& unit) {
    return fmt::format("oriel-broker@{}.socket", unit.region);
}

std::vector<std::string> systemctl(const BrokerUnit& unit, std::vector<std::string> arguments) {
    std::vector<std::string> command{"systemctl"};
    if (unit.scope == BrokerUnit::Scope::User) {
        command.emplace_back("--user");
    }
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

/// Its exit code; -1 where a signal ended it.
Result<int> exit_code_of(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));  // NOLINT: posix_spawn's type
    }
    arguments.push_back(nullptr);
    pid_t pid = -1;
    const int error =
        ::posix_spawnp(&pid, arguments[0], nullptr, nullptr, arguments.data(), environ);
    if (error == ENOENT) {
        return Failure(Error::not_found("no program " + command.front()));
    }
    if (error != 0) {
        return Failure(Error::system("start " + command.front(), error));
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return Failure(Error::system("wait for " + command.front(), errno));
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

bool has_service_manager(const BrokerUnit& unit) {
    std::error_code ignored;
    if (unit.scope == BrokerUnit::Scope::System) {
        return std::filesystem::exists("/run/systemd/system", ignored);
    }
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours changes the environment
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    return runtime != nullptr &&
           std::filesystem::exists(std::string(runtime) + "/systemd/private", ignored);
}

bool is_enabled(const BrokerUnit& unit) {
    const auto code = exit_code_of(systemctl(unit, {"is-enabled", "--quiet", socket_of(unit)}));
    return code && *code == 0;
}

std::vector<std::string> enable_command(const BrokerUnit& unit) {
    return systemctl(unit, {"enable", "--now", socket_of(unit)});
}

std::vector<std::string> disable_command(const BrokerUnit& unit, bool and_stop) {
    const std::string viewers = fmt::format("oriel-broker-viewer@{}.socket", unit.region);
    if (!and_stop) {
        return systemctl(unit, {"disable", socket_of(unit), viewers});
    }
    return systemctl(unit,
                     {"disable",
                      "--now",
                      socket_of(unit),
                      viewers,
                      fmt::format("oriel-broker@{}.service", unit.region)});
}

std::string broker_by_hand(const BrokerUnit& unit) {
    return unit.scope == BrokerUnit::Scope::User
               ? "oriel broker " + unit.region
               : fmt::format("sudo env -u XDG_RUNTIME_DIR oriel broker {} --vm-group kvm",
                             unit.region);
}

Result<void> run_command(const std::vector<std::string>& command) {
    const std::string typed = fmt::format("{}", fmt::join(command, " "));
    ORIEL_TRY_ASSIGN(const int code, exit_code_of(command));
    if (code != 0) {
        return Failure(
            Error{ErrorKind::System,
                  0,
                  fmt::format("`{}` failed: its own words are above; as root it may do", typed)});
    }
    return {};
}

}  // namespace oriel
