// SPDX-License-Identifier: MIT
#include "guest/doctor_memory.h"

#include <fmt/format.h>

#include "relay/layout.h"

namespace oriel {
namespace {

/// The region that such a screen needs, with as many slots.
std::uint64_t needed(Size screen, std::uint32_t slots) {
    const FrameGeometry geometry{
        screen, aligned_stride(screen.width, PixelFormat::Bgra8), PixelFormat::Bgra8, 0};
    const OutputNeeds needs{slot_bytes_for(geometry), slots};
    return needed_region_size({&needs, 1});
}

}  // namespace

Check memory_check(const std::string& place, std::uint64_t size, Size screen) {
    constexpr std::uint32_t kFewest = 2;
    constexpr std::uint32_t kUsual = 4;
    const std::string found = fmt::format("{} MiB in {}", size >> 20U, place);
    if (size == 0) {
        return Check::fail("memory",
                           fmt::format("{} has no memory", place),
                           "give the VM's ivshmem device a memory backend");
    }
    if (screen.is_empty()) {
        return Check::ok("memory", found);
    }
    const auto too_small = [&](std::uint64_t wanted) {
        return fmt::format(
            "{}, and {}x{} wants {}", found, screen.width, screen.height, wanted >> 20U);
    };
    const auto cure = [](std::uint64_t wanted) {
        return fmt::format("start the region with `oriel broker NAME --size {}`", wanted >> 20U);
    };
    if (const std::uint64_t least = needed(screen, kFewest); size < least) {
        return Check::fail("memory", too_small(least), cure(least));
    }
    if (const std::uint64_t usual = needed(screen, kUsual); size < usual) {
        return Check::warn("memory", too_small(usual) + " for four frames", cure(usual));
    }
    return Check::ok("memory", found);
}

}  // namespace oriel
