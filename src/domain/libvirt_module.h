// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "domain/libvirt.h"

namespace oriel {

/// What the module exports. The result goes through a reference: a function with C linkage
/// returns no class.
using OpenLibvirt = void (*)(const std::string& uri, Result<std::unique_ptr<Libvirt>>& opened);
inline constexpr const char* kOpenLibvirt = "oriel_open_libvirt";

}  // namespace oriel
