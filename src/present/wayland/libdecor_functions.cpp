// SPDX-License-Identifier: MIT
#include "present/wayland/libdecor_functions.h"

#include <string>

#include <dlfcn.h>

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
    library.find("libdecor_frame_translate_coordinate", all.translate_coordinate);
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

}  // namespace oriel
