// SPDX-License-Identifier: MIT
#include "host/vm/definition_backup.h"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include "base/linux/fd.h"
#include "base/linux/state_folder.h"

namespace oriel {
namespace {

std::string time_text() {
    const time_t now = ::time(nullptr);
    struct tm parts{};
    ::localtime_r(&now, &parts);
    return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}",
                       parts.tm_year + 1900,
                       parts.tm_mon + 1,
                       parts.tm_mday,
                       parts.tm_hour,
                       parts.tm_min,
                       parts.tm_sec);
}

/// A file that was not there before.
Result<UniqueFd> make_file(const std::string& start, std::string& path) {
    constexpr int kMostTries = 100;
    for (int i = 0; i < kMostTries; ++i) {
        path = i == 0 ? start + ".xml" : fmt::format("{}-{}.xml", start, i);
        UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (file) {
            return file;
        }
        if (errno != EEXIST) {
            break;
        }
    }
    return Failure(Error::system("keep a copy of the definition in " + path, errno));
}

}  // namespace

Result<std::string> keep_definition(const std::string& region, const std::string& xml) {
    const std::string folder = state_folder();
    if (folder.empty()) {
        return Failure(
            Error::not_found("neither XDG_STATE_HOME nor HOME says where to keep a copy of "
                             "the definition"));
    }
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        return Failure(Error::system("make the folder " + folder, error.value()));
    }
    std::string path;
    ORIEL_TRY_ASSIGN(const UniqueFd file,
                     make_file(fmt::format("{}/{}-{}", folder, region, time_text()), path));
    std::size_t done = 0;
    while (done < xml.size()) {
        const ssize_t count = ::write(file.get(), xml.data() + done, xml.size() - done);
        if (count < 0) {
            return Failure(Error::system("write " + path, errno));
        }
        done += static_cast<std::size_t>(count);
    }
    return path;
}

}  // namespace oriel
