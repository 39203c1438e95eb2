// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace oriel {

/// A Linux kernel for a guest of ours, made ready by packaging/fetch-guest-kernel.
struct GuestKernel {
    std::string folder;
    std::string release;  ///< "6.1.0-56-amd64"

    std::string image() const { return folder + "/vmlinux"; }

    /// As boot loaders take it. Not there where the kernel came unpacked, or was made ready by a
    /// version of Oriel that kept none.
    std::string packed_image() const { return folder + "/vmlinuz"; }

    std::string module_file(const std::string& name) const {
        return folder + "/modules/" + name + ".ko";
    }
};

/// Finds or fetches one.
enum class KernelFetch : std::uint8_t {
    Cached,    ///< Only what is there already: fast, and no download.
    Download,  ///< Else take the machine's own, or download. Says on our stderr how much.
};

/// Blocks: for as long as the download takes.
/// Errors: NotFound, in the script's own words; also where the script itself is missing.
Result<GuestKernel> find_guest_kernel(KernelFetch fetch);

/// The modules to load for `wanted`, in order, what each depends on first. Those built into the
/// kernel are left out. Errors: NotFound, naming one that the kernel does not have.
Result<std::vector<std::string>> modules_in_order(const GuestKernel& kernel,
                                                  std::span<const std::string> wanted);

}  // namespace oriel
