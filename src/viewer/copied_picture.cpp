// SPDX-License-Identifier: MIT
#include "viewer/copied_picture.h"

#include "relay/frame_copy.h"

namespace oriel {

std::optional<CopiedPicture> copy_picture(const FrameFeed& reader, const HeldFrame& held) {
    CopiedPicture picture{held.found.info, {}};
    picture.pixels.resize(picture.info.geometry.bytes());
    const Damage all = Damage::whole(picture.info.geometry.size);
    FrameCopy copy(reader, held.found, all, picture.pixels);
    while (true) {
        switch (copy.step()) {
        case FrameCopy::Step::More:
            break;
        case FrameCopy::Step::Complete:
            return picture;
        case FrameCopy::Step::Waiting:  // Not of a finished frame.
        case FrameCopy::Step::Aborted:
        case FrameCopy::Step::Torn:
            return std::nullopt;
        }
    }
}

}  // namespace oriel
