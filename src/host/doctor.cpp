// SPDX-License-Identifier: MIT
#include "host/doctor.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/linux/child_program.h"
#include "host/doctor_checks.h"
#include "present/x11/connection.h"
#include "region/target.h"

namespace oriel {
namespace {

constexpr Nanoseconds kVersionLimit = std::chrono::seconds(5);

std::string variable_of(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? "" : value;
}

Result<std::string> version_of(const std::string& program) {
    ORIEL_TRY_ASSIGN(const ChildProgram child,
                     ChildProgram::start({.label = program,
                                          .arguments = {program, "--version"},
                                          .environment = {},
                                          .output = ChildCommand::Output::Pipe}));
    return read_first_line(child, kVersionLimit);
}

Result<bool> passes_descriptors(const std::string& display) {
    ORIEL_TRY_ASSIGN(const auto connection, X11Connection::open(display));
    return connection.abilities().attaches_fds;
}

/// Where `make install` puts modules, and where a build folder has them.
std::vector<std::string> module_folders() {
    std::vector<std::string> folders{ORIEL_MODULE_DIR};
    std::error_code fault;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", fault);
    if (!fault) {
        folders.push_back(program.parent_path());
    }
    return folders;
}

Check runtime_check(const HostMachine& machine) {
    const std::string folder = machine.variable("XDG_RUNTIME_DIR");
    if (folder.empty()) {
        const bool is_root = ::geteuid() == 0;
        const std::string place =
            is_root ? "/run/oriel" : fmt::format("/tmp/oriel-{}", ::geteuid());
        const std::string found =
            fmt::format("XDG_RUNTIME_DIR is not set: regions live in {}", place);
        return is_root ? Check::ok("runtime", found)
                       : Check::warn("runtime",
                                     found,
                                     "log in through the system's session manager, which sets it");
    }
    struct stat status{};
    if (::stat(machine.files.real(folder).c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        return Check::fail("runtime",
                           fmt::format("XDG_RUNTIME_DIR names {}, which is no folder", folder),
                           "unset it, or log in again");
    }
    if (status.st_uid != ::geteuid() || (status.st_mode & 0077U) != 0) {
        return Check::fail("runtime",
                           fmt::format("{} is not this user's alone", folder),
                           fmt::format("chmod 0700 {}, or unset XDG_RUNTIME_DIR", folder));
    }
    return Check::ok("runtime", folder);
}

}  // namespace

std::vector<Check> region_checks(const HostMachine& machine) {
    const std::string found = machine.regions.empty()
                                  ? "none is running; `oriel broker NAME` starts one"
                                  : fmt::format("running: {}", fmt::join(machine.regions, ", "));
    return {runtime_check(machine), Check::ok("regions", found)};
}

std::vector<Check> host_checks(const HostMachine& machine) {
    std::vector<Check> checks;
    for (const auto look : {region_checks, memory_checks, machine_checks, viewer_checks}) {
        for (Check& check : look(machine)) {
            checks.push_back(std::move(check));
        }
    }
    return checks;
}

int run_doctor(CheckOutput output) {
    const HostMachine machine{.files = SystemFiles(),
                              .variable = variable_of,
                              .version = version_of,
                              .x11 = passes_descriptors,
                              .regions = running_regions(),
                              .module_folders = module_folders()};
    return report_checks(host_checks(machine), output);
}

}  // namespace oriel
