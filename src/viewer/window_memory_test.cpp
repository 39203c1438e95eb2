// SPDX-License-Identifier: MIT
#include "viewer/window_memory.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <unistd.h>

namespace oriel {
namespace {

using std::chrono::seconds;

constexpr Nanoseconds kStart = seconds(100);

const WindowPlace kPlace{.size = Size{800, 600},
                         .position = WindowPlace::Point{-10, 20},
                         .output = "DP-1",
                         .is_full_screen = false};

class WindowMemoryTest : public testing::Test {
  protected:
    WindowMemoryTest() {
        std::string pattern = testing::TempDir() + "oriel-window-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        path_ = folder_ + "/windows/test.json";
    }

    ~WindowMemoryTest() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& text) const {
        std::filesystem::create_directories(folder_ + "/windows");
        std::ofstream(path_) << text;
    }

    /// Files beside it count, too: none is to be left.
    std::ptrdiff_t files() const {
        using Walk = std::filesystem::directory_iterator;
        return std::distance(Walk(folder_ + "/windows"), Walk());
    }

    std::optional<WindowPlace> place() const { return WindowMemory(path_).place(); }

    std::string folder_;
    std::string path_;
};

TEST_F(WindowMemoryTest, KnowsNothingAtFirst) {
    EXPECT_FALSE(place());
}

TEST_F(WindowMemoryTest, KnowsWhatItWasTold) {
    WindowMemory(path_).note(kPlace, kStart);

    EXPECT_EQ(place(), kPlace);
    EXPECT_EQ(files(), 1);
}

TEST_F(WindowMemoryTest, WritesOnceInAWhileAndAtTheEnd) {
    WindowMemory memory(path_);
    memory.note(kPlace, kStart);
    WindowPlace later = kPlace;
    later.size = Size{1000, 700};

    memory.note(later, kStart + seconds(1));
    EXPECT_EQ(place(), kPlace);
    memory.note(later, kStart + seconds(3));
    EXPECT_EQ(place(), later);

    memory.note(kPlace, kStart + seconds(4));
    EXPECT_EQ(place(), later);
    memory.finish();
    EXPECT_EQ(place(), kPlace);
}

TEST_F(WindowMemoryTest, WritesNothingWhereNothingIsNew) {
    WindowMemory memory(path_);
    memory.note(kPlace, kStart);
    std::filesystem::remove(path_);

    memory.note(kPlace, kStart + seconds(30));
    memory.finish();

    EXPECT_FALSE(place());
}

TEST_F(WindowMemoryTest, KeepsTheSizeThatFullScreenHides) {
    WindowMemory memory(path_);
    memory.note(kPlace, kStart);

    memory.note({.is_full_screen = true}, kStart + seconds(5));

    WindowPlace full = kPlace;
    full.is_full_screen = true;
    EXPECT_EQ(place(), full);
}

TEST_F(WindowMemoryTest, ForgetsASizeThatIsNoneAnyMore) {
    WindowMemory memory(path_);
    memory.note(kPlace, kStart);

    memory.note({.output = "DP-2"}, kStart + seconds(5));

    EXPECT_EQ(place(), (WindowPlace{.output = "DP-2"}));
}

TEST_F(WindowMemoryTest, TakesABrokenFileForNone) {
    for (const std::string& text :
         {std::string(), std::string("{"), std::string("[1]"), std::string(5000, ' ') + "{}"}) {
        write(text);
        EXPECT_FALSE(place()) << text;
    }
}

TEST_F(WindowMemoryTest, TakesNothingThatMakesNoSense) {
    write(R"({"width": 0, "height": 600, "x": 99999, "y": 1, "output": 7, "full-screen": "yes"})");
    EXPECT_EQ(place(), WindowPlace{});
    write(R"({"width": 18446744073709551615, "height": 600.5, "x": -1e300, "y": null})");
    EXPECT_EQ(place(), WindowPlace{});
    write(R"({"width": 640, "x": 3})");
    EXPECT_EQ(place(), WindowPlace{});
}

TEST_F(WindowMemoryTest, FailsForNothingThatCannotBeWritten) {
    WindowMemory memory("/dev/null/windows/test.json");

    memory.note(kPlace, kStart);
    memory.note({}, kStart + seconds(9));
    memory.finish();

    EXPECT_EQ(memory.place(), WindowPlace{.output = "DP-1"});
}

TEST(WindowFile, HasASafeNameOfItsOwnForEachTarget) {
    // NOLINTBEGIN(concurrency-mt-unsafe): one thread
    const char* const before = std::getenv("XDG_STATE_HOME");
    const std::string kept = before == nullptr ? "" : before;
    ::setenv("XDG_STATE_HOME", "/state", 1);
    const std::string folder = "/state/oriel/windows/";

    EXPECT_EQ(window_file_of("desk"), folder + "desk.json");
    EXPECT_EQ(window_file_of("file:/dev/shm/a b"), folder + "file%3A%2Fdev%2Fshm%2Fa%20b.json");
    EXPECT_EQ(window_file_of("../x"), folder + "%2E.%2Fx.json");
    const std::string longest(5000, 'a');
    EXPECT_LE(window_file_of(longest).size(), folder.size() + 255);
    EXPECT_NE(window_file_of(longest + "1"), window_file_of(longest + "2"));

    before == nullptr ? ::unsetenv("XDG_STATE_HOME") : ::setenv("XDG_STATE_HOME", kept.c_str(), 1);
    // NOLINTEND(concurrency-mt-unsafe)
}

}  // namespace
}  // namespace oriel
