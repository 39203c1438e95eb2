// SPDX-License-Identifier: MIT
#include "relay/layout.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "abi/broker.h"
#include "abi/frame.h"
#include "abi/viewer.h"

namespace oriel {
namespace {

constexpr std::uint64_t kMiB = 1U << 20U;

OutputNeeds needs_of(std::uint32_t width, std::uint32_t height, std::uint32_t slots) {
    const FrameGeometry geometry{
        {width, height}, aligned_stride(width, PixelFormat::Bgra8), PixelFormat::Bgra8, 0};
    return {slot_bytes_for(geometry), slots};
}

struct Part {
    std::uint64_t start;
    std::uint64_t end;
};

/// Everything a layout places, the frozen root included.
std::vector<Part> parts_of(const RegionLayout& layout) {
    std::vector<Part> parts{{layout.region_size - abi::kRootFromEnd, layout.region_size}};
    for (const abi::Table& table : layout.tables) {
        parts.push_back({table.offset, table.offset + std::uint64_t{table.stride} * table.count});
    }
    for (const RegionLayout::Output& output : layout.outputs) {
        for (std::uint32_t slot = 0; slot < output.slot_count; ++slot) {
            const abi::SlotPlace& place = output.slots[slot];
            parts.push_back({place.offset, place.offset + place.capacity});
        }
        for (const std::uint64_t image : output.cursor_images) {
            parts.push_back({image, image + output.cursor_capacity});
        }
    }
    return parts;
}

class Layouts : public testing::TestWithParam<std::vector<OutputNeeds>> {};

TEST_P(Layouts, PlaceNoTwoPartsOverEachOther) {
    for (const std::uint64_t factor : {1U, 2U, 8U}) {
        const auto layout = RegionLayout::make(needed_region_size(GetParam()) * factor, GetParam());
        ASSERT_TRUE(layout);

        auto parts = parts_of(*layout);
        std::ranges::sort(parts, {}, &Part::start);

        for (std::size_t i = 1; i < parts.size(); ++i) {
            ASSERT_LE(parts[i - 1].end, parts[i].start) << "part " << i;
        }
        EXPECT_LE(parts.back().end, layout->region_size);
    }
}

TEST_P(Layouts, AlignSlotsAndKeepWritersOnPagesOfTheirOwn) {
    const auto layout = RegionLayout::make(needed_region_size(GetParam()), GetParam());
    ASSERT_TRUE(layout);

    for (const RegionLayout::Output& output : layout->outputs) {
        for (std::uint32_t slot = 0; slot < output.slot_count; ++slot) {
            EXPECT_EQ(output.slots[slot].offset % abi::kSlotAlignment, 0U);
        }
        EXPECT_EQ(output.cursor_images[0] % abi::kPage, 0U);
    }
    for (const abi::Table& table : layout->tables) {
        EXPECT_EQ(table.offset % abi::kPage, 0U);
        EXPECT_LE(table.element_size, table.stride);
    }
    EXPECT_EQ(layout->tables[abi::kTableViewers].stride % abi::kPage, 0U);
    EXPECT_EQ(layout->tables[abi::kTableAnswers].stride % abi::kPage, 0U);
}

TEST_P(Layouts, PutSlotsFirstAndTheFrozenPartsAtTheEnd) {
    const auto layout = RegionLayout::make(needed_region_size(GetParam()), GetParam());
    ASSERT_TRUE(layout);

    EXPECT_EQ(layout->outputs[0].slots[0].offset, 0U);
    EXPECT_EQ(layout->tables[abi::kTableBroker].offset, layout->region_size - abi::kBrokerFromEnd);
    EXPECT_EQ(layout->tables[abi::kTableViewers].offset,
              layout->region_size - abi::kViewersFromEnd);
    EXPECT_EQ(layout->element(abi::kTableAnswers, 1) - layout->element(abi::kTableAnswers, 0),
              abi::kAnswerStride);
}

INSTANTIATE_TEST_SUITE_P(Of,
                         Layouts,
                         testing::Values(std::vector{needs_of(64, 48, 2)},
                                         std::vector{needs_of(1920, 1080, 4)},
                                         std::vector{needs_of(3840, 2160, 16)},
                                         std::vector{needs_of(800, 600, 3), needs_of(1024, 768, 5)},
                                         std::vector{needs_of(1920, 1080, 4),
                                                     needs_of(64, 48, 2),
                                                     needs_of(2560, 1440, 3),
                                                     needs_of(1280, 1024, 16)}));

TEST(Layout, FitsFourSlotsOf4KIn128MiB) {
    const std::vector needs{needs_of(3840, 2160, 4)};

    EXPECT_EQ(needed_region_size(needs), 128 * kMiB);
    EXPECT_TRUE(RegionLayout::make(128 * kMiB, needs));
}

TEST(Layout, KeepsTheControlPartOfOneOutputBelowOneMiB) {
    const std::vector needs{needs_of(64, 48, 2)};
    const auto layout = RegionLayout::make(4 * kMiB, needs);
    ASSERT_TRUE(layout);

    EXPECT_GE(layout->tables[abi::kTablePublisher].offset, 3 * kMiB);
}

TEST(Layout, GivesLargeCursorImagesRoomWhereThereIsSome) {
    const std::vector needs{needs_of(64, 48, 2)};

    EXPECT_EQ(RegionLayout::make(4 * kMiB, needs)->outputs[0].cursor_capacity, kMiB);
    EXPECT_EQ(RegionLayout::make(kMiB, needs)->outputs[0].cursor_capacity, kMiB / 4);
}

TEST(Layout, SaysTheSizeThatWouldDo) {
    const std::vector needs{needs_of(3840, 2160, 4)};

    const auto layout = RegionLayout::make(64 * kMiB, needs);

    ASSERT_FALSE(layout);
    EXPECT_NE(layout.error().message.find("64 MiB"), std::string::npos);
    EXPECT_NE(layout.error().message.find("needs 128 MiB"), std::string::npos);
}

TEST(Layout, BringsAHostileNumberOfSlotsIntoRange) {
    const std::vector none{OutputNeeds{4096, 0}};
    const std::vector plenty{OutputNeeds{4096, 0xFFFFFFFF}};

    EXPECT_EQ(RegionLayout::make(4 * kMiB, none)->outputs[0].slot_count, 2U);
    EXPECT_EQ(RegionLayout::make(4 * kMiB, plenty)->outputs[0].slot_count, abi::kMaxSlots);
}

TEST(SlotBytes, PadsTheHeightAndStrides) {
    EXPECT_EQ(aligned_stride(1366, PixelFormat::Bgra8), 5632U);
    EXPECT_EQ(aligned_stride(1920, PixelFormat::Rgba16f), 15360U);
    EXPECT_EQ(needs_of(1366, 768, 2).slot_bytes, 5632U * 768);
    EXPECT_EQ(needs_of(64, 49, 2).slot_bytes, 256U * 64);
}

}  // namespace
}  // namespace oriel
