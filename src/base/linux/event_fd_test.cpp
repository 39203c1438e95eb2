// SPDX-License-Identifier: MIT
#include "base/linux/event_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

namespace oriel {
namespace {

bool wakes(const UniqueFd& fd) {
    pollfd entry{fd.get(), POLLIN, 0};
    return ::poll(&entry, 1, 0) == 1;
}

void make_blocking(const UniqueFd& fd) {
    ASSERT_EQ(::fcntl(fd.get(), F_SETFL, 0), 0);
}

TEST(EventFd, WakesOnceRungAndCountsTheRings) {
    const UniqueFd fd = create_event_fd().value();
    EXPECT_FALSE(wakes(fd));

    ring_event_fd(fd);
    ring_event_fd(fd);

    EXPECT_TRUE(wakes(fd));
    EXPECT_EQ(drain_event_fd(fd), 2U);
    EXPECT_FALSE(wakes(fd));
}

TEST(EventFd, IsClosedInProgramsThatAreStarted) {
    const UniqueFd fd = create_event_fd().value();

    EXPECT_EQ(::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(EventFd, DrainsNothingWithoutBlockingAlthoughAPeerMadeItBlock) {
    const UniqueFd fd = create_event_fd().value();
    make_blocking(fd);

    EXPECT_EQ(drain_event_fd(fd), 0U);
}

TEST(EventFd, RingsAFullCounterWithoutBlockingAlthoughAPeerMadeItBlock) {
    const UniqueFd fd = create_event_fd().value();
    const std::uint64_t full = ~std::uint64_t{1};
    ASSERT_EQ(::write(fd.get(), &full, sizeof(full)), 8);
    make_blocking(fd);

    ring_event_fd(fd);

    EXPECT_EQ(drain_event_fd(fd), full);
}

}  // namespace
}  // namespace oriel
