// SPDX-License-Identifier: MIT
#include "vm/gl_guest.h"

#include <array>
#include <filesystem>
#include <utility>

#include "host/machine/guest_program.h"

namespace oriel::testing_support {
namespace {

constexpr const char* kVendor = "/usr/share/glvnd/egl_vendor.d/50_mesa.json";

/// Loaded by name, so that no program names them.
constexpr std::array kLibraries{ORIEL_GL_FOLDER "/libEGL_mesa.so.0",
                                ORIEL_GL_FOLDER "/dri/kms_swrast_dri.so"};

}  // namespace

std::string why_no_gl() {
    for (const char* library : kLibraries) {
        if (!std::filesystem::exists(library)) {
            return std::string(library) + " is not there";
        }
    }
    return std::filesystem::exists(kVendor) ? std::string()
                                            : std::string(kVendor) + " is not there";
}

Result<std::vector<GuestFile>> gl_files() {
    std::vector<GuestFile> files{{ORIEL_EGL_MODULE, ORIEL_MODULE_FOLDER_IN_GUEST "/egl.so", 0755}};
    for (const char* library : kLibraries) {
        files.push_back({library, std::string(library).substr(1), 0755});
    }
    ORIEL_TRY_ASSIGN(files, with_libraries(std::move(files)));
    files.push_back({kVendor, std::string(kVendor).substr(1), 0644});
    return files;
}

}  // namespace oriel::testing_support
