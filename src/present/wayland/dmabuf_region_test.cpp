// SPDX-License-Identifier: MIT
#include "present/wayland/dmabuf_region.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

constexpr std::uint64_t kMemory = 64U << 20U;

/// 1080 rows, which are not whole blocks of 16; with the room that a publisher gives them.
SlotPlace full_hd_place() {
    return {.offset = 1U << 20U,
            .geometry = {{1920, 1080}, 7680, PixelFormat::Bgra8},
            .room = std::uint64_t{7680} * 1088};
}

TEST(DmabufFootprint, HasThePaddingThatGpusWant) {
    const auto footprint = WaylandDmabufRegion::footprint(full_hd_place(), kMemory);

    ASSERT_TRUE(footprint);
    EXPECT_EQ(footprint->part, (gpu::MemoryPart{1U << 20U, 7680 * 1088}));
    EXPECT_EQ(footprint->picture, 0U);
}

TEST(DmabufFootprint, StaysInsideTheSlot) {
    SlotPlace place = full_hd_place();
    place.room = std::uint64_t{7680} * 1080;

    const auto footprint = WaylandDmabufRegion::footprint(place, kMemory);

    ASSERT_TRUE(footprint);
    EXPECT_EQ(footprint->part.size, 7680U * 1080U);
}

TEST(DmabufFootprint, NamesAPictureInsideAPage) {
    SlotPlace place = full_hd_place();
    place.offset += 512;

    const auto footprint = WaylandDmabufRegion::footprint(place, kMemory);

    ASSERT_TRUE(footprint);
    EXPECT_EQ(footprint->part.offset, 1U << 20U);
    EXPECT_EQ(footprint->picture, 512U);
}

TEST(DmabufFootprint, IsNoneWhereRowsAreNotOn256Bytes) {
    SlotPlace place = full_hd_place();
    place.geometry.stride = 7684;
    EXPECT_FALSE(WaylandDmabufRegion::footprint(place, kMemory));

    place = full_hd_place();
    place.offset += 4;
    EXPECT_FALSE(WaylandDmabufRegion::footprint(place, kMemory));
}

TEST(DmabufFootprint, IsNoneWhereItsPagesLeaveTheMemory) {
    EXPECT_FALSE(WaylandDmabufRegion::footprint(full_hd_place(), (1U << 20U) + 7680 * 1088 - 1));
}

}  // namespace
}  // namespace oriel
