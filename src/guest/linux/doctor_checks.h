// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "doctor/check.h"
#include "doctor/linux/system_files.h"

namespace oriel {

// What the guest agent needs of its machine; each looks only where `files` leads.

/// What to try to capture; empty: none is named.
struct GuestDisplays {
    std::string x11;
    std::string wayland;
};

/// All that `oriel-guest doctor` looks at.
std::vector<Check> guest_checks(const SystemFiles& files, const GuestDisplays& displays);

/// The ivshmem device, its memory, and whether this process may map it.
std::vector<Check> device_checks(const SystemFiles& files);

/// How the agent hears of viewers, for each ivshmem device.
std::vector<Check> wake_checks(const SystemFiles& files);

/// An IOMMU has one of the ivshmem devices in a group of its own.
bool can_be_taken_with_vfio(const SystemFiles& files);

/// The screens of this machine, and what of them can be captured.
std::vector<Check> screen_checks(const SystemFiles& files);

/// What is known of the time of a change without asking for it again and again.
Check trace_check(const SystemFiles& files);

/// `opened`: what came of opening the compositor.
Check wayland_check(const Result<std::string>& opened);

/// `probed`: whether a desktop's portal shares screens.
Check portal_check(const Result<void>& probed);

/// `opened`: what came of opening the X server; `display` is its name, empty for none.
Check x11_check(const std::string& display, const Result<void>& opened);

}  // namespace oriel
