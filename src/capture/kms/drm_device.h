// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "capture/kms/framebuffer_reader.h"
#include "capture/kms/kms_device.h"

namespace oriel::kms_capture {

/// A screen of a real card. `which` as open_kms_source() takes it.
/// Errors: as there.
Result<std::unique_ptr<KmsDevice>> open_drm_device(const std::string& which,
                                                   Reading reading = Reading::Cheapest);

/// What a person may name: a card, a connector, or both.
struct ScreenName {
    std::string card;       ///< Empty: any.
    std::string connector;  ///< Empty: any.

    static ScreenName parse(const std::string& text);

    friend bool operator==(const ScreenName&, const ScreenName&) = default;
};

}  // namespace oriel::kms_capture
