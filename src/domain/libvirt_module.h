// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "domain/libvirt.h"

namespace oriel {

inline constexpr const char* kLibvirtModule = "libvirt";

/// What the module `libvirt` gives to the program.
struct LibvirtModule {
    /// Connects to exactly this URI. Errors: as connect_libvirt().
    Result<std::unique_ptr<Libvirt>> (*open)(const std::string& uri);
};

}  // namespace oriel
