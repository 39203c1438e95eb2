// SPDX-License-Identifier: MIT
#include "region/peer_protocol.h"

#include <cstring>
#include <ostream>
#include <vector>

#include <gtest/gtest.h>

namespace oriel {
namespace {

using Bytes = std::vector<std::byte>;

template <class Array>
Bytes to_bytes(const Array& array) {
    return Bytes(array.begin(), array.end());
}

void put32(Bytes& bytes, std::size_t offset, std::uint32_t value) {
    std::memcpy(bytes.data() + offset, &value, sizeof(value));
}

void put64(Bytes& bytes, std::size_t offset, std::uint64_t value) {
    std::memcpy(bytes.data() + offset, &value, sizeof(value));
}

Bytes good_hello() {
    return to_bytes(encode_hello(
        {Role::Show, Hello::Kind::Returning, 15, 0x123456789abcdefU, DoorbellState::Silent}));
}

Answer good_answer() {
    return {AnswerStatus::Served, "", 128ULL << 20U, 77, 3, DoorbellState::Silent, "qmp:/run/vm"};
}

TEST(DecodeHello, ReadsWhatWasEncoded) {
    const auto hello = decode_hello(good_hello());

    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->role, Role::Show);
    EXPECT_EQ(hello->kind, Hello::Kind::Returning);
    EXPECT_EQ(hello->viewer_index, 15U);
    EXPECT_EQ(hello->instance, 0x123456789abcdefU);
    EXPECT_EQ(hello->doorbell, DoorbellState::Silent);
}

TEST(DecodeHello, TakesALongerOneOfALaterMinor) {
    Bytes bytes = good_hello();
    put32(bytes, 12, kPeerMinor + 1);
    put32(bytes, 16, 80);
    bytes.resize(80, std::byte{0xff});

    EXPECT_TRUE(decode_hello(bytes));
}

struct Spoiled {
    const char* name;
    void (*spoil)(Bytes&);
    HelloFault fault;
};

std::ostream& operator<<(std::ostream& out, const Spoiled& spoiled) {
    return out << spoiled.name;
}

class DecodeHelloRefuses : public testing::TestWithParam<Spoiled> {};

TEST_P(DecodeHelloRefuses, WithTheRightFault) {
    Bytes bytes = good_hello();
    GetParam().spoil(bytes);

    const auto hello = decode_hello(bytes);

    ASSERT_FALSE(hello);
    EXPECT_EQ(hello.error().fault, GetParam().fault);
    EXPECT_NE(refusal_of(hello.error()).status, AnswerStatus::Served);
    EXPECT_FALSE(refusal_of(hello.error()).text.empty());
}

INSTANTIATE_TEST_SUITE_P(
    HostilePeer,
    DecodeHelloRefuses,
    testing::Values(
        Spoiled{"Nothing", [](Bytes& b) { b.clear(); }, HelloFault::TooShort},
        Spoiled{"OneByte", [](Bytes& b) { b.resize(1); }, HelloFault::TooShort},
        Spoiled{"StartCut", [](Bytes& b) { b.resize(23); }, HelloFault::TooShort},
        Spoiled{"StartOnly", [](Bytes& b) { b.resize(24); }, HelloFault::TooShort},
        Spoiled{"OneByteShort", [](Bytes& b) { b.resize(63); }, HelloFault::TooShort},
        Spoiled{"ClaimsToBeShort", [](Bytes& b) { put32(b, 16, 63); }, HelloFault::TooShort},
        Spoiled{"OtherMagic", [](Bytes& b) { put64(b, 0, 1); }, HelloFault::NotOurs},
        Spoiled{"NextMajor", [](Bytes& b) { put32(b, 8, 2); }, HelloFault::OtherMajor},
        Spoiled{"NoMajor", [](Bytes& b) { put32(b, 8, 0); }, HelloFault::OtherMajor},
        Spoiled{"ShortOfAnotherMajor",
                [](Bytes& b) {
                    put32(b, 8, 9);
                    b.resize(24);
                },
                HelloFault::OtherMajor},
        Spoiled{"NoRole", [](Bytes& b) { put32(b, 20, 0); }, HelloFault::UnknownRole},
        Spoiled{"FourthRole", [](Bytes& b) { put32(b, 20, 4); }, HelloFault::UnknownRole},
        Spoiled{"UnknownFlag", [](Bytes& b) { put32(b, 24, 5); }, HelloFault::UnknownFlags},
        Spoiled{"SilentNewcomer", [](Bytes& b) { put32(b, 24, 2); }, HelloFault::UnknownFlags},
        Spoiled{"ReturningWatcher", [](Bytes& b) { put32(b, 20, 1); }, HelloFault::UnknownFlags},
        Spoiled{"Viewer16", [](Bytes& b) { put32(b, 28, 16); }, HelloFault::BadIndex},
        Spoiled{"HugeIndex", [](Bytes& b) { put32(b, 28, 0xffffffffU); }, HelloFault::BadIndex}),
    testing::PrintToStringParamName());

TEST(RefusalOf, NamesBothVersionsAndWhatToUpdate) {
    EXPECT_EQ(refusal_of({HelloFault::OtherMajor, 7, 3}).text,
              "this broker speaks version 1.1, you speak 7.3: update the broker");
    EXPECT_EQ(refusal_of({HelloFault::OtherMajor, 0, 9}).text,
              "this broker speaks version 1.1, you speak 0.9: update the program that connects");
}

TEST(DecodeAnswer, ReadsWhatWasEncoded) {
    const auto answer = decode_answer(encode_answer(good_answer()));

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, AnswerStatus::Served);
    EXPECT_EQ(answer->region_size, 128ULL << 20U);
    EXPECT_EQ(answer->instance, 77U);
    EXPECT_EQ(answer->viewer_index, 3U);
    EXPECT_EQ(answer->doorbell, DoorbellState::Silent);
    EXPECT_EQ(answer->input_uri, "qmp:/run/vm");
}

TEST(DecodeAnswer, ReadsOneOfTheFirstMinor) {
    Bytes bytes = to_bytes(encode_answer(good_answer()));
    put32(bytes, 12, 0);
    put32(bytes, 16, 320);
    bytes.resize(320);

    const auto answer = decode_answer(bytes);

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->viewer_index, 3U);
    EXPECT_EQ(answer->input_uri, "");
}

TEST(DecodeAnswer, TakesALongerOneOfALaterMinor) {
    Bytes bytes = to_bytes(encode_answer(good_answer()));
    put32(bytes, 12, kPeerMinor + 1);
    put32(bytes, 16, kMaxPeerPacket);
    bytes.resize(kMaxPeerPacket, std::byte{0xff});

    const auto answer = decode_answer(bytes);

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->input_uri, "qmp:/run/vm");
}

/// What a viewer of 1.0 reads: the same bytes at the same places.
TEST(EncodeAnswer, BeginsAsTheFirstMinorDid) {
    Answer told_nothing = good_answer();
    told_nothing.input_uri.clear();

    Bytes with = to_bytes(encode_answer(good_answer()));
    Bytes without = to_bytes(encode_answer(told_nothing));

    with.resize(320);
    without.resize(320);
    EXPECT_EQ(with, without);
    std::uint64_t region_size = 0;
    std::memcpy(&region_size, with.data() + 256, sizeof(region_size));
    EXPECT_EQ(region_size, 128ULL << 20U);
}

TEST(DecodeAnswer, ReadsARefusalOfAnotherMajor) {
    Bytes bytes = to_bytes(encode_answer({AnswerStatus::OtherMajor, "update me", 0, 0, 0, {}, ""}));
    put32(bytes, 8, 99);
    bytes.resize(256);

    const auto answer = decode_answer(bytes);

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, AnswerStatus::OtherMajor);
    EXPECT_EQ(answer->text, "update me");
}

TEST(DecodeAnswer, MakesTheTextFitForATerminal) {
    const auto answer =
        decode_answer(encode_answer({AnswerStatus::Busy, "a\x1b[2Jb\nc", 0, 0, 0, {}, ""}));

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->text, "a?[2Jb?c");
}

TEST(DecodeAnswer, EndsAnAddressThatFillsItsPlace) {
    Answer full = good_answer();
    full.input_uri = std::string(1000, '\x1b');

    EXPECT_EQ(decode_answer(encode_answer(full))->input_uri, std::string(kMaxAnswerUri, '?'));
}

TEST(EncodeAnswer, CutsATextThatIsTooLong) {
    const auto answer =
        decode_answer(encode_answer({AnswerStatus::Busy, std::string(1000, 'x'), 0, 0, 0, {}, ""}));

    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->text, std::string(kMaxAnswerText, 'x'));
}

struct SpoiledAnswer {
    const char* name;
    void (*spoil)(Bytes&);
    AnswerFault fault;
};

std::ostream& operator<<(std::ostream& out, const SpoiledAnswer& spoiled) {
    return out << spoiled.name;
}

class DecodeAnswerRefuses : public testing::TestWithParam<SpoiledAnswer> {};

TEST_P(DecodeAnswerRefuses, WithTheRightFault) {
    Bytes bytes = to_bytes(encode_answer(good_answer()));
    GetParam().spoil(bytes);

    const auto answer = decode_answer(bytes);

    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error(), GetParam().fault);
}

INSTANTIATE_TEST_SUITE_P(
    HostileBroker,
    DecodeAnswerRefuses,
    testing::Values(
        SpoiledAnswer{"Nothing", [](Bytes& b) { b.clear(); }, AnswerFault::TooShort},
        SpoiledAnswer{"TextCut", [](Bytes& b) { b.resize(255); }, AnswerFault::TooShort},
        SpoiledAnswer{"VerdictOnly", [](Bytes& b) { b.resize(256); }, AnswerFault::TooShort},
        SpoiledAnswer{"OneByteShort", [](Bytes& b) { b.resize(319); }, AnswerFault::TooShort},
        SpoiledAnswer{"OtherMagic", [](Bytes& b) { put64(b, 0, 0); }, AnswerFault::NotOurs},
        SpoiledAnswer{"OtherMajor", [](Bytes& b) { put32(b, 8, 2); }, AnswerFault::OtherMajor},
        SpoiledAnswer{"SixthStatus", [](Bytes& b) { put32(b, 20, 6); }, AnswerFault::UnknownStatus},
        SpoiledAnswer{"NoSize", [](Bytes& b) { put64(b, 256, 0); }, AnswerFault::BadValue},
        SpoiledAnswer{
            "OddSize", [](Bytes& b) { put64(b, 256, 3ULL << 20U); }, AnswerFault::BadValue},
        SpoiledAnswer{"TinySize", [](Bytes& b) { put64(b, 256, 4096); }, AnswerFault::BadValue},
        SpoiledAnswer{
            "HugeSize", [](Bytes& b) { put64(b, 256, 1ULL << 63U); }, AnswerFault::BadValue},
        SpoiledAnswer{"Viewer16", [](Bytes& b) { put32(b, 272, 16); }, AnswerFault::BadValue}),
    testing::PrintToStringParamName());

TEST(AnswerFdCount, FitsOneMessage) {
    EXPECT_EQ(answer_fd_count(Role::Watch), 1U);
    EXPECT_EQ(answer_fd_count(Role::Show), 4U);
    EXPECT_EQ(answer_fd_count(Role::Publish), 19U);
    EXPECT_EQ(hello_fd_count({Role::Publish, Hello::Kind::New, 0, 0}), 0U);
    EXPECT_EQ(hello_fd_count({Role::Publish, Hello::Kind::Returning, 0, 0}), 18U);
    EXPECT_EQ(hello_fd_count({Role::Show, Hello::Kind::Returning, 0, 0}), 3U);
}

}  // namespace
}  // namespace oriel
