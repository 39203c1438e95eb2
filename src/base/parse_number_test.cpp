// SPDX-License-Identifier: MIT
#include "base/parse_number.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(ParseNumber, ReadsTheWholeText) {
    EXPECT_EQ(parse_number<std::uint32_t>("4294967295"), 4294967295U);
    EXPECT_EQ(parse_number<int>("-12"), -12);
    EXPECT_EQ(parse_number<std::uint64_t>("ff", 16), 255U);
    EXPECT_EQ(parse_number<double>("59.94"), 59.94);
}

TEST(ParseNumber, RefusesWhatIsMoreOrLessThanANumber) {
    for (const char* text : {"", " 1", "1 ", "+1", "0x10", "1a", "-"}) {
        EXPECT_FALSE(parse_number<std::uint32_t>(text)) << text;
    }
}

TEST(ParseNumber, RefusesWhatDoesNotFit) {
    EXPECT_FALSE(parse_number<std::uint16_t>("65536"));
    EXPECT_FALSE(parse_number<std::uint32_t>("-1"));
}

}  // namespace
}  // namespace oriel
