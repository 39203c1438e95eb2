// SPDX-License-Identifier: MIT
#include "region/peer_access.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "region/broker_test_support.h"

namespace oriel {
namespace {

constexpr PeerAccess kOwnerOnly{1000, std::nullopt};
constexpr PeerAccess kWithGroup{1000, 77};

TEST(IsAdmitted, LetsTheOwnerAndRootIn) {
    EXPECT_TRUE(is_admitted({1, 1000, 5, {}}, kOwnerOnly));
    EXPECT_TRUE(is_admitted({1, 0, 0, {}}, kOwnerOnly));
}

TEST(IsAdmitted, KeepsOthersOut) {
    EXPECT_FALSE(is_admitted({1, 1001, 77, {77}}, kOwnerOnly));
    EXPECT_FALSE(is_admitted({1, 1001, 5, {4, 6}}, kWithGroup));
    // Group 0 is not root.
    EXPECT_FALSE(is_admitted({1, 1001, 0, {0}}, kWithGroup));
}

TEST(IsAdmitted, LetsTheGroupIn) {
    EXPECT_TRUE(is_admitted({1, 1001, 77, {}}, kWithGroup));
    EXPECT_TRUE(is_admitted({1, 1001, 5, {4, 77}}, kWithGroup));
}

TEST(PeerAccess, OfNoGroupIsTheOwners) {
    const auto access = peer_access("");

    ASSERT_TRUE(access);
    EXPECT_EQ(access->owner, ::geteuid());
    EXPECT_EQ(access->socket_mode(), 0600U);
}

TEST(PeerAccess, RefusesAGroupThatIsNotThere) {
    const auto access = peer_access("no-such-group");

    ASSERT_FALSE(access);
    EXPECT_EQ(access.error().message, "there is no group 'no-such-group' on this system");
}

TEST(PeerAccess, FindsAGroupByItsName) {
    const auto access = peer_access("root");

    ASSERT_TRUE(access);
    EXPECT_EQ(access->group, gid_t{0});
    EXPECT_EQ(access->socket_mode(), 0660U);
    EXPECT_EQ(group_name(0), "root");
}

TEST(PeerAccessOfFile, IsWhatItsModeSays) {
    const testing_support::TestFolder folder;
    const std::string path = folder.path() + "/socket";
    const UniqueFd socket = listen_unix(path, SocketKind::Stream, 0600).value();

    const auto owner = peer_access_of_file(path);
    ASSERT_EQ(::chmod(path.c_str(), 0660), 0);
    const auto group = peer_access_of_file(path);
    ASSERT_EQ(::chmod(path.c_str(), 0666), 0);
    const auto everybody = peer_access_of_file(path);

    ASSERT_TRUE(owner && group && everybody);
    EXPECT_EQ(owner->owner, ::geteuid());
    EXPECT_FALSE(owner->group);
    EXPECT_EQ(group->group, ::getegid());
    EXPECT_FALSE(is_admitted({1, 54321, 54321, {}}, *group));
    EXPECT_TRUE(is_admitted({1, 54321, ::getegid(), {}}, *group));
    EXPECT_TRUE(is_admitted({1, 54321, 54321, {}}, *everybody));
    EXPECT_FALSE(peer_access_of_file(folder.path() + "/missing"));
}

}  // namespace
}  // namespace oriel
