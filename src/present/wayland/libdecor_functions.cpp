// SPDX-License-Identifier: MIT
#include "present/wayland/libdecor_functions.h"

#include <algorithm>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <link.h>

namespace oriel {
namespace {

constexpr const char* kLibrary = "libdecor-0.so.0";

/// A loaded library, and the first name that it did not know.
struct Library {
    void* handle;
    std::string missing{};

    template <class Function>
    void find(const char* name, Function*& function) {
        void* const symbol = ::dlsym(handle, name);
        if (symbol == nullptr && missing.empty()) {
            missing = name;
        }
        function = reinterpret_cast<Function*>(symbol);
    }
};

int note_path(dl_phdr_info* loaded, std::size_t /*size*/, void* paths) {
    static_cast<std::vector<std::string>*>(paths)->emplace_back(loaded->dlpi_name);
    return 0;
}

bool is_plugin(const std::string& path) {
    // The program itself has no path, and would know the names of all others.
    void* const handle = path.empty() ? nullptr : ::dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    if (handle == nullptr) {
        return false;
    }
    const bool has_description = ::dlsym(handle, "libdecor_plugin_description") != nullptr;
    ::dlclose(handle);
    return has_description;
}

}  // namespace

Result<LibdecorFunctions> load_libdecor() {
    // Its plugins bring toolkits, which cannot be unloaded.
    Library library{::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)};
    if (library.handle == nullptr) {
        return Failure(Error::unsupported(std::string(kLibrary) + " is not installed"));
    }
    LibdecorFunctions all;
    library.find("libdecor_new", all.create);
    library.find("libdecor_unref", all.unref);
    library.find("libdecor_decorate", all.decorate);
    library.find("libdecor_frame_unref", all.frame_unref);
    library.find("libdecor_frame_set_title", all.set_title);
    library.find("libdecor_frame_set_app_id", all.set_app_id);
    library.find("libdecor_frame_set_min_content_size", all.set_min_content_size);
    library.find("libdecor_frame_set_fullscreen", all.set_fullscreen);
    library.find("libdecor_frame_unset_fullscreen", all.unset_fullscreen);
    library.find("libdecor_frame_map", all.map);
    library.find("libdecor_frame_commit", all.commit);
    library.find("libdecor_state_new", all.state_new);
    library.find("libdecor_state_free", all.state_free);
    library.find("libdecor_configuration_get_content_size", all.get_content_size);
    library.find("libdecor_configuration_get_window_state", all.get_window_state);
    if (!library.missing.empty()) {
        return Failure(
            Error::unsupported(std::string(kLibrary) + " here has no " + library.missing));
    }
    return all;
}

bool has_libdecor_plugin() {
    std::vector<std::string> paths;
    ::dl_iterate_phdr(note_path, &paths);
    return std::ranges::any_of(paths, is_plugin);
}

}  // namespace oriel
