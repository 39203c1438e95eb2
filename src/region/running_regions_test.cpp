// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <filesystem>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/linux/unix_socket.h"
#include "region/broker_test_support.h"
#include "region/region_paths.h"
#include "region/target.h"

namespace oriel {
namespace {

using testing_support::TestFolder;

class RunningRegions : public testing::Test {
  protected:
    RunningRegions() { ::setenv("XDG_RUNTIME_DIR", folder_.path().c_str(), /*overwrite=*/1); }

    void TearDown() override { ::unsetenv("XDG_RUNTIME_DIR"); }

    UniqueFd serve(const std::string& name) const {
        std::filesystem::create_directories(region_folder(name));
        return listen_unix(viewer_socket(region_folder(name)), SocketKind::Packets, 0600).value();
    }

    TestFolder folder_;
};

TEST_F(RunningRegions, AreInTheRuntimeFolder) {
    EXPECT_EQ(region_folder("a"), folder_.path() + "/oriel/a");
}

TEST_F(RunningRegions, AreThoseThatSomebodyServes) {
    const UniqueFd b = serve("b");
    const UniqueFd a = serve("a");
    { const UniqueFd killed = serve("stale"); }
    std::filesystem::create_directories(region_folder("empty"));

    const std::array bases{
        folder_.path() + "/oriel", folder_.path() + "/nowhere", folder_.path() + "/oriel"};

    EXPECT_EQ(served_regions(bases), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(std::ranges::count(running_regions(), "a"), 1);
}

TEST_F(RunningRegions, OfTheUserComeBeforeTheSystemsUnlessNobodyServesThem) {
    const UniqueFd own = serve("own");
    const UniqueFd system = serve("system");
    const std::string own_socket = viewer_socket(region_folder("own"));
    const std::string system_socket = viewer_socket(region_folder("system"));
    { const UniqueFd killed = serve("dead"); }
    const std::string dead = viewer_socket(region_folder("dead"));
    ASSERT_TRUE(std::filesystem::exists(dead));
    const std::string missing = viewer_socket(region_folder("missing"));

    EXPECT_EQ(socket_to_ask(own_socket, system_socket), own_socket);
    EXPECT_EQ(socket_to_ask(dead, system_socket), system_socket);
    EXPECT_EQ(socket_to_ask(missing, system_socket), system_socket);
    EXPECT_EQ(socket_to_ask(dead, missing), dead);
}

TEST(OnlyTargetOf, OneNameIsThatTarget) {
    const std::vector<std::string> one{"a"};

    const auto target = only_target_of(one);

    ASSERT_TRUE(target);
    EXPECT_EQ(target->text(), "a");
}

TEST(OnlyTargetOf, SeveralNamesListsThem) {
    const std::vector<std::string> two{"a", "b"};

    const auto target = only_target_of(two);

    ASSERT_FALSE(target);
    EXPECT_EQ(target.error().kind, ErrorKind::NotFound);
    EXPECT_EQ(target.error().message, "several regions are running, name one of them: a b");
}

TEST(OnlyTargetOf, NoNameSaysHowToStartOne) {
    const auto target = only_target_of({});

    ASSERT_FALSE(target);
    EXPECT_EQ(target.error().kind, ErrorKind::NotFound);
    EXPECT_EQ(target.error().message, "no region is running: start one with `oriel broker NAME`");
}

TEST_F(RunningRegions, OfANameNobodyServesSayWhatToStart) {
    const auto region = Region::open({Target::Kind::Name, "nobody", 0}, Role::Show);

    ASSERT_FALSE(region);
    EXPECT_EQ(region.error().kind, ErrorKind::NotFound);
    EXPECT_NE(region.error().message.find("start `oriel broker nobody`"), std::string::npos)
        << region.error().message;
}

TEST(RegionFolder, WithoutARuntimeFolderIsTheUsersOwn) {
    ::unsetenv("XDG_RUNTIME_DIR");

    const std::string base =
        ::geteuid() == 0 ? "/run/oriel" : "/tmp/oriel-" + std::to_string(::geteuid());
    EXPECT_EQ(region_folder("x"), base + "/x");
}

}  // namespace
}  // namespace oriel
