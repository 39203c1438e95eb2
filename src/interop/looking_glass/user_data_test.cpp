// SPDX-License-Identifier: MIT
#include "interop/looking_glass/user_data.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace oriel::looking_glass {
namespace {

/// A block with nothing but its fixed part.
std::vector<std::byte> bare_block() {
    std::vector<std::byte> bytes(48);
    constexpr std::string_view kMark = "KVMFR---";
    std::ranges::transform(kMark, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
    bytes[8] = std::byte{20};
    bytes[12] = std::byte{'B'};
    bytes[13] = std::byte{'7'};
    return bytes;
}

void append_record(std::vector<std::byte>& bytes, std::uint8_t type, std::uint32_t size) {
    bytes.push_back(static_cast<std::byte>(type));
    bytes.resize(bytes.size() + 3);
    for (unsigned shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<std::byte>(size >> shift));
    }
}

TEST(UserData, NeedsNoRecords) {
    const auto info = parse_user_data(bare_block());

    ASSERT_TRUE(info);
    EXPECT_EQ(info->producer, "B7");
    EXPECT_EQ(info->uuid, "");
    EXPECT_EQ(info->system, "");
}

TEST(UserData, SkipsRecordsItDoesNotKnow) {
    auto bytes = bare_block();
    append_record(bytes, 99, 5);
    bytes.resize(bytes.size() + 5);
    append_record(bytes, 2, 3);
    for (const char c : {'\3', 'O', 'S'}) {
        bytes.push_back(static_cast<std::byte>(c));
    }

    const auto info = parse_user_data(bytes);

    ASSERT_TRUE(info);
    EXPECT_EQ(info->system, "OS");
}

TEST(UserData, OfAnotherFormatTellsItsVersionOnly) {
    auto bytes = bare_block();
    bytes[8] = std::byte{21};
    append_record(bytes, 1, 0xFFFFFFFF);

    const auto info = parse_user_data(bytes);

    ASSERT_TRUE(info);
    EXPECT_EQ(info->format_version, 21U);
    EXPECT_EQ(info->producer, "");
}

TEST(UserData, IsRefusedWhereItIsShortOrNotOne) {
    auto other = bare_block();
    other[0] = std::byte{'X'};

    EXPECT_EQ(parse_user_data({}).error(), RegionFault::BadUserData);
    EXPECT_EQ(parse_user_data(std::span(other).first(47)).error(), RegionFault::BadUserData);
    EXPECT_EQ(parse_user_data(other).error(), RegionFault::BadUserData);
}

TEST(UserData, IsRefusedWhereARecordEndsBehindIt) {
    auto longer = bare_block();
    append_record(longer, 99, 1);
    auto shorter = bare_block();
    append_record(shorter, 1, 50);
    shorter.resize(shorter.size() + 50);
    auto empty = bare_block();
    append_record(empty, 2, 0);

    EXPECT_EQ(parse_user_data(longer).error(), RegionFault::BadUserData);
    EXPECT_EQ(parse_user_data(shorter).error(), RegionFault::BadUserData);
    EXPECT_EQ(parse_user_data(empty).error(), RegionFault::BadUserData);
}

}  // namespace
}  // namespace oriel::looking_glass
