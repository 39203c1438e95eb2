// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "present/presenter.h"
#include "present/presenter_rig.h"

namespace oriel::test {

/// A display, a presenter's window of a size that stays, a region, and somebody else who looks: for
/// what every presenter promises of its pictures.
class PictureStage {
  public:
    virtual ~PictureStage() = default;
    PictureStage(const PictureStage&) = delete;
    PictureStage& operator=(const PictureStage&) = delete;

    virtual Presenter& presenter() = 0;
    virtual Driver& driver() = 0;
    virtual TestRegion& region() = 0;

    /// All of the window as it is seen, 0xRRGGBB, rows packed, once the display has come to rest.
    /// Empty where it cannot be seen.
    virtual std::vector<std::uint32_t> look() = 0;

    /// For the byte of a pixel that means nothing. Weston's program for screenshots takes it for
    /// how much of a pixel there is.
    virtual std::uint32_t unused_byte() const { return 0; }

    /// Lends the region to the display; whether that shows frames without a copy of ours.
    bool bind() {
        return presenter().bind_region(region().fd(), region().memory()).has_value() &&
               presenter().use() == Presenter::Use::HandsOn;
    }

  protected:
    PictureStage() = default;
};

std::unique_ptr<PictureStage> make_x11_picture_stage(Size window);
std::unique_ptr<PictureStage> make_sway_picture_stage(Size window);

/// In full screen: Weston puts other windows anywhere.
std::unique_ptr<PictureStage> make_weston_picture_stage(Size window);

}  // namespace oriel::test
