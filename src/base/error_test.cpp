// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "base/result.h"

namespace oriel {
namespace {

TEST(Error, SaysWhatWasTriedAndWhatTheSystemAnswered) {
    const Error error = Error::system("open /dev/ivshmem0", EACCES);

    EXPECT_EQ(error.kind, ErrorKind::System);
    EXPECT_EQ(error.os_code, EACCES);
    EXPECT_EQ(error.message, "cannot open /dev/ivshmem0: Permission denied");
}

Result<int> half_of(int value) {
    if (value % 2 != 0) {
        return Failure(Error::usage("odd"));
    }
    return value / 2;
}

Result<int> quarter_of(int value) {
    ORIEL_TRY_ASSIGN(const int half, half_of(value));
    ORIEL_TRY(half_of(half));
    return half / 2;
}

TEST(Try, HandsTheFirstFailureUpAndTheValueOn) {
    EXPECT_EQ(quarter_of(12).value(), 3);
    EXPECT_EQ(quarter_of(7).error().kind, ErrorKind::Usage);
    EXPECT_EQ(quarter_of(6).error().message, "odd");
}

TEST(AssertDeathTest, NamesTheBrokenExpectation) {
    const int answer = 41;

    EXPECT_DEATH(ORIEL_ASSERT(answer == 42), "error_test.cpp:[0-9]+: bug: expected answer == 42");
}

}  // namespace
}  // namespace oriel
