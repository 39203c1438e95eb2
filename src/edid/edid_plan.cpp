// SPDX-License-Identifier: MIT
#include "edid/edid_plan.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace oriel {
namespace {

constexpr std::uint32_t kSixty = 60'000;
constexpr std::uint64_t kLeastClock = 10'000'000;
constexpr std::uint32_t kMaxBaseMillimetres = 2'550;

// The default modes by how they are written down. With the established 640x480, 800x600 and
// 1024x768 they are what monitors of the last twenty years had.
const std::vector<EdidMode>& default_standard() {
    static const std::vector<EdidMode> modes{{1280, 800, kSixty},
                                             {1280, 1024, kSixty},
                                             {1440, 900, kSixty},
                                             {1600, 900, kSixty},
                                             {1600, 1200, kSixty},
                                             {1680, 1050, kSixty},
                                             {1920, 1080, kSixty},
                                             {1920, 1200, kSixty}};
    return modes;
}

const std::vector<EdidMode>& default_detailed() {
    static const std::vector<EdidMode> modes{{1920, 1080, kSixty},
                                             {2560, 1440, kSixty},
                                             {3840, 2160, kSixty},
                                             {1366, 768, kSixty},
                                             {2560, 1600, kSixty},
                                             {3440, 1440, kSixty}};
    return modes;
}

// 1920x1080, 1280x720, 2560x1080, 3840x2160, 4096x2160: all at 60 Hz.
constexpr std::array<std::uint8_t, 5> kDefaultVideoCodes{16, 4, 90, 97, 102};

/// What a reader of the base block alone is offered in place of a mode it cannot be told.
Result<Timing> fallback(const EdidMode& mode, CvtFormula formula) {
    EdidMode smaller{mode.width, mode.height, std::min(mode.refresh_mhz, kSixty)};
    for (;;) {
        if (formula != CvtFormula::Reduced2) {
            smaller.width = smaller.width / 8 * 8;
        }
        ORIEL_TRY_ASSIGN(const Timing timing, cvt_timing(smaller, formula));
        if (fits_detailed_timing(timing)) {
            return timing;
        }
        smaller.width /= 2;
        smaller.height /= 2;
    }
}

Result<ImageSize> image_of(const EdidMode& mode, std::uint32_t dpi) {
    const auto millimetres = [dpi](std::uint32_t pixels) {
        return static_cast<std::uint32_t>(std::lround(pixels * 25.4 / dpi));
    };
    const ImageSize image{millimetres(mode.width), millimetres(mode.height)};
    if (std::max(image.width_mm, image.height_mm) > kMaxBaseMillimetres) {
        const double least = std::max(mode.width, mode.height) * 25.4 / kMaxBaseMillimetres;
        return Failure(Error::usage(
            fmt::format("--dpi {} makes {} a screen of more than 2.55 m, which a block cannot say: "
                        "use {} or more",
                        dpi,
                        mode.text(),
                        std::ceil(least))));
    }
    return image;
}

/// Four descriptors, of which the name takes one, and so do a serial number and the ranges that
/// HDMI's older base block has to have.
std::size_t base_room(const EdidOptions& options) {
    const bool is_hdmi = options.connector == EdidOptions::Connector::Hdmi;
    return std::size_t{3} - (options.serial.empty() ? 0 : 1) - (is_hdmi ? 1 : 0);
}

/// Puts each timing where the most readers find it and there is room.
class Distribution {
  public:
    Distribution(EdidPlan& plan, std::size_t base_room, std::size_t cta_room)
        : plan_(plan), base_room_(base_room), cta_room_(cta_room) {}

    void add(const Timing& timing, Preference preference) {
        const bool fits = fits_detailed_timing(timing);
        if (fits && plan_.base.size() < base_room_) {
            plan_.base.push_back(timing);
        } else if (fits && plan_.cta.size() < cta_room_) {
            plan_.cta.push_back(timing);
        } else {
            plan_.displayid.push_back({timing, preference});
        }
    }

  private:
    EdidPlan& plan_;
    std::size_t base_room_;
    std::size_t cta_room_;
};

}  // namespace

Result<EdidPlan> plan_edid(const EdidOptions& options, std::size_t cta_room) {
    const bool is_default = options.modes.empty();
    const std::vector<EdidMode>& modes = is_default ? default_detailed() : options.modes;
    EdidPlan plan{};
    plan.native = modes.front();
    ORIEL_TRY_ASSIGN(plan.image, image_of(modes.front(), options.dpi));
    if (is_default) {
        plan.standard = default_standard();
        plan.video_codes.assign(kDefaultVideoCodes.begin(), kDefaultVideoCodes.end());
    }
    Distribution distribution(plan, base_room(options), cta_room);
    for (std::size_t i = 0; i < modes.size(); ++i) {
        // The default list is for every formula; this one width only the newest can say.
        const bool is_odd = is_default && modes[i].width % 8 != 0;
        const CvtFormula formula = is_odd ? CvtFormula::Reduced2 : options.formula;
        ORIEL_TRY_ASSIGN(const Timing timing, cvt_timing(modes[i], formula));
        if (timing.pixel_clock_hz < kLeastClock) {
            return Failure(Error::usage(fmt::format(
                "{} is too slow: no monitor is sent fewer than 10 million pixels a second",
                modes[i].text())));
        }
        if (i == 0 && !fits_detailed_timing(timing)) {
            plan.is_base_preferred = false;
            ORIEL_TRY_ASSIGN(const Timing small, fallback(modes[i], formula));
            plan.base.push_back(small);
        }
        distribution.add(timing, i == 0 ? Preference::Preferred : Preference::None);
    }
    if (plan.is_base_preferred && !plan.displayid.empty()) {
        // Who reads DisplayID wants to find the preferred mode there, too.
        plan.displayid.insert(plan.displayid.begin(), {plan.base.front(), Preference::Preferred});
    }
    return plan;
}

std::vector<EdidMode> default_edid_modes() {
    std::vector<EdidMode> modes = default_detailed();
    const auto& standard = default_standard();
    modes.insert(modes.end(), standard.begin(), standard.end());
    for (const EdidMode& mode : {EdidMode{800, 600, kSixty},
                                 EdidMode{1024, 768, kSixty},
                                 EdidMode{1280, 720, kSixty},
                                 EdidMode{2560, 1080, kSixty},
                                 EdidMode{4096, 2160, kSixty}}) {
        modes.push_back(mode);
    }
    return modes;
}

}  // namespace oriel
