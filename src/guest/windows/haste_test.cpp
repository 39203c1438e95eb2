// SPDX-License-Identifier: MIT
#include "guest/haste.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(Haste, IsTakenAgainOnceItWasGivenBack) {
    EXPECT_NE(make_haste(), nullptr);
    EXPECT_NE(make_haste(), nullptr);
}

}  // namespace
}  // namespace oriel
