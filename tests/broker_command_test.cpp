// SPDX-License-Identifier: MIT
// `oriel broker` as a script sees it: what it prints, and how it ends.
#include "host/broker_command.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "broker_process.h"
#include "region/broker_test_support.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

using namespace testing_support;
using Output = BrokerCommandOptions::Output;

class BrokerCommand : public testing::Test {
  protected:
    /// The command in a process of its own, its output in a file. Ready before it serves.
    auto command(Output output) const {
        return [this, output](const std::function<void()>& ready) {
            if (std::freopen(file_.c_str(), "w", stdout) == nullptr) {
                return 99;
            }
            ready();
            const auto done = run_broker({options_, output});
            return done ? *done : 1;
        };
    }

    std::string printed() const {
        std::ifstream file(file_);
        std::string text;
        static_cast<void>(std::getline(file, text, '\0'));
        return text;
    }

    /// Blocks: until it has been printed, up to 20 s.
    bool prints(const std::string& text) const {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (printed().find(text) == std::string::npos) {
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return true;
    }

    TestFolder folder_;
    BrokerOptions options_ = folder_.options();
    std::string file_ = folder_.path() + "/printed";
};

TEST_F(BrokerCommand, SaysHowToConnectAndEndsCleanlyAtASignal) {
    ChildProcess broker(command(Output::Text));
    ASSERT_TRUE(prints("region test is ready: 1 MiB\n"));
    EXPECT_TRUE(prints("-device ivshmem-doorbell,chardev=oriel,vectors=1,master=on"));
    EXPECT_TRUE(prints("<shmem name='test' role='master'>"));

    broker.signal(SIGINT);

    EXPECT_EQ(broker.wait(), 0);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/oriel"));
}

TEST_F(BrokerCommand, PrintsAJsonObjectForEachEventAndNothingElse) {
    ChildProcess broker(command(Output::Json));
    ASSERT_TRUE(prints("\n"));
    const std::string ready = printed();

    auto viewer = open_region(options_, Role::Show);
    ASSERT_TRUE(viewer);
    viewer->reset();

    EXPECT_EQ(ready.rfind(R"({"event":"ready","region":"test","size":1048576,"vm_socket":")", 0),
              0U);
    EXPECT_EQ(std::ranges::count(ready, '\n'), 1);
    const std::string pid = std::to_string(::getpid());
    EXPECT_TRUE(
        prints(R"({"event":"peer-connected","peer":"viewer","index":0,"pid":)" + pid + "}\n"));
    EXPECT_TRUE(prints(R"({"event":"peer-gone","peer":"viewer","index":0,"pid":)" + pid + "}\n"));
}

TEST_F(BrokerCommand, FailsWhereTheRegionIsServed) {
    const BrokerProcess first(options_);

    ChildProcess second(command(Output::Text));

    EXPECT_EQ(second.wait(), 1);
    EXPECT_EQ(printed(), "");
}

TEST_F(BrokerCommand, SaysItServesAgainOnlyWhenItDoes) {
    auto first = std::make_unique<BrokerProcess>(options_);
    const auto viewer = open_region(options_, Role::Show);
    ASSERT_TRUE(viewer);
    first = nullptr;

    const ChildProcess second(command(Output::Json));
    EXPECT_TRUE(becomes(**viewer, Region::Link::Alone));
    EXPECT_EQ(printed(), "");
    EXPECT_TRUE(becomes(**viewer, Region::Link::Served));

    EXPECT_TRUE(prints(R"("event":"ready")"));
    EXPECT_TRUE(prints(R"({"event":"peer-returned","peer":"viewer","index":0)"));
}

TEST_F(BrokerCommand, SaysThatTheEarlierMemoryHasAnotherSize) {
    auto first = std::make_unique<BrokerProcess>(options_);
    const auto viewer = open_region(options_, Role::Show);
    ASSERT_TRUE(viewer);
    first = nullptr;
    options_.size *= 2;

    const ChildProcess second([this](const std::function<void()>& ready) {
        if (std::freopen(file_.c_str(), "w", stderr) == nullptr) {
            return 99;
        }
        ready();
        const auto done = run_broker({options_, Output::Json});
        return done ? *done : 1;
    });
    EXPECT_TRUE(becomes(**viewer, Region::Link::Replaced));

    EXPECT_TRUE(prints("the memory in use has 1 MiB, this broker is to serve 2")) << printed();
}

}  // namespace
}  // namespace oriel
