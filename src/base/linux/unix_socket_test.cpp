// SPDX-License-Identifier: MIT
#include "base/linux/unix_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/linux/event_fd.h"

namespace oriel {
namespace {

constexpr mode_t kMode = 0660;
constexpr std::array kHello{std::byte{'h'}, std::byte{'i'}};

class UnixSocketTest : public testing::TestWithParam<SocketKind> {
  protected:
    void SetUp() override { ASSERT_NE(::mkdtemp(folder_.data()), nullptr); }

    void TearDown() override {
        static_cast<void>(::unlink(path().c_str()));
        static_cast<void>(::rmdir(folder_.c_str()));
    }

    std::string path() const { return folder_ + "/socket"; }

    /// Both ends of one connection.
    void connect() {
        listener_ = listen_unix(path(), GetParam(), kMode).value();
        client_ = connect_unix(path(), GetParam()).value();
        server_ = accept_unix(listener_);
        ASSERT_TRUE(server_);
    }

    std::string folder_ = "/tmp/oriel-test-XXXXXX";
    UniqueFd listener_;
    UniqueFd client_;
    UniqueFd server_;
};

INSTANTIATE_TEST_SUITE_P(EachKind,
                         UnixSocketTest,
                         testing::Values(SocketKind::Stream, SocketKind::Packets),
                         [](const auto& kind) {
                             return kind.param == SocketKind::Stream ? "Stream" : "Packets";
                         });

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) >= 0;
}

TEST_P(UnixSocketTest, CarriesBytesAndAsManyDescriptorsAsAMessageMayHave) {
    connect();
    const UniqueFd bell = create_event_fd().value();
    std::array<int, kMaxFdsPerMessage> lent{};
    lent.fill(bell.get());
    std::array<std::byte, 16> buffer{};

    ASSERT_TRUE(send_with_fds(client_, kHello, lent));
    const auto received = receive_with_fds(server_, buffer);

    ASSERT_TRUE(received) << received.error().message;
    EXPECT_EQ(received->size, kHello.size());
    EXPECT_TRUE(std::ranges::equal(kHello, std::span(buffer).first(kHello.size())));
    EXPECT_FALSE(received->truncated);
    ASSERT_EQ(received->fds.size(), kMaxFdsPerMessage);
    ring_event_fd(received->fds.back());
    EXPECT_EQ(drain_event_fd(bell), 1U) << "the descriptor names the same doorbell";
    EXPECT_EQ(::fcntl(received->fds.back().get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST_P(UnixSocketTest, ClosesTheDescriptorsOfAMessageWithTheMessage) {
    connect();
    const UniqueFd bell = create_event_fd().value();
    std::array<std::byte, 16> buffer{};
    ASSERT_TRUE(send_with_fds(client_, kHello, std::array{bell.get()}));
    int number = -1;

    {
        const auto received = receive_with_fds(server_, buffer);
        number = received.value().fds.at(0).get();
        EXPECT_TRUE(is_open(number));
    }

    EXPECT_FALSE(is_open(number));
}

TEST_P(UnixSocketTest, SaysThatDescriptorsWereLeftOutAndLeaksNone) {
    connect();
    constexpr std::size_t kTooMany = kMaxFdsPerMessage + 5;
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(kTooMany * sizeof(int))> control{};
    iovec content{const_cast<std::byte*>(kHello.data()), kHello.size()};  // NOLINT: only read
    msghdr message{};
    message.msg_iov = &content;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(kTooMany * sizeof(int));
    std::fill_n(reinterpret_cast<int*>(CMSG_DATA(part)), kTooMany, client_.get());
    ASSERT_EQ(::sendmsg(client_.get(), &message, 0), 2);
    std::array<std::byte, 16> buffer{};

    const auto received = receive_with_fds(server_, buffer);

    ASSERT_TRUE(received);
    EXPECT_TRUE(received->truncated);
    EXPECT_EQ(received->fds.size(), kMaxFdsPerMessage);
}

TEST_P(UnixSocketTest, ReceivesNothingWithoutBlockingWhereAccepted) {
    connect();
    std::array<std::byte, 16> buffer{};

    const auto received = receive_with_fds(server_, buffer);

    ASSERT_FALSE(received);
    EXPECT_EQ(received.error().os_code, EAGAIN);
}

TEST_P(UnixSocketTest, TellsTheEndOfTheConnection) {
    connect();
    std::array<std::byte, 16> buffer{};
    client_.reset();

    const auto received = receive_with_fds(server_, buffer);

    ASSERT_TRUE(received);
    EXPECT_EQ(received->size, 0U);
    EXPECT_FALSE(send_with_fds(server_, kHello, {})) << "and no SIGPIPE";
}

TEST_P(UnixSocketTest, GivesUpOnAPeerThatDoesNotRead) {
    connect();
    Result<void> sent;

    while (sent) {
        sent = send_with_fds(client_, kHello, {});
    }

    EXPECT_EQ(sent.error().os_code, EAGAIN);
}

TEST_P(UnixSocketTest, KnowsWhoIsAtTheOtherEnd) {
    connect();

    const auto peer = peer_identity(server_);

    ASSERT_TRUE(peer) << peer.error().message;
    EXPECT_EQ(peer->pid, ::getpid());
    EXPECT_EQ(peer->uid, ::getuid());
    EXPECT_EQ(peer->gid, ::getgid());
    std::vector<gid_t> groups(static_cast<std::size_t>(::getgroups(0, nullptr)));
    ASSERT_GE(::getgroups(static_cast<int>(groups.size()), groups.data()), 0);
    EXPECT_EQ(peer->groups, groups);
}

TEST_P(UnixSocketTest, MakesTheFileWithTheModeAskedForWhateverTheUmask) {
    const mode_t umask_before = ::umask(0077);
    listener_ = listen_unix(path(), GetParam(), kMode).value();
    static_cast<void>(::umask(umask_before));
    struct stat info{};

    ASSERT_EQ(::stat(path().c_str(), &info), 0);

    EXPECT_EQ(info.st_mode & 07777U, kMode);
}

TEST_P(UnixSocketTest, DoesNotReplaceAFileThatExists) {
    listener_ = listen_unix(path(), GetParam(), kMode).value();

    const auto second = listen_unix(path(), GetParam(), kMode);

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message, "cannot listen on " + path() + ": Address already in use");
}

TEST_P(UnixSocketTest, FindsNobodyWhereNobodyListensAnyMore) {
    EXPECT_EQ(connect_unix(path(), GetParam()).error().kind, ErrorKind::NotFound);
    listener_ = listen_unix(path(), GetParam(), kMode).value();
    listener_.reset();

    const auto socket = connect_unix(path(), GetParam());

    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().kind, ErrorKind::NotFound);
    EXPECT_NE(socket.error().message.find(path()), std::string::npos);
}

TEST_P(UnixSocketTest, RefusesAPathThatIsTooLong) {
    const auto socket = connect_unix("/" + std::string(200, 'x'), GetParam());

    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().os_code, ENAMETOOLONG);
}

TEST_P(UnixSocketTest, AcceptsNobodyWhereNobodyWaits) {
    listener_ = listen_unix(path(), GetParam(), kMode).value();

    EXPECT_FALSE(accept_unix(listener_));
}

}  // namespace
}  // namespace oriel
