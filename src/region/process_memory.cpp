// SPDX-License-Identifier: MIT
#include "region/process_memory.h"

#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>

namespace oriel {

UniqueFd memory_of_process(pid_t pid, const std::string& name) {
    const std::string wanted = fmt::format("/memfd:{} (deleted)", name);
    std::error_code error;
    std::filesystem::directory_iterator entry(fmt::format("/proc/{}/fd", pid), error);
    for (const std::filesystem::directory_iterator end; !error && entry != end;
         entry.increment(error)) {
        std::error_code gone;
        if (std::filesystem::read_symlink(entry->path(), gone) == wanted) {
            return UniqueFd(::open(entry->path().c_str(), O_RDWR | O_CLOEXEC));
        }
    }
    return {};
}

}  // namespace oriel
