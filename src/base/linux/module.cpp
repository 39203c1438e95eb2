// SPDX-License-Identifier: MIT
#include "base/linux/module.h"

#include <array>
#include <cstring>

#include <dlfcn.h>
#include <limits.h>
#include <unistd.h>

#include "base/version.h"

namespace oriel {
namespace {

/// The folder of the running program; "" where the system does not tell.
std::string program_folder() {
    std::array<char, PATH_MAX> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0) {
        return "";
    }
    const std::string program(path.data(), static_cast<std::size_t>(length));
    return program.substr(0, program.rfind('/'));
}

std::string last_dl_error() {
    const char* const text =
        ::dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps one a thread
    return text == nullptr ? "no reason given" : text;
}

Error no_module(const std::string& name, const std::string& why) {
    return Error::unsupported("cannot load the module " + name + ": " + why);
}

}  // namespace

std::vector<std::string> module_places(const std::string& name) {
    std::vector<std::string> places;
    if (const std::string folder = program_folder(); !folder.empty()) {
        places.push_back(folder + "/" ORIEL_MODULE_FOLDER_FROM_PROGRAM "/" + name + ".so");
    }
    places.push_back(ORIEL_MODULE_FOLDER "/" + name + ".so");
    return places;
}

std::string helper_file(const std::string& name) {
    const std::string folder = program_folder();
    return folder.substr(0, folder.rfind('/')) + "/libexec/oriel/" + name;
}

Result<const void*> load_module(const std::string& name) {
    const std::vector<std::string> places = module_places(name);
    for (const std::string& path : places) {
        auto functions = load_module_file(name, path);
        if (functions || functions.error().kind != ErrorKind::NotFound) {
            return functions;
        }
    }
    return Failure(no_module(name, "it is not installed; looked for " + places.front()));
}

Result<const void*> load_module_file(const std::string& name, const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0) {
        return Failure(Error::not_found("there is no module " + path));
    }
    // GLib's types stay registered for as long as a process lives: it is never unloaded.
    void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) {
        return Failure(no_module(name, last_dl_error()));
    }
    void* const symbol = ::dlsym(library, "oriel_module");
    if (symbol == nullptr) {
        return Failure(no_module(name, path + " is not a module of oriel's"));
    }
    const ModuleEntry* const entry = reinterpret_cast<GetModuleEntry>(symbol)();
    if (std::strcmp(entry->version, kVersion) != 0) {
        return Failure(no_module(name,
                                 path + " is of version " + entry->version + ", this program of " +
                                     kVersion + ": install them together"));
    }
    return entry->functions;
}

}  // namespace oriel
