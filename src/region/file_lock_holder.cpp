// SPDX-License-Identifier: MIT
#include "region/file_lock_holder.h"

#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace oriel {
namespace {

constexpr const char* kUnknown = "another process";

std::string name_of(const std::string& pid) {
    std::ifstream file(fmt::format("/proc/{}/comm", pid));
    std::string name;
    std::getline(file, name);
    return name;
}

}  // namespace

std::string file_lock_holder(const UniqueFd& file) {
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) {
        return kUnknown;
    }
    const std::string wanted =
        fmt::format("{:02x}:{:02x}:{}", ::major(info.st_dev), ::minor(info.st_dev), info.st_ino);
    // "1: FLOCK  ADVISORY  WRITE 1234 00:15:5678 0 EOF"
    std::ifstream locks("/proc/locks");
    std::string line;
    while (std::getline(locks, line)) {
        std::istringstream words(line);
        std::string number;
        std::string kind;
        std::string advice;
        std::string access;
        std::string pid;
        std::string place;
        words >> number >> kind >> advice >> access >> pid >> place;
        if (kind == "FLOCK" && place == wanted) {
            const std::string name = name_of(pid);
            return name.empty() ? fmt::format("process {}", pid)
                                : fmt::format("{} (process {})", name, pid);
        }
    }
    return kUnknown;
}

}  // namespace oriel
