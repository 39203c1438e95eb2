// SPDX-License-Identifier: MIT
#include "base/linux/process_use.h"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>

namespace oriel {
namespace {

/// The number after `name` in a /proc/.../status file; 0 where it is not there.
std::uint64_t status_number(const std::filesystem::path& file, const std::string& name) {
    std::ifstream status(file);
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(name)) {
            return std::strtoull(line.c_str() + name.size(), nullptr, 10);
        }
    }
    return 0;
}

}  // namespace

Result<ProcessUse> use_of(pid_t process) {
    clockid_t clock{};
    timespec time{};
    std::error_code error;
    std::filesystem::directory_iterator tasks(fmt::format("/proc/{}/task", process), error);
    if (error || ::clock_getcpuclockid(process, &clock) != 0 ||
        ::clock_gettime(clock, &time) != 0) {
        return Failure(Error::not_found(fmt::format("process {} has ended", process)));
    }
    ProcessUse use;
    use.cpu = std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec);
    for (const auto& task : tasks) {
        use.waits += status_number(task.path() / "status", "voluntary_ctxt_switches:");
        use.preemptions += status_number(task.path() / "status", "nonvoluntary_ctxt_switches:");
    }
    return use;
}

}  // namespace oriel
