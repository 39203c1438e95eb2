// SPDX-License-Identifier: MIT
#include "base/linux/child_program.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oriel {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(20);

ChildCommand shell(const char* script) {
    return {.label = "test",
            .arguments = {"sh", "-c", script},
            .environment = {},
            .output = ChildCommand::Output::Pipe};
}

TEST(ChildProgram, TellsWhatItPrintedAndHowItEnded) {
    auto child = ChildProgram::start(shell("echo one; echo two; exit 3"));
    ASSERT_TRUE(child);

    const auto output = read_output(*child, 100, kPatience);

    ASSERT_TRUE(output);
    EXPECT_EQ(output->size(), std::strlen("one\ntwo\n"));
    ASSERT_TRUE(child->wait(kPatience));
    EXPECT_EQ(child->exit_code(), 3);
}

TEST(ChildProgram, RefusesMoreOutputThanAskedFor) {
    const auto child = ChildProgram::start(shell("echo 0123456789"));
    ASSERT_TRUE(child);

    EXPECT_FALSE(read_output(*child, 5, kPatience));
}

TEST(ChildProgram, IsWaitedForWhereChildrenWereIgnored) {
    ASSERT_NE(::signal(SIGCHLD, SIG_IGN), SIG_ERR);
    auto child = ChildProgram::start(shell("exit 3"));
    ASSERT_TRUE(child);

    ASSERT_TRUE(child->wait(kPatience));
    EXPECT_EQ(child->exit_code(), 3);
}

TEST(ChildProgram, IsOverWhereSomebodyElseWaitedForIt) {
    auto child = ChildProgram::start(shell("exit 3"));
    ASSERT_TRUE(child);
    ASSERT_EQ(::waitpid(child->pid(), nullptr, 0), child->pid());

    EXPECT_TRUE(child->has_ended());
}

TEST(ChildProgram, SaysWhatCouldNotBeStarted) {
    const auto child = ChildProgram::start(
        {.label = "clock", .arguments = {"no-such-program"}, .environment = {}});

    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().kind, ErrorKind::NotFound);
    EXPECT_NE(child.error().message.find("no-such-program"), std::string::npos);
}

TEST(ChildProgram, GivesItsEnvironmentInPlaceOfOurs) {
    ChildCommand program = shell("echo $ORIEL_CHILD_TEST");
    program.environment = {{"ORIEL_CHILD_TEST", "given"}};
    ::setenv("ORIEL_CHILD_TEST", "ours", 1);  // NOLINT(concurrency-mt-unsafe): one thread
    const auto child = ChildProgram::start(program);
    ASSERT_TRUE(child);

    EXPECT_EQ(read_first_line(*child, kPatience), "given");
}

TEST(ChildProgram, EndsAStoppedProgram) {
    pid_t pid = -1;
    {
        const auto child = ChildProgram::start(shell("echo up; exec sleep 1000"));
        ASSERT_TRUE(child);
        ASSERT_TRUE(read_first_line(*child, kPatience));
        pid = child->pid();
        child->send(SIGSTOP);
    }

    EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(ChildProgram, IsToldWhenItsParentIsKilled) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const pid_t parent = ::fork();
    if (parent == 0) {
        const auto child = ChildProgram::start(shell("exec sleep 1000"));
        const pid_t pid = child ? child->pid() : -1;
        static_cast<void>(!::write(ends[1], &pid, sizeof(pid)));
        ::kill(::getpid(), SIGKILL);
    }
    pid_t child = -1;
    ASSERT_EQ(::read(ends[0], &child, sizeof(child)), ssize_t{sizeof(child)});
    ASSERT_GT(child, 0);
    ASSERT_EQ(::waitpid(parent, nullptr, 0), parent);
    const Nanoseconds give_up = monotonic_now() + kPatience;
    // Whoever inherits it may take a while to collect it: a zombie uses no CPU and runs nothing.
    const auto is_running = [child] {
        char state = 'X';
        if (std::FILE* file =
                std::fopen(("/proc/" + std::to_string(child) + "/stat").c_str(), "re")) {
            if (std::fscanf(file, "%*d (%*[^)]) %c", &state) != 1) {
                state = 'X';
            }
            std::fclose(file);
        }
        return state != 'X' && state != 'Z';
    };
    while (is_running() && monotonic_now() < give_up) {
        ::usleep(1000);
    }
    ::close(ends[0]);
    ::close(ends[1]);

    EXPECT_FALSE(is_running());
}

}  // namespace
}  // namespace oriel
