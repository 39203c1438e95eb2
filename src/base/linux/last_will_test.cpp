// SPDX-License-Identifier: MIT
#include "base/linux/last_will.h"

#include <array>
#include <atomic>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/linux/sealed_memory.h"
#include "base/mapped_memory.h"

namespace oriel {
namespace {

using std::chrono::milliseconds;

/// Seen by this process and all that it makes.
struct Shared {
    std::atomic<int> is_made{0};
    std::atomic<int> sum{0};
    std::atomic<int> is_executed{0};
};

class LastWillTest : public testing::Test {
  protected:
    LastWillTest()
        : fd_(create_sealed_memory("test", 4096, PageSize::Normal).value()),
          memory_(MappedMemory::map(fd_, Access::ReadWrite, "test").value()),
          shared_(*new(memory_.bytes().data()) Shared) {}

    /// Adds up what it is told, and says so at the end.
    LastWill make() {
        return LastWill::make({.what = "a test",
                               .kept = {},
                               .execute =
                                   [this] {
                                       char number = 0;
                                       while (::read(LastWill::kNotes, &number, 1) == 1) {
                                           shared_.sum += number;
                                       }
                                       shared_.is_executed = 1;
                                   }})
            .value();
    }

    /// Whether it is so within `limit`.
    static bool becomes(const std::atomic<int>& flag, Nanoseconds limit) {
        const Nanoseconds give_up = monotonic_now() + limit;
        while (flag == 0 && monotonic_now() < give_up) {
            std::this_thread::sleep_for(milliseconds(5));
        }
        return flag != 0;
    }

    UniqueFd fd_;
    MappedMemory memory_;
    Shared& shared_;
};

void note(const LastWill& will, char number) {
    will.note(std::as_bytes(std::span(&number, 1)));
}

TEST_F(LastWillTest, IsExecutedWithAllNotesOnceItsProcessIsKilled) {
    const pid_t dies = ::fork();
    if (dies == 0) {
        const LastWill will = make();
        note(will, 40);
        note(will, 2);
        shared_.is_made = 1;
        ::pause();
    }
    ASSERT_GT(dies, 0);
    ASSERT_TRUE(becomes(shared_.is_made, std::chrono::seconds(20)));
    EXPECT_FALSE(becomes(shared_.is_executed, milliseconds(100)));

    ::kill(dies, SIGKILL);
    ::waitpid(dies, nullptr, 0);

    EXPECT_TRUE(becomes(shared_.is_executed, std::chrono::seconds(20)));
    EXPECT_EQ(shared_.sum, 42);
}

TEST_F(LastWillTest, IsNotExecutedWhereItIsTakenBack) {
    {
        const LastWill first = make();
        LastWill second = make();
        second = make();
    }

    EXPECT_FALSE(becomes(shared_.is_executed, milliseconds(200)));
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a process is left";
}

TEST_F(LastWillTest, HasOpenWhatItIsGivenAlone) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(::pipe(ends), 0);
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    {
        const auto will =
            LastWill::make({.what = "a test", .kept = writer.get(), .execute = [] {
                                static_cast<void>(::write(LastWill::kKept, "kept", 4));
                                char byte = 0;
                                static_cast<void>(::read(LastWill::kNotes, &byte, 1));
                            }});
        ASSERT_TRUE(will);
        std::array<char, 4> said{};
        EXPECT_EQ(::read(reader.get(), said.data(), said.size()), 4);
    }
    writer.reset();

    char byte = 0;
    EXPECT_EQ(::read(reader.get(), &byte, 1), 0) << "somebody has it open still";
}

}  // namespace
}  // namespace oriel
