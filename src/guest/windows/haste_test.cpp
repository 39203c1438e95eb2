// SPDX-License-Identifier: MIT
#include "guest/windows/haste.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(Haste, SaysWhatWindowsAllowed) {
    const Haste haste = Haste::take();

    EXPECT_NE(haste.description().find("thread"), std::string::npos);
    EXPECT_NE(haste.description().find("GPU"), std::string::npos);
}

}  // namespace
}  // namespace oriel
