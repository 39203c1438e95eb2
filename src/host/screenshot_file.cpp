// SPDX-License-Identifier: MIT
#include "host/screenshot_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/linux/fd.h"
#include "present/png_file.h"

namespace oriel {
namespace {

constexpr const char* kStandardOutput = "-";

std::string default_name(const std::string& region) {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return screenshot_name(region, local);
}

}  // namespace

std::string screenshot_name(const std::string& name, const std::tm& when) {
    std::string part = name.substr(name.rfind('/') + 1);
    std::ranges::replace_if(
        part,
        [](char c) {
            return (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') &&
                   c != '.' && c != '_' && c != '-';
        },
        '-');
    std::array<char, 32> time{};
    const std::size_t length = std::strftime(time.data(), time.size(), "%Y%m%d-%H%M%S", &when);
    return fmt::format("oriel-{}-{}.png", part, std::string_view(time.data(), length));
}

Result<void> check_screenshot_file(const std::string& file) {
    if (file == kStandardOutput && ::isatty(STDOUT_FILENO) == 1) {
        return Failure(Error::usage("a picture is no text for a terminal: name a file with -o"));
    }
    return {};
}

Result<std::string> write_screenshot(const std::string& file,
                                     const std::string& region,
                                     const FrameInfo& info,
                                     std::span<const std::byte> pixels) {
    if (file == kStandardOutput) {
        const UniqueFd out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
        if (!out) {
            return Failure(Error::system("write to standard output", errno));
        }
        ORIEL_TRY(write_png(out, "standard output", info, pixels));
        return "";
    }
    const std::string name = file.empty() ? default_name(region) : file;
    ORIEL_TRY(write_png(name, info, pixels));
    return name;
}

}  // namespace oriel
