// SPDX-License-Identifier: MIT
#include "base/linux/state_folder.h"

#include <cstdlib>

namespace oriel {

std::string state_folder() {
    // NOLINTBEGIN(concurrency-mt-unsafe): nothing of ours changes the environment
    const char* const state = std::getenv("XDG_STATE_HOME");
    const char* const home = std::getenv("HOME");
    // NOLINTEND(concurrency-mt-unsafe)
    if (state != nullptr && state[0] == '/') {
        return std::string(state) + "/oriel";
    }
    if (home == nullptr || home[0] != '/') {
        return "";
    }
    return std::string(home) + "/.local/state/oriel";
}

}  // namespace oriel
