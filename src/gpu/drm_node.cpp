// SPDX-License-Identifier: MIT
#include "gpu/drm_node.h"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <sys/sysmacros.h>

namespace oriel::gpu {

namespace fs = std::filesystem;

Result<DrmNode> find_drm_node(dev_t device, const std::string& devices) {
    const std::string number = fmt::format("{}:{}", major(device), minor(device));
    const fs::path parent = fs::path(devices) / number / "device";
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(parent / "drm", none)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("renderD")) {
            const fs::path driver = fs::read_symlink(parent / "driver", none);
            return DrmNode{"/dev/dri/" + name, driver.filename().string()};
        }
    }
    return Failure(Error::unsupported(
        fmt::format("the compositor's main device {} is no GPU that draws", number)));
}

bool has_no_gpu(const std::string& devices) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(devices, none)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("renderD") || name.starts_with("card")) {
            return false;
        }
    }
    return true;
}

}  // namespace oriel::gpu
