// SPDX-License-Identifier: MIT
#include "base/linux/service_manager.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/linux/event_fd.h"
#include "base/linux/unix_socket.h"

namespace oriel {
namespace {

/// In a process with one thread.
void set_variable(const char* name, const std::string& value) {
    ::setenv(name, value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
}

/// What a service manager hears, at a socket of the test's own.
class Listener {
  public:
    /// `name` as NOTIFY_SOCKET has it.
    explicit Listener(const std::string& name)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name[0] == '@') {
            address.sun_path[0] = '\0';
        }
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
    }

    std::string hear() {
        std::array<std::byte, 512> buffer{};
        auto received = receive_with_fds(socket_, buffer);
        EXPECT_TRUE(received);
        fds = received ? std::move(received->fds) : std::vector<UniqueFd>{};
        return {reinterpret_cast<const char*>(buffer.data()), received ? received->size : 0};
    }

    std::vector<UniqueFd> fds;  ///< That came with what was heard last.

  private:
    UniqueFd socket_;
};

bool is_same_file(int first, int second) {
    struct stat a{};
    struct stat b{};
    return ::fstat(first, &a) == 0 && ::fstat(second, &b) == 0 && a.st_ino == b.st_ino &&
           a.st_dev == b.st_dev;
}

class ServiceManagerTest : public testing::TestWithParam<bool> {
  protected:
    void SetUp() override { ASSERT_NE(::mkdtemp(folder_.data()), nullptr); }

    void TearDown() override {
        static_cast<void>(::unlink((folder_ + "/notify").c_str()));
        static_cast<void>(::rmdir(folder_.c_str()));
    }

    std::string socket() const {
        return GetParam() ? "@" + folder_ + "/notify" : folder_ + "/notify";
    }

    std::string folder_ = testing::TempDir() + "oriel-notify-XXXXXX";
};

TEST_P(ServiceManagerTest, TellsThatItIsReadyAndWhatItDoes) {
    Listener listener(socket());
    const auto manager = ServiceManager::at(socket());
    ASSERT_TRUE(manager);

    EXPECT_TRUE(manager->ready());
    EXPECT_TRUE(manager->status("two\nlines"));

    EXPECT_EQ(listener.hear(), "READY=1");
    EXPECT_EQ(listener.hear(), "STATUS=two lines");
}

TEST_P(ServiceManagerTest, LeavesADescriptorInPlaceOfAnEarlierOne) {
    Listener listener(socket());
    const auto manager = ServiceManager::at(socket());
    ASSERT_TRUE(manager);
    const UniqueFd memory(::memfd_create("kept", MFD_CLOEXEC));

    EXPECT_TRUE(manager->keep("memory", memory));

    EXPECT_EQ(listener.hear(), "FDSTOREREMOVE=1\nFDNAME=memory");
    EXPECT_TRUE(listener.fds.empty());
    EXPECT_EQ(listener.hear(), "FDSTORE=1\nFDNAME=memory\nFDPOLL=0");
    ASSERT_EQ(listener.fds.size(), 1U);
    EXPECT_TRUE(is_same_file(listener.fds[0].get(), memory.get()));
}

INSTANTIATE_TEST_SUITE_P(Everywhere,
                         ServiceManagerTest,
                         testing::Bool(),
                         [](const testing::TestParamInfo<bool>& place) {
                             return place.param ? "InTheKernelsSpace" : "AtAPath";
                         });

TEST(ServiceManager, SaysThatNobodyListens) {
    const auto manager = ServiceManager::at("/nowhere/notify");
    ASSERT_TRUE(manager);

    const auto told = manager->ready();

    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().os_code, ENOENT);
}

TEST(ServiceManager, RefusesWhatIsNoSocketsName) {
    EXPECT_FALSE(ServiceManager::at("notify"));
    EXPECT_FALSE(ServiceManager::at("@"));
    EXPECT_FALSE(ServiceManager::at("/" + std::string(sizeof(sockaddr_un::sun_path), 'x')));
}

/// Runs in a process of its own, whose descriptors from 3 on are `count` eventfds.
int in_service(int count, const std::function<int()>& body) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::close_range(3, ~0U, 0);
        for (int i = 0; i < count; ++i) {
            static_cast<void>(create_event_fd()->release());
        }
        set_variable("LISTEN_PID", std::to_string(::getpid()));
        ::_exit(body());
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(PassedFds, AreTakenWithTheirNames) {
    const int result = in_service(3, [] {
        set_variable("LISTEN_FDS", "3");
        set_variable("LISTEN_FDNAMES", "vm::memory-1");
        ::fcntl(4, F_SETFD, 0);
        const auto passed = take_passed_fds();
        if (!passed || passed->size() != 3) {
            return 1;
        }
        const bool named = passed->at(0).name == "vm" && passed->at(1).name == "unknown" &&
                           passed->at(2).name == "memory-1";
        const bool closed_on_exec = ::fcntl(4, F_GETFD) == FD_CLOEXEC;
        return named && closed_on_exec && passed->at(2).fd.get() == 5 ? 0 : 2;
    });

    EXPECT_EQ(result, 0);
}

TEST(PassedFds, MayHaveFewerNames) {
    EXPECT_EQ(in_service(2,
                         [] {
                             set_variable("LISTEN_FDS", "2");
                             set_variable("LISTEN_FDNAMES", "vm");
                             const auto passed = take_passed_fds();
                             return passed && passed->at(1).name == "unknown" ? 0 : 1;
                         }),
              0);
}

TEST(PassedFds, OfAnotherProcessAreLeftAlone) {
    EXPECT_EQ(in_service(1,
                         [] {
                             set_variable("LISTEN_FDS", "1");
                             set_variable("LISTEN_PID", "1");
                             const auto passed = take_passed_fds();
                             return passed && passed->empty() && ::fcntl(3, F_GETFD) >= 0 ? 0 : 1;
                         }),
              0);
}

TEST(PassedFds, ThatAreNotThereAreAnError) {
    for (const char* const count : {"2", "-1", "many", "99999999999", ""}) {
        EXPECT_EQ(in_service(1,
                             [count] {
                                 set_variable("LISTEN_FDS", count);
                                 return take_passed_fds() ? 1 : 0;
                             }),
                  0)
            << count;
    }
}

}  // namespace
}  // namespace oriel
