// SPDX-License-Identifier: MIT
// Who may connect to a broker, seen by other users. Only root can become those.
#include <array>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <string>

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker_process.h"
#include "region/broker_test_support.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

using namespace testing_support;

constexpr uid_t kStranger = 54321;
constexpr gid_t kStrangersGroup = 54322;

enum class Seen : int { Yes = 0, No = 1, Trouble = 2 };

/// What another user sees, in a process of its own.
Seen as_stranger(std::vector<gid_t> groups, const std::function<Seen()>& look) {
    ChildProcess child([&](const std::function<void()>& ready) {
        if (::setgroups(groups.size(), groups.data()) != 0 || ::setgid(kStrangersGroup) != 0 ||
            ::setuid(kStranger) != 0) {
            return static_cast<int>(Seen::Trouble);
        }
        ready();
        return static_cast<int>(look());
    });
    return static_cast<Seen>(child.wait());
}

class BrokerUsers : public testing::Test {
  protected:
    void SetUp() override {
        if (::geteuid() != 0) {
            GTEST_SKIP() << "only root can become another user";
        }
        const ::group* const some = ::getgrnam("daemon");  // NOLINT(concurrency-mt-unsafe)
        ASSERT_NE(some, nullptr);
        group_ = some->gr_gid;
    }

    /// As /run/oriel would be: its folders can be entered, so the sockets are what protects.
    void let_everybody_enter() const {
        std::filesystem::path path = options_.folder;
        for (; path != "/tmp" && path.has_relative_path(); path = path.parent_path()) {
            ASSERT_EQ(::chmod(path.c_str(), 0755), 0);
        }
    }

    bool may(std::vector<gid_t> groups, Role role) const {
        return as_stranger(std::move(groups), [&] {
                   return open_region(options_, role) ? Seen::Yes : Seen::No;
               }) == Seen::Yes;
    }

    TestFolder folder_;
    BrokerOptions options_ = folder_.options();
    gid_t group_ = 0;
};

TEST_F(BrokerUsers, OthersAreKeptOut) {
    const BrokerProcess broker(options_);
    let_everybody_enter();

    EXPECT_FALSE(may({}, Role::Watch));
    EXPECT_FALSE(may({0}, Role::Show));
}

TEST_F(BrokerUsers, MembersOfTheGroupAreLetIn) {
    options_.viewer_group = "daemon";
    const BrokerProcess broker(options_);
    let_everybody_enter();

    EXPECT_TRUE(may({group_}, Role::Watch));
    EXPECT_TRUE(may({group_}, Role::Show));
    EXPECT_TRUE(may({group_}, Role::Publish));
    EXPECT_FALSE(may({}, Role::Watch));
}

TEST_F(BrokerUsers, EachSocketHasItsOwnGroup) {
    options_.vm_group = "daemon";
    const BrokerProcess broker(options_);
    let_everybody_enter();
    struct stat info{};

    ASSERT_EQ(::stat(vm_socket(options_.folder).c_str(), &info), 0);
    EXPECT_EQ(info.st_gid, group_);
    EXPECT_EQ(info.st_mode & 0777U, 0660U);
    ASSERT_EQ(::stat(viewer_socket(options_.folder).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    EXPECT_FALSE(may({group_}, Role::Watch));
}

TEST_F(BrokerUsers, AreToldAnAnswerEvenIfTheSocketsModeLetsThemIn) {
    const BrokerProcess broker(options_);
    let_everybody_enter();
    ASSERT_EQ(::chmod(viewer_socket(options_.folder).c_str(), 0666), 0);

    const Seen seen = as_stranger({}, [&] {
        const auto region = open_region(options_, Role::Show);
        const std::string expected = "user 54321 may not use this region";
        return !region && region.error().message == expected ? Seen::Yes : Seen::No;
    });

    EXPECT_EQ(seen, Seen::Yes);
}

TEST_F(BrokerUsers, AreRefusedBeforeTheySayAnythingAndNotRead) {
    const BrokerProcess broker(options_);
    let_everybody_enter();
    ASSERT_EQ(::chmod(viewer_socket(options_.folder).c_str(), 0666), 0);

    const Seen seen = as_stranger({}, [&] {
        const auto socket = connect_unix(viewer_socket(options_.folder), SocketKind::Packets);
        std::array<std::byte, kMaxPeerPacket> buffer{};
        const auto refusal = receive_with_fds(*socket, buffer);
        const auto answer = decode_answer(std::span(buffer).first(refusal ? refusal->size : 0));
        if (!answer || answer->status != AnswerStatus::NotAllowed ||
            !send_with_fds(*socket, encode_hello({.role = Role::Show}), {})) {
            return Seen::Trouble;
        }
        // The kernel says so where a connection is closed over what was never read.
        const auto end = receive_with_fds(*socket, buffer);
        return !end && end.error().os_code == ECONNRESET ? Seen::No : Seen::Yes;
    });

    EXPECT_EQ(seen, Seen::No);
}

TEST_F(BrokerUsers, AreToldWhichGroupToJoin) {
    options_.viewer_group = "daemon";
    const BrokerProcess broker(options_);
    let_everybody_enter();

    const Seen seen = as_stranger({}, [&] {
        const auto region = open_region(options_, Role::Show);
        return region.error().message.find("open to the group daemon only") != std::string::npos
                   ? Seen::Yes
                   : Seen::No;
    });

    EXPECT_EQ(seen, Seen::Yes);
}

TEST_F(BrokerUsers, CannotReopenAWatchersDescriptorForWriting) {
    options_.viewer_group = "daemon";
    const BrokerProcess broker(options_);
    let_everybody_enter();

    const Seen seen = as_stranger({group_}, [&] {
        const RawAnswer raw =
            ask_raw(viewer_socket(options_.folder), encode_hello({.role = Role::Watch}));
        if (raw.fds.size() != 1) {
            return Seen::Trouble;
        }
        const std::string path = "/proc/self/fd/" + std::to_string(raw.fds[0].get());
        const UniqueFd reopened(::open(path.c_str(), O_RDWR | O_CLOEXEC));
        const void* const mapped = ::mmap(
            nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, raw.fds[0].get(), /*offset=*/0);
        return reopened || mapped != MAP_FAILED ? Seen::Yes : Seen::No;
    });

    EXPECT_EQ(seen, Seen::No);
}

TEST_F(BrokerUsers, MembersBringMemoryBackToo) {
    options_.viewer_group = "daemon";
    auto broker = std::make_unique<BrokerProcess>(options_);
    let_everybody_enter();
    ChildProcess viewer([&](const std::function<void()>& ready) {
        if (::setgroups(1, &group_) != 0 || ::setgid(kStrangersGroup) != 0 ||
            ::setuid(kStranger) != 0) {
            return 1;
        }
        auto region = open_region(options_, Role::Show);
        if (!region) {
            return 2;
        }
        (*region)->memory().bytes()[9] = std::byte{99};
        ready();
        const bool returned =
            becomes(**region, Region::Link::Alone) && becomes(**region, Region::Link::Served);
        return returned ? 0 : 3;
    });
    ASSERT_TRUE(viewer.is_ready());

    broker = nullptr;
    const BrokerProcess second(options_);
    let_everybody_enter();
    const auto watcher = open_region(options_, Role::Watch);

    ASSERT_TRUE(watcher);
    EXPECT_EQ((*watcher)->memory().bytes()[9], std::byte{99});
    EXPECT_EQ(viewer.wait(), 0);
}

}  // namespace
}  // namespace oriel
