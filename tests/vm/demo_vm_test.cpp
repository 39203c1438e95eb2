// SPDX-License-Identifier: MIT
// `oriel demo --vm` as a person types it, out of sight.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <thread>

#include <gtest/gtest.h>

#include "base/linux/child_program.h"
#include "host/demo/demo_picture.h"
#include "host/machine/whole_file.h"
#include "vm/machine_rig.h"

namespace oriel {
namespace {

namespace fs = std::filesystem;
using namespace testing_support;

constexpr Nanoseconds kPatience = std::chrono::seconds(60);
constexpr std::size_t kMostOutput = 1U << 20U;

class DemoVm : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
        out_ = folder_.make("out");
        runtime_ = folder_.make("runtime");
        temporary_ = folder_.make("tmp");
    }

    ChildProgram start(const std::string& seconds) const {
        const char* const programs = std::getenv("ORIEL_BIN_DIR");  // NOLINT(concurrency-mt-unsafe)
        const std::string oriel = std::string(programs == nullptr ? "." : programs) + "/oriel";
        auto demo = ChildProgram::start(
            {.label = "demo",
             .arguments =
                 {oriel, "demo", "--vm", "--headless", "--seconds", seconds, "--out", out_},
             .environment = {{"XDG_RUNTIME_DIR", runtime_}, {"TMPDIR", temporary_}},
             .output = ChildCommand::Output::Pipe,
             .complaints = ChildCommand::Complaints::Ours});
        EXPECT_TRUE(demo) << demo.error().message;
        return std::move(*demo);
    }

    /// Waits for a line with these words in it.
    static bool says(const ChildProgram& demo, const std::string& words) {
        for (auto line = read_first_line(demo, kPatience); line;
             line = read_first_line(demo, kPatience)) {
            if (line->find(words) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    /// The exit code of a demo that gets a signal while its machine runs.
    int end_in_the_middle(int signal) const {
        ChildProgram demo = start("20");
        EXPECT_TRUE(says(demo, "The guest is up"));
        demo.send(signal);
        EXPECT_TRUE(demo.wait(kPatience));
        return demo.exit_code();
    }

    /// No process works in our folders, and there is nothing in them.
    bool is_all_gone() const {
        for (const auto& process : fs::directory_iterator("/proc")) {
            const auto command = read_whole_file(process.path() / "cmdline");
            if (command && (command->find(temporary_) != std::string::npos ||
                            command->find(runtime_) != std::string::npos)) {
                return false;
            }
        }
        return fs::is_empty(temporary_) &&
               (!fs::exists(runtime_ + "/oriel") || fs::is_empty(runtime_ + "/oriel"));
    }

    void expect_nothing_left() const {
        const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(10);
        while (!is_all_gone() && monotonic_now() < give_up) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        EXPECT_TRUE(is_all_gone());
    }

    DemoPicture picture(const std::string& name) const {
        const auto file = read_whole_file(out_ + "/" + name);
        EXPECT_TRUE(file) << file.error().message;
        const auto decoded = decode_png(std::as_bytes(std::span(*file)), name);
        EXPECT_TRUE(decoded) << decoded.error().message;
        return decoded.value_or(DemoPicture{});
    }

    MachineFolder folder_;
    std::string out_;
    std::string runtime_;
    std::string temporary_;
};

TEST_F(DemoVm, ShowsAGuestToThePixelAndTimesKeys) {
    ChildProgram demo = start("4");
    const auto bytes = read_output(demo, kMostOutput, 2 * kPatience);
    ASSERT_TRUE(bytes) << bytes.error().message;
    const std::string said(reinterpret_cast<const char*>(bytes->data()), bytes->size());

    EXPECT_TRUE(demo.wait(kPatience));
    EXPECT_EQ(demo.exit_code(), 0) << said;
    EXPECT_NE(said.find("\nequal: 0 of 1024000 pixels differ"), std::string::npos) << said;
    // "key to pixel, ms   p50  p95  p99  (200 keys, 200 seen)"
    const std::size_t line = said.find("key to pixel, ms");
    const std::size_t counts = said.find('(', line);
    ASSERT_NE(counts, std::string::npos) << said;
    int typed = 0;
    int seen = 0;
    ASSERT_EQ(std::sscanf(said.c_str() + counts, "(%d keys, %d seen)", &typed, &seen), 2) << said;
    EXPECT_GE(typed, 40);
    EXPECT_EQ(seen, typed);
    EXPECT_NE(said.find("\n  relay and show "), std::string::npos) << said;
    EXPECT_EQ(picture("vm.png").size, (Size{1280, 800}));
    EXPECT_EQ(count_different_pixels(picture("vm.png"), picture("host.png")), 0U);
    expect_nothing_left();
}

TEST_F(DemoVm, LeavesNothingAfterCtrlC) {
    EXPECT_EQ(end_in_the_middle(SIGINT), 1);
    expect_nothing_left();
}

TEST_F(DemoVm, LeavesNothingWhenKilled) {
    EXPECT_EQ(end_in_the_middle(SIGKILL), 128 + SIGKILL);
    expect_nothing_left();
}

}  // namespace
}  // namespace oriel
