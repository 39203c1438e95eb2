// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <sys/types.h>

#include "base/result.h"

namespace oriel::gpu {

/// What the kernel says of a GPU.
struct DrmNode {
    std::string path;    ///< Of the node that draws for everybody: "/dev/dri/renderD128".
    std::string driver;  ///< "amdgpu", "nvidia"; empty: not told.
};

/// The GPU that a device number stands for, of whichever of its nodes. `devices` is the kernel's
/// folder of them. Errors: Unsupported where it is none, or draws nothing.
Result<DrmNode> find_drm_node(dev_t device, const std::string& devices = "/sys/dev/char");

/// Whether this machine has none at all. `devices` is the folder of their nodes.
bool has_no_gpu(const std::string& devices = "/dev/dri");

}  // namespace oriel::gpu
