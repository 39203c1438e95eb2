// SPDX-License-Identifier: MIT
#include "relay/message_ring.h"

#include <vector>

#include <gtest/gtest.h>

#include "relay/test_random.h"

namespace oriel {
namespace {

constexpr std::uint64_t kMax64 = ~0ULL;

class MessageRing : public testing::Test {
  protected:
    static std::vector<std::byte> payload(std::size_t size, int value) {
        return std::vector<std::byte>(size, static_cast<std::byte>(value));
    }

    void put_header(std::uint64_t place, std::uint32_t type, std::uint32_t length) {
        shared_.store(place, abi::MessageHeader{type, length});
    }

    alignas(64) std::array<std::byte, abi::kRingSize> memory_{};
    SharedBytes shared_{memory_};
    MessageWriter writer_{shared_};
    MessageReader reader_{shared_};
};

TEST_F(MessageRing, CarriesMessagesOfEveryLengthInOrder) {
    TestRandom random(1);
    for (int i = 0; i < 2000; ++i) {
        const auto sent = payload(random.below(abi::kMaxMessage + 1), i & 0xFF);
        ASSERT_EQ(writer_.write(static_cast<std::uint32_t>(i), sent, reader_.read_bytes()),
                  MessageWriter::Outcome::Written);

        const auto received = reader_.read(writer_.written());

        ASSERT_TRUE(received);
        ASSERT_EQ(received->type, static_cast<std::uint32_t>(i));
        ASSERT_TRUE(std::ranges::equal(received->bytes(), sent));
    }
}

TEST_F(MessageRing, RefusesWhatDoesNotFitAndGoesOnAfterwards) {
    const auto large = payload(1000, 1);
    int written = 0;
    while (writer_.write(1, large, reader_.read_bytes()) == MessageWriter::Outcome::Written) {
        ++written;
    }
    EXPECT_EQ(written, 4);

    ASSERT_TRUE(reader_.read(writer_.written()));

    EXPECT_EQ(writer_.write(2, large, reader_.read_bytes()), MessageWriter::Outcome::Written);
    EXPECT_EQ(writer_.write(3, large, reader_.read_bytes()), MessageWriter::Outcome::Full);
}

TEST_F(MessageRing, TakesACountOfMoreThanWasWrittenForNothing) {
    const auto large = payload(1000, 1);
    for (int i = 0; i < 4; ++i) {
        ASSERT_EQ(writer_.write(1, large, kMax64), MessageWriter::Outcome::Written);
    }

    EXPECT_EQ(writer_.write(1, large, kMax64), MessageWriter::Outcome::Full);
    EXPECT_EQ(writer_.write(1, large, writer_.written() + 1), MessageWriter::Outcome::Full);
    EXPECT_EQ(writer_.write(1, large, writer_.written()), MessageWriter::Outcome::Written);
}

struct HostileCount {
    const char* name;
    std::uint64_t claimed;
};

void PrintTo(const HostileCount& value, std::ostream* out) {
    *out << value.name;
}

class HostileCounts : public MessageRing, public testing::WithParamInterface<HostileCount> {};

TEST_P(HostileCounts, EmptyTheRingAndLeaveItUsable) {
    writer_.write(1, payload(8, 1), 0);
    ASSERT_TRUE(reader_.read(writer_.written()));

    EXPECT_FALSE(reader_.read(GetParam().claimed));

    EXPECT_EQ(reader_.read_bytes() % 8, 0U);
    // A peer that begins to tell the truth from here on is heard again.
    const std::uint64_t place = reader_.read_bytes();
    put_header(place % abi::kRingSize, 9, 0);
    const auto message = reader_.read(place + 8);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->type, 9U);
}

INSTANTIATE_TEST_SUITE_P(Peer,
                         HostileCounts,
                         testing::Values(HostileCount{"Zero", 0},
                                         HostileCount{"Less", 8},
                                         HostileCount{"MoreThanTheRing", 16 + 4096 + 8},
                                         HostileCount{"HalfAWord", 16 + 12},
                                         HostileCount{"All", kMax64},
                                         HostileCount{"Sign", 1ULL << 63U}),
                         [](const auto& test) { return std::string(test.param.name); });

struct HostileHeader {
    const char* name;
    std::uint32_t length;
    std::uint64_t waiting;
};

void PrintTo(const HostileHeader& value, std::ostream* out) {
    *out << value.name;
}

class HostileHeaders : public MessageRing, public testing::WithParamInterface<HostileHeader> {};

TEST_P(HostileHeaders, EmptyTheRing) {
    put_header(0, 1, GetParam().length);

    EXPECT_FALSE(reader_.read(GetParam().waiting));
    EXPECT_EQ(reader_.read_bytes(), GetParam().waiting);
}

INSTANTIATE_TEST_SUITE_P(Peer,
                         HostileHeaders,
                         testing::Values(HostileHeader{"OneByteTooLong", 1025, 4096},
                                         HostileHeader{"LongerThanWhatWaits", 16, 16},
                                         HostileHeader{"WouldWrap", 0xFFFFFFF9, 4096},
                                         HostileHeader{"All", 0xFFFFFFFF, 4096}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(MessageRing, HandsOnTypesNobodyKnows) {
    writer_.write(0xDEAD, payload(3, 7), 0);

    const auto message = reader_.read(writer_.written());

    ASSERT_TRUE(message);
    EXPECT_EQ(message->type, 0xDEADU);
    EXPECT_EQ(message->length, 3U);
}

}  // namespace
}  // namespace oriel
