// SPDX-License-Identifier: MIT
#include "capture/kms/importer_nodes.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>

#include <xf86drm.h>

namespace oriel::kms_capture {
namespace {

constexpr const char* kFolder = "/dev/dri";
constexpr const char* kRenderNode = "renderD";

std::vector<std::string> all_render_nodes() {
    std::vector<std::string> paths;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder, none)) {
        if (entry.path().filename().string().starts_with(kRenderNode)) {
            paths.push_back(entry.path());
        }
    }
    std::ranges::sort(paths);
    return paths;
}

}  // namespace

ImporterNodes importer_nodes(const DrmCard& card) {
    const std::unique_ptr<char, decltype(&std::free)> own(
        drmGetRenderDeviceNameFromFd(card.fd().get()), &std::free);
    if (own) {
        return {{own.get()}, ImporterNodes::Kin::Own};
    }
    return {all_render_nodes(), ImporterNodes::Kin::Other};
}

}  // namespace oriel::kms_capture
