// SPDX-License-Identifier: MIT
#include "relay/frame_reader.h"

#include <functional>

#include <gtest/gtest.h>

#include "relay/relay_subscriber.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

using Wanted = FrameReader::Wanted;

constexpr std::uint32_t kMax32 = 0xFFFFFFFF;
constexpr std::uint64_t kMax64 = ~0ULL;
constexpr std::uint64_t kSlotBytes = 65536;

/// One published frame, in slot 0, and what a reader finds there after something was spoiled.
class Published {
  public:
    Published() { publish_frame(publisher, Damage(Rect{1, 2, 3, 4}), Nanoseconds(5)); }

    std::uint64_t words() const { return publisher.layout().element(abi::kTableOutputs, 0); }

    std::uint64_t header() const { return publisher.layout().element(abi::kTableFrames, 0); }

    std::uint64_t entry(std::uint64_t sequence) const {
        return publisher.layout().element(abi::kTableDamage, sequence % abi::kDamageLog);
    }

    template <class T>
    void spoil(std::size_t field, T value) {
        region.put<T>(header() + field, value);
    }

    Result<HeldFrame, RegionFault> take() {
        RelaySubscriber subscriber(region.bytes(), {});
        subscriber.refresh(Nanoseconds(0));
        auto held = subscriber.take(0, Wanted::Finished, 0);
        faults = subscriber.fault_count();
        return held;
    }

    TestRegion region;
    Publisher publisher = region.publish();
    std::uint64_t faults = 0;
};

struct Spoiled {
    const char* name;
    std::function<void(Published&)> spoil;
    RegionFault fault;
};

void PrintTo(const Spoiled& value, std::ostream* out) {
    *out << value.name;
}

template <class T>
Spoiled field(const char* name, std::size_t place, T value, RegionFault fault) {
    return {name, [=](Published& frame) { frame.spoil<T>(place, value); }, fault};
}

class HostileFrame : public testing::TestWithParam<Spoiled> {};

TEST_P(HostileFrame, IsRefusedByTheRuleItBreaks) {
    Published frame;
    ASSERT_TRUE(frame.take());

    GetParam().spoil(frame);

    const auto held = frame.take();
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error(), GetParam().fault);
    EXPECT_EQ(frame.faults, GetParam().fault == RegionFault::FrameInFlux ? 0U : 1U);
}

using Header = abi::FrameHeader;

INSTANTIATE_TEST_SUITE_P(
    Guest,
    HostileFrame,
    testing::Values(
        Spoiled{"SlotBeyondTheLast",
                [](Published& f) { f.region.put<std::uint64_t>(f.words(), 1U << 8U | 3U); },
                RegionFault::BadFrameWord},
        Spoiled{"LargestSlot",
                [](Published& f) { f.region.put<std::uint64_t>(f.words(), kMax64); },
                RegionFault::BadFrameWord},
        Spoiled{"ASlotWithoutAFrame",
                [](Published& f) { f.region.put<std::uint64_t>(f.words(), 1U << 8U | 1U); },
                RegionFault::FrameInFlux},
        Spoiled{"OtherSequence",
                [](Published& f) { f.region.put<std::uint64_t>(f.words(), 2U << 8U); },
                RegionFault::FrameInFlux},
        field("OddGeneration", 0, std::uint64_t{3}, RegionFault::FrameInFlux),
        field("NoGeneration", 0, std::uint64_t{0}, RegionFault::FrameInFlux),
        field("ShortHeader",
              offsetof(Header, header_size),
              std::uint32_t{255},
              RegionFault::BadHeaderSize),
        field("NoWidth", offsetof(Header, width), std::uint32_t{0}, RegionFault::BadPictureSize),
        field("HugeWidth", offsetof(Header, width), kMax32, RegionFault::BadPictureSize),
        field("WidthOneTooMany",
              offsetof(Header, width),
              abi::kMaxSide + 1,
              RegionFault::BadPictureSize),
        field("NoHeight", offsetof(Header, height), std::uint32_t{0}, RegionFault::BadPictureSize),
        field("HeightOneTooMany",
              offsetof(Header, height),
              abi::kMaxSide + 1,
              RegionFault::BadPictureSize),
        field("NoFormat", offsetof(Header, format), std::uint32_t{0}, RegionFault::BadFormat),
        field("Tiled", offsetof(Header, modifier), std::uint64_t{1}, RegionFault::BadFormat),
        field("StrideBelowARow",
              offsetof(Header, stride),
              std::uint32_t{252},
              RegionFault::BadStride),
        field(
            "CrookedStride", offsetof(Header, stride), std::uint32_t{258}, RegionFault::BadStride),
        field("HugeStride", offsetof(Header, stride), kMax32 - 3, RegionFault::PixelsOutsideSlot),
        field("WiderPixelsThanTheStride",
              offsetof(Header, format),
              abi::kFormatRgba16f,
              RegionFault::BadStride),
        field("UnknownTransform",
              offsetof(Header, transform),
              std::uint32_t{8},
              RegionFault::BadTransform),
        field(
            "CropBegunOutside", offsetof(Header, crop_x), std::uint32_t{64}, RegionFault::BadCrop),
        field("CropTooWide", offsetof(Header, crop_width), std::uint32_t{65}, RegionFault::BadCrop),
        field("CropThatWouldWrap", offsetof(Header, crop_x), kMax32, RegionFault::BadCrop),
        field(
            "CropTooHigh", offsetof(Header, crop_height), std::uint32_t{49}, RegionFault::BadCrop),
        field(
            "CropOfNoWidth", offsetof(Header, crop_width), std::uint32_t{0}, RegionFault::BadCrop),
        field("PixelsInTheNextSlot",
              offsetof(Header, pixel_offset),
              kSlotBytes,
              RegionFault::PixelsOutsideSlot),
        field("PixelsOnePastTheEnd",
              offsetof(Header, pixel_offset),
              kSlotBytes - 256 * 48 + 4,
              RegionFault::PixelsOutsideSlot),
        field("PixelsThatWouldWrap",
              offsetof(Header, pixel_offset),
              kMax64 - 3,
              RegionFault::PixelsOutsideSlot),
        field("CrookedPixels",
              offsetof(Header, pixel_offset),
              std::uint64_t{2},
              RegionFault::PixelsOutsideSlot),
        field("TooHighForItsSlot",
              offsetof(Header, height),
              std::uint32_t{257},
              RegionFault::PixelsOutsideSlot)),
    [](const auto& test) { return std::string(test.param.name); });

TEST(FrameReader, TakesThePixelsThatJustFit) {
    Published frame;
    frame.spoil<std::uint64_t>(offsetof(Header, pixel_offset), kSlotBytes - 256 * 48);

    const auto held = frame.take();

    ASSERT_TRUE(held);
    EXPECT_EQ(held->found.pixels.size(), 256U * 48);
    EXPECT_EQ(held->found.region_offset, kSlotBytes - 256 * 48);
}

TEST(FrameReader, TakesNoCropForTheWholePicture) {
    Published frame;
    frame.spoil<std::uint64_t>(offsetof(Header, crop_width), 0);

    EXPECT_EQ(frame.take()->found.info.crop, Rect::of(TestRegion::kPicture));
}

TEST(FrameReader, TakesUnknownContentForUnknown) {
    Published frame;
    frame.spoil<std::uint32_t>(offsetof(Header, content_type), 99);

    EXPECT_EQ(frame.take()->found.info.content_type, abi::kContentUnknown);
}

TEST(FrameReader, SurvivesAnyTimeStamp) {
    Published frame;
    frame.spoil<std::uint64_t>(offsetof(Header, capture_start_ns), kMax64);
    frame.spoil<std::uint64_t>(offsetof(Header, announce_ns), 1ULL << 63U);

    EXPECT_EQ(frame.take()->found.info.times.capture_start, Nanoseconds(-1));
}

TEST(FrameReader, TellsWhatThePublisherSaid) {
    TestRegion region;
    Publisher publisher = region.publish();
    const FrameGeometry geometry{{40, 30}, 192, PixelFormat::Rgb10a2, 3};
    static_cast<void>(publisher.begin_frame(0, geometry, Nanoseconds(1)));
    ColourInfo colour;
    colour.primaries = abi::kPrimariesBt2020;
    colour.hdr_primaries = {1, 2, 3, 4, 5, 6, 7, 8};
    colour.hdr_max_cll = 1000;
    publisher.finish_frame({.damage = {},
                            .capture_start = Nanoseconds(11),
                            .vblank = Nanoseconds(10),
                            .colour = colour,
                            .content_type = abi::kContentVideo},
                           Nanoseconds(12));
    RelaySubscriber subscriber(region.bytes(), {});
    subscriber.refresh(Nanoseconds(0));

    const auto held = subscriber.take(0, Wanted::Finished, 0);

    ASSERT_TRUE(held);
    const FrameInfo& info = held->found.info;
    EXPECT_EQ(info.sequence, 1U);
    EXPECT_EQ(info.geometry, geometry);
    EXPECT_EQ(info.colour, colour);
    EXPECT_EQ(info.content_type, abi::kContentVideo);
    EXPECT_EQ(info.times.vblank, Nanoseconds(10));
    EXPECT_EQ(info.times.capture_start, Nanoseconds(11));
    EXPECT_EQ(info.times.announced, Nanoseconds(12));
    EXPECT_EQ(info.times.finished, Nanoseconds(12));
}

/// A second frame whose log entry is spoiled: damage falls back to the whole picture.
struct SpoiledEntry {
    const char* name;
    std::size_t field;
    std::uint64_t value;
};

void PrintTo(const SpoiledEntry& value, std::ostream* out) {
    *out << value.name;
}

class HostileDamage : public testing::TestWithParam<SpoiledEntry> {};

TEST_P(HostileDamage, MeansTheWholePicture) {
    Published frame;
    publish_frame(frame.publisher, Damage(Rect{1, 2, 3, 4}));
    RelaySubscriber subscriber(frame.region.bytes(), {});
    subscriber.refresh(Nanoseconds(0));
    frame.region.put<std::uint64_t>(frame.entry(2) + GetParam().field, GetParam().value);

    const auto held = subscriber.take(0, Wanted::Finished, 1);

    ASSERT_TRUE(held);
    EXPECT_EQ(held->damage.bounds(), Rect::of(TestRegion::kPicture));
}

INSTANTIATE_TEST_SUITE_P(
    Guest,
    HostileDamage,
    testing::Values(SpoiledEntry{"OddGeneration", 0, 5},
                    SpoiledEntry{"NoGeneration", 0, 0},
                    SpoiledEntry{"OtherSequence", offsetof(abi::DamageEntry, sequence), 66},
                    SpoiledEntry{"OneRectangleTooMany", offsetof(abi::DamageEntry, count), 65},
                    SpoiledEntry{"HugeCount", offsetof(abi::DamageEntry, count), kMax32},
                    SpoiledEntry{"RectangleBeyondThePicture",
                                 offsetof(abi::DamageEntry, rects),
                                 0xFFFFFFFF00000000U}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(FrameReader, CutsDamageToThePicture) {
    Published frame;
    publish_frame(frame.publisher, Damage(Rect{1, 2, 3, 4}));
    RelaySubscriber subscriber(frame.region.bytes(), {});
    subscriber.refresh(Nanoseconds(0));
    frame.region.put<std::uint64_t>(frame.entry(2) + offsetof(abi::DamageEntry, rects),
                                    0xFFFFFFFF'0020'003CU);

    const auto held = subscriber.take(0, Wanted::Finished, 1);

    ASSERT_EQ(held->damage.rects().size(), 1U);
    EXPECT_EQ(held->damage.rects()[0], (Rect{60, 32, 4, 16}));
}

TEST(FrameReader, KnowsTheDamageOfSixtyFourFramesAndNoMore) {
    Published frame;
    for (int i = 0; i < 64; ++i) {
        publish_frame(frame.publisher, Damage(Rect{1, 2, 3, 4}));
    }
    RelaySubscriber subscriber(frame.region.bytes(), {});
    subscriber.refresh(Nanoseconds(0));

    const auto known = subscriber.take(0, Wanted::Finished, 1);
    publish_frame(frame.publisher, Damage(Rect{1, 2, 3, 4}));
    const auto unknown = subscriber.take(0, Wanted::Finished, 1);

    EXPECT_EQ(known->damage.bounds(), (Rect{1, 2, 3, 4}));
    EXPECT_EQ(unknown->damage.bounds(), Rect::of(TestRegion::kPicture));
}

TEST(FrameReader, TakesSequencesItCannotHaveSeenForNone) {
    Published frame;
    RelaySubscriber subscriber(frame.region.bytes(), {});
    subscriber.refresh(Nanoseconds(0));
    const auto held = subscriber.take(0, Wanted::Finished, 0);
    const FrameReader& reader = subscriber.reader(0);

    EXPECT_EQ(reader.damage_since(1, held->found).bounds(), Rect::of(TestRegion::kPicture));
    EXPECT_EQ(reader.damage_since(kMax64, held->found).bounds(), Rect::of(TestRegion::kPicture));
}

struct SpoiledProgress {
    const char* name;
    std::uint64_t word;
    FrameProgress::Outcome outcome;
    std::uint32_t rows;
};

void PrintTo(const SpoiledProgress& value, std::ostream* out) {
    *out << value.name;
}

class HostileProgress : public testing::TestWithParam<SpoiledProgress> {};

TEST_P(HostileProgress, IsBoundedByThePicture) {
    Published frame;
    RelaySubscriber subscriber(frame.region.bytes(), {});
    subscriber.refresh(Nanoseconds(0));
    const auto held = subscriber.take(0, Wanted::Finished, 0);
    frame.spoil<std::uint64_t>(offsetof(Header, progress), GetParam().word);

    const auto progress = subscriber.reader(0).progress(held->found);

    EXPECT_EQ(progress.outcome, GetParam().outcome);
    EXPECT_EQ(progress.rows, GetParam().rows);
}

using Outcome = FrameProgress::Outcome;

INSTANTIATE_TEST_SUITE_P(
    Guest,
    HostileProgress,
    testing::Values(SpoiledProgress{"Rows", 0x2'0000'0011, Outcome::Writing, 17},
                    SpoiledProgress{"MoreRowsThanThereAre", 0x2'0000'FFFF, Outcome::Writing, 48},
                    SpoiledProgress{"Finished", 0x2'0001'0000, Outcome::Finished, 48},
                    SpoiledProgress{"Aborted", 0x2'0002'0011, Outcome::Aborted, 0},
                    SpoiledProgress{"UnknownOutcome", 0x2'7777'0011, Outcome::Aborted, 0},
                    SpoiledProgress{"AnotherFrames", 0x4'0001'0030, Outcome::Gone, 0}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace oriel
