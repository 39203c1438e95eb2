// SPDX-License-Identifier: MIT
#include "interop/looking_glass/recognise.h"

#include <gtest/gtest.h>

#include "relay/test_region.h"

namespace oriel::looking_glass {
namespace {

constexpr std::uint32_t kMagicWord = 0x504D474C;

/// A magic number at a place, and the version behind it.
struct Left {
    std::string name;
    std::uint64_t magic_at;
    std::uint32_t version;
    std::string said;
};

void PrintTo(const Left& left, std::ostream* out) {  // NOLINT(readability-identifier-naming)
    *out << left.name;
}

class OtherVersion : public testing::TestWithParam<Left> {};

TEST_P(OtherVersion, IsNamed) {
    TestRegion region;
    region.put<std::uint32_t>(GetParam().magic_at, kMagicWord);
    region.put<std::uint32_t>(GetParam().magic_at + 4, GetParam().version);

    const Mark mark = recognise(SharedWords(region.bytes()));

    EXPECT_EQ(mark.kind, Mark::Kind::Other);
    EXPECT_EQ(mark.version, GetParam().said);
    EXPECT_TRUE(has_mark(SharedWords(region.bytes())));
}

INSTANTIATE_TEST_SUITE_P(Marks,
                         OtherVersion,
                         testing::Values(Left{"B4", 0, 2, "B4 or older (LGMP 2)"},
                                         Left{"B5", 0, 4, "B5"},
                                         Left{"B6", 0, 5, "B6"},
                                         Left{"Lgmp8", 0, 8, "development version (LGMP 8)"},
                                         Left{"Lgmp9", 8, 9, "development version (LGMP 9)"},
                                         Left{"Lgmp11", 8064, 11, "development version (LGMP 11)"},
                                         Left{"Lgmp12", 9664, 12, "development version (LGMP 12)"}),
                         [](const auto& made) { return made.param.name; });

TEST(Recognise, KnowsTheVersionThatIsShown) {
    TestRegion region;
    region.put<std::uint32_t>(0, kMagicWord);
    region.put<std::uint32_t>(4, 6);

    EXPECT_EQ(recognise(SharedWords(region.bytes())).kind, Mark::Kind::Shown);
}

TEST(Recognise, SaysWhatTheRecoveryBlockTells) {
    TestRegion region;
    const std::uint64_t at = region.size() - 65536;
    region.put<std::uint64_t>(at, 0x5643'5252'464d'564b);
    region.put<std::uint32_t>(at + 16, 13);
    region.put<std::uint32_t>(at + 20, 35);
    region.put<std::uint32_t>(at + 60, 1);

    EXPECT_EQ(recognise(SharedWords(region.bytes())).version,
              "development version (LGMP 13, KVMFR 35)");
}

TEST(Recognise, TakesNothingForAMarkThatIsNone) {
    TestRegion region;
    region.put<std::uint32_t>(8, kMagicWord);
    region.put<std::uint32_t>(12, 4711);

    EXPECT_EQ(recognise(SharedWords(region.bytes())).kind, Mark::Kind::None);
    EXPECT_FALSE(has_mark(SharedWords(region.bytes().first(3))));
    EXPECT_FALSE(has_mark(SharedWords()));
}

TEST(Heartbeat, MovesWithTheProducersClock) {
    TestRegion region;
    region.put<std::uint32_t>(0, kMagicWord);
    region.put<std::uint32_t>(4, 6);
    Heartbeat heartbeat;

    EXPECT_FALSE(heartbeat.has_moved(SharedWords(region.bytes())));
    EXPECT_FALSE(heartbeat.has_moved(SharedWords(region.bytes())));
    region.put<std::uint64_t>(16, 12345);
    EXPECT_TRUE(heartbeat.has_moved(SharedWords(region.bytes())));
}

TEST(Heartbeat, MovesInOtherVersionsToo) {
    struct Place {
        std::uint64_t magic_at;
        std::uint32_t version;
        std::uint64_t beats_at;
    };

    for (const Place& place : {Place{0, 5, 16}, Place{8, 9, 0}, Place{9664, 12, 0}}) {
        TestRegion region;
        region.put<std::uint32_t>(place.magic_at, kMagicWord);
        region.put<std::uint32_t>(place.magic_at + 4, place.version);
        Heartbeat heartbeat;

        EXPECT_FALSE(heartbeat.has_moved(SharedWords(region.bytes())));
        EXPECT_FALSE(heartbeat.has_moved(SharedWords(region.bytes())));
        region.put<std::uint64_t>(place.beats_at, 12345);
        EXPECT_TRUE(heartbeat.has_moved(SharedWords(region.bytes()))) << place.version;
    }
}

TEST(Heartbeat, MovesInARecoveryBlock) {
    TestRegion region;
    const std::uint64_t at = region.size() - 65536;
    region.put<std::uint64_t>(at, 0x5643'5252'464d'564b);
    region.put<std::uint32_t>(at + 16, 13);
    region.put<std::uint32_t>(at + 60, 1);
    Heartbeat heartbeat;

    EXPECT_FALSE(heartbeat.has_moved(SharedWords(region.bytes())));
    region.put<std::uint64_t>(at + 48, 250);
    EXPECT_TRUE(heartbeat.has_moved(SharedWords(region.bytes())));
    EXPECT_FALSE(Heartbeat::is_moving(SharedWords(region.bytes())));
}

}  // namespace
}  // namespace oriel::looking_glass
