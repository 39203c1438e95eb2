// SPDX-License-Identifier: MIT
#include "base/unique_handle.h"

#include <vector>

#include <gtest/gtest.h>

namespace oriel {
namespace {

std::vector<int> closed_handles;  // NOLINT: the fake's close() has no other place to report to

struct FakeTraits {
    using Raw = int;

    static Raw closed() { return -1; }

    static bool is_open(Raw raw) { return raw >= 0; }

    static void close(Raw raw) noexcept { closed_handles.push_back(raw); }
};

using FakeHandle = UniqueHandle<FakeTraits>;

class UniqueHandleTest : public testing::Test {
  protected:
    void SetUp() override { closed_handles.clear(); }
};

TEST_F(UniqueHandleTest, ClosesOnceAfterMoves) {
    {
        FakeHandle first(7);
        FakeHandle second(std::move(first));
        FakeHandle third;
        third = std::move(second);
    }
    EXPECT_EQ(closed_handles, std::vector<int>({7}));
}

TEST_F(UniqueHandleTest, AssignmentClosesWhatWasHeldBefore) {
    FakeHandle handle(1);

    handle = FakeHandle(2);

    EXPECT_EQ(closed_handles, std::vector<int>({1}));
    EXPECT_EQ(handle.get(), 2);
}

TEST_F(UniqueHandleTest, SelfMoveKeepsTheHandle) {
    FakeHandle handle(3);
    FakeHandle& same = handle;

    handle = std::move(same);

    EXPECT_TRUE(closed_handles.empty());
    EXPECT_EQ(handle.get(), 3);
}

TEST_F(UniqueHandleTest, ReleaseLeavesClosingToTheCaller) {
    FakeHandle handle(4);

    EXPECT_EQ(handle.release(), 4);

    EXPECT_FALSE(handle);
    EXPECT_TRUE(closed_handles.empty());
}

}  // namespace
}  // namespace oriel
