// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace oriel {

/// The units of packaging/systemd, as the build found them.
extern const std::string_view kGuestSystemUnit;
extern const std::string_view kGuestUserUnit;

/// One of these, for a program that was not installed by a package.
std::string guest_unit_text(std::string_view unit, std::string_view program);

}  // namespace oriel
