// SPDX-License-Identifier: MIT
#include "wayland/other_system.h"

#include <cstdlib>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

namespace oriel::test {

std::string other_system() {
    const char* root =
        std::getenv("ORIEL_COMPOSITOR_ROOT");  // NOLINT(concurrency-mt-unsafe): tests' one thread
    return root == nullptr ? "" : root;
}

std::vector<std::string> in_other_system(std::vector<std::string> arguments) {
    const std::string root = other_system();
    if (root.empty()) {
        return arguments;
    }
    std::vector<std::string> words{
        "unshare",
        "--mount",
        "sh",
        "-c",
        "for folder in tmp proc dev sys; do mount --rbind /$folder \"$0/$folder\"; done\n"
        "exec chroot \"$0\" \"$@\"",
        root};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

std::vector<std::string> as_ordinary_user(std::vector<std::string> arguments,
                                          const std::string& folder) {
    if (::geteuid() != 0) {
        return arguments;
    }
    const passwd* nobody =
        ::getpwnam("nobody");  // NOLINT(concurrency-mt-unsafe): tests' one thread
    if (nobody == nullptr || ::chown(folder.c_str(), nobody->pw_uid, nobody->pw_gid) != 0) {
        return arguments;
    }
    // A change of user undoes what ends a child with its parent: it is asked for anew.
    std::vector<std::string> words{"setpriv",
                                   fmt::format("--reuid={}", nobody->pw_uid),
                                   fmt::format("--regid={}", nobody->pw_gid),
                                   "--clear-groups",
                                   "--pdeathsig=KILL"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

}  // namespace oriel::test
