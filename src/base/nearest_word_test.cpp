// SPDX-License-Identifier: MIT
#include "base/nearest_word.h"

#include <array>

#include <gtest/gtest.h>

namespace oriel {
namespace {

const std::array<std::string, 4> kWords{"fullscreen", "host-key", "size", "input"};

TEST(NearestWord, IsTheOneWithTheFewestLettersToChange) {
    EXPECT_EQ(nearest_word("fulscreen", kWords), "fullscreen");
    EXPECT_EQ(nearest_word("hostkey", kWords), "host-key");
    EXPECT_EQ(nearest_word("imput", kWords), "input");
    EXPECT_EQ(nearest_word("szie", kWords), "size");
}

TEST(NearestWord, CountsTwoSwappedLettersAsOneMistake) {
    const std::array<std::string, 2> words{"abxx", "ba"};

    EXPECT_EQ(nearest_word("ab", words), "ba");
}

TEST(NearestWord, IsSomethingForAnything) {
    EXPECT_FALSE(nearest_word(std::string(100000, 'z'), kWords).empty());
    EXPECT_FALSE(nearest_word("", kWords).empty());
    EXPECT_EQ(nearest_word("size", {}), "");
}

}  // namespace
}  // namespace oriel
