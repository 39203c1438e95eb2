// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <gtest/gtest.h>

#include "base/result.h"

namespace oriel {
namespace {

TEST(Error, SaysWhatWasTriedAndWhatTheSystemAnswered) {
    constexpr int kNoSuchFile = 2;  // ENOENT, and ERROR_FILE_NOT_FOUND.
    const Error error = Error::system("open ivshmem0", kNoSuchFile);

    EXPECT_EQ(error.kind, ErrorKind::System);
    EXPECT_EQ(error.os_code, kNoSuchFile);
    EXPECT_TRUE(error.message.starts_with("cannot open ivshmem0: ")) << error.message;
    // "No such file or directory", "File not found", "... cannot find the file specified".
    EXPECT_NE(error.message.find("ile"), std::string::npos) << error.message;
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

    EXPECT_DEATH(ORIEL_ASSERT(answer == 42), "error_test.cpp:.*: bug: expected answer == 42");
}

}  // namespace
}  // namespace oriel
