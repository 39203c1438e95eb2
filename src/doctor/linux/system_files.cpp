// SPDX-License-Identifier: MIT
#include "doctor/linux/system_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "base/linux/fd.h"

namespace oriel {

std::optional<std::string> SystemFiles::read(std::string_view path) const {
    constexpr std::size_t kMost = 65536;
    // Not a stream: what is in /sys may fail in the middle of being read.
    const UniqueFd fd(::open(real(path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        return std::nullopt;
    }
    std::string text;
    std::array<char, 4096> buffer{};
    while (text.size() < kMost) {
        const ssize_t size = ::read(fd.get(), buffer.data(), buffer.size());
        if (size < 0) {
            return std::nullopt;
        }
        if (size == 0) {
            break;
        }
        text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    text.erase(text.find_last_not_of(" \t\n") + 1);
    return text;
}

bool SystemFiles::exists(std::string_view path) const {
    std::error_code ignored;
    return std::filesystem::exists(real(path), ignored);
}

int SystemFiles::fault_of_opening(std::string_view path) const {
    const UniqueFd fd(::open(real(path).c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    return fd ? 0 : errno;
}

std::vector<std::string> SystemFiles::names(std::string_view folder) const {
    std::vector<std::string> found;
    std::error_code fault;
    std::filesystem::directory_iterator entry(real(folder), fault);
    const std::filesystem::directory_iterator end;
    while (!fault && entry != end) {
        found.push_back(entry->path().filename());
        entry.increment(fault);
    }
    std::ranges::sort(found);
    return found;
}

}  // namespace oriel
