// SPDX-License-Identifier: MIT
#include "config/config_file.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/linux/fd.h"
#include "config/config_walk.h"

namespace oriel {
namespace {

/// Empty where it is not there.
Result<std::string> content_of(const std::string& path) {
    // A pipe that nobody writes to would keep us waiting.
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return "";
        }
        return Failure(Error::system("read " + path, errno));
    }
    std::string content;
    std::array<char, 16384> part{};
    while (true) {
        const ssize_t count = ::read(file.get(), part.data(), part.size());
        if (count < 0) {
            return Failure(Error::system("read " + path, errno));
        }
        if (count == 0) {
            return content;
        }
        content.append(part.data(), static_cast<std::size_t>(count));
        if (content.size() > ConfigFile::kMaxSize) {
            return Failure(Error::usage(fmt::format(
                "{} is no configuration: it has more than {} bytes", path, ConfigFile::kMaxSize)));
        }
    }
}

const char* variable(const char* name) {
    return std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing changes the environment
}

}  // namespace

Result<ConfigFile> ConfigFile::read(const std::string& path,
                                    std::span<const CommandSettings> commands) {
    if (path.empty()) {
        return ConfigFile();
    }
    ORIEL_TRY_ASSIGN(const std::string content, content_of(path));
    return parse(content, path, commands);
}

Result<ConfigFile> ConfigFile::parse(std::string_view content,
                                     const std::string& path,
                                     std::span<const CommandSettings> commands) {
    ConfigFile file;
    file.path_ = path;
    ORIEL_TRY_ASSIGN(file.entries_, config_entries(content, path, commands));
    return file;
}

const ConfigFile::Entry* ConfigFile::find(std::string_view command,
                                          std::string_view vm,
                                          std::string_view name) const {
    const Entry* general = nullptr;
    for (const Entry& entry : entries_) {
        if (entry.command != command || entry.name != name) {
            continue;
        }
        if (entry.vm.empty()) {
            general = &entry;
        } else if (entry.vm == vm) {
            return &entry;
        }
    }
    return general;
}

std::string config_path() {
    constexpr const char* kFile = "oriel/config.toml";
    // A relative path is to be ignored, says the XDG specification.
    if (const char* const folder = variable("XDG_CONFIG_HOME");
        folder != nullptr && folder[0] == '/') {
        return fmt::format("{}/{}", folder, kFile);
    }
    if (const char* const home = variable("HOME"); home != nullptr && home[0] == '/') {
        return fmt::format("{}/.config/{}", home, kFile);
    }
    return "";
}

}  // namespace oriel
