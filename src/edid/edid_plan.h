// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "edid/detailed_timing.h"
#include "edid/make_edid.h"
#include "edid/timing.h"

namespace oriel {

/// Which mode is written down where. Established timings are the same in every block we make.
struct EdidPlan {
    struct Extended {
        Timing timing;
        Preference preference = Preference::None;
    };

    std::vector<EdidMode> standard;  ///< At 60 Hz, two bytes each in the base block.
    std::vector<Timing> base;        ///< The first is what a reader of the base block alone takes.
    std::vector<std::uint8_t> video_codes;  ///< CTA-861's numbers for its own timings.
    std::vector<Timing> cta;
    std::vector<Extended> displayid;  ///< What no detailed timing descriptor can say or hold.
    EdidMode native;
    ImageSize image;
    bool is_base_preferred = true;  ///< False: the preferred mode is among `displayid`.
};

/// `cta_room` is how many detailed timings the CTA extension has room for.
/// Errors: Usage.
Result<EdidPlan> plan_edid(const EdidOptions& options, std::size_t cta_room);

}  // namespace oriel
