// SPDX-License-Identifier: MIT
#include "relay/region_fault.h"

namespace oriel {

std::string_view describe(RegionFault fault) {
    switch (fault) {
    case RegionFault::NoPublisher:
        return "no publisher";
    case RegionFault::OtherMajor:
        return "another major protocol version";
    case RegionFault::UnknownFeature:
        return "an unknown feature is required";
    case RegionFault::BadRegionSize:
        return "wrong region size in the root";
    case RegionFault::BadTable:
        return "bad table";
    case RegionFault::BadOutput:
        return "bad output";
    case RegionFault::BadFrameWord:
        return "bad slot number";
    case RegionFault::FrameInFlux:
        return "frame changed while it was read";
    case RegionFault::BadHeaderSize:
        return "frame header too short";
    case RegionFault::BadPictureSize:
        return "bad picture size";
    case RegionFault::BadFormat:
        return "unknown pixel format";
    case RegionFault::BadStride:
        return "bad stride";
    case RegionFault::BadTransform:
        return "unknown transform";
    case RegionFault::BadCrop:
        return "bad crop";
    case RegionFault::PixelsOutsideSlot:
        return "pixels outside their slot";
    case RegionFault::BadCursor:
        return "bad cursor";
    case RegionFault::SequenceWentBack:
        return "sequence went back";
    case RegionFault::BadUserData:
        return "bad user data";
    case RegionFault::BadQueue:
        return "bad message ring";
    case RegionFault::PayloadOutsideRegion:
        return "message outside the region";
    case RegionFault::BadDamage:
        return "bad damage rectangles";
    }
    return "unknown fault";
}

}  // namespace oriel
