// SPDX-License-Identifier: MIT
#include "domain/module.h"

#include <filesystem>
#include <system_error>

#include <dlfcn.h>
#include <fmt/format.h>

#include "base/version.h"

namespace oriel {
namespace {

/// From the folder of programs; a packager may choose folders for both.
std::string module_folder() {
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    return (program.parent_path() / ORIEL_MODULES_FROM_PROGRAMS).lexically_normal();
}

}  // namespace

Result<void*> module_function(const std::string& module,
                              const std::string& package,
                              const char* function) {
    const std::string path = fmt::format("{}/{}.so", module_folder(), module);
    void* const loaded = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (loaded == nullptr) {
        return Failure(Error::unsupported(fmt::format(
            // NOLINTNEXTLINE(concurrency-mt-unsafe): glibc keeps it for each thread
            "cannot load the module {}: install the package {} ({})",
            module,
            package,
            ::dlerror())));  // NOLINT(concurrency-mt-unsafe)
    }
    const auto* const version =
        static_cast<const char* const*>(::dlsym(loaded, "oriel_module_version"));
    if (version == nullptr || std::string(*version) != kVersion) {
        return Failure(Error::unsupported(fmt::format(
            "{} is of another version than this program ({}): install both anew", path, kVersion)));
    }
    void* const found = ::dlsym(loaded, function);
    if (found == nullptr) {
        return Failure(Error::unsupported(fmt::format("{} has no {}", path, function)));
    }
    return found;
}

}  // namespace oriel
