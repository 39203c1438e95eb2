// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/kms/drm_card.h"

namespace oriel::kms_capture {

/// Devices that may read what a card shows.
struct ImporterNodes {
    std::vector<std::string> paths;  ///< The best first.
    enum class Kin : std::uint8_t {
        Own,    ///< The card's own: it knows the layouts that nobody tells.
        Other,  ///< The card draws nothing: whatever else does here.
    } kin = Kin::Own;
};

ImporterNodes importer_nodes(const DrmCard& card);

}  // namespace oriel::kms_capture
