// SPDX-License-Identifier: MIT
#include "capture/kms/trace_events.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace oriel::kms_capture {
namespace {

namespace fs = std::filesystem;

/// A folder with the files of a tracefs that we use. The kernel makes those of an instance, and
/// those of a group of probes, by itself; here they have to be there before.
class FakeTracefs {
  public:
    FakeTracefs() {
        char name[] = "/tmp/oriel-tracefs-XXXXXX";
        root_ = ::mkdtemp(name);
        put("kprobe_events", "");
        fs::create_directories(root_ / "instances");
    }

    ~FakeTracefs() { fs::remove_all(root_); }

    FakeTracefs(const FakeTracefs&) = delete;
    FakeTracefs& operator=(const FakeTracefs&) = delete;

    void put(const fs::path& path, const std::string& text) const {
        fs::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << text;
    }

    std::string text(const fs::path& path) const {
        std::ostringstream text;
        text << std::ifstream(root_ / path).rdbuf();
        return text.str();
    }

    TraceFolder folder() const { return TraceFolder::open_at(root_.string()).value(); }

    const fs::path& root() const { return root_; }

  private:
    fs::path root_;
};

/// Of a process that ended.
pid_t dead_process() {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(0);
    }
    static_cast<void>(::waitpid(child, nullptr, 0));
    return child;
}

TEST(OwnerOf, KnowsOurNamesOnly) {
    EXPECT_EQ(owner_of("oriel-123"), 123);
    EXPECT_EQ(owner_of("oriel_7"), 7);
    for (const char* other : {"",
                              "oriel",
                              "oriel-",
                              "oriel-x",
                              "oriel-1x",
                              "oriel--1",
                              "oriel1",
                              "orielle-1",
                              "foo-1",
                              "oriel-99999999999999"}) {
        EXPECT_FALSE(owner_of(other)) << other;
    }
}

TEST(OwnProbes, AreFoundAmongOthers) {
    EXPECT_EQ(own_probes("p:kprobes/other do_sys_open\n"
                         "r32:oriel_12/flip drm_mode_page_flip_ioctl\n"
                         "nonsense\n"
                         "r8:oriel_13/dirty drm_mode_dirtyfb_ioctl arg=$retval\n"),
              (std::vector<std::string>{"oriel_12/flip", "oriel_13/dirty"}));
}

TEST(TraceEvents, DefinesItsProbesUnderItsOwnName) {
    const FakeTracefs tracefs;

    // The instance's files are the kernel's, so there opening ends.
    EXPECT_FALSE(open_trace_events(tracefs.folder()));

    const std::string definitions = tracefs.text("kprobe_events");
    EXPECT_NE(
        definitions.find(fmt::format("r:oriel_{}/flip drm_mode_page_flip_ioctl\n", ::getpid())),
        std::string::npos);
}

TEST(TraceEvents, TakesItsProbesAndItsInstanceBack) {
    const FakeTracefs tracefs;

    EXPECT_FALSE(open_trace_events(tracefs.folder()));

    const std::string definitions = tracefs.text("kprobe_events");
    EXPECT_NE(definitions.find(fmt::format("-:oriel_{}/flip\n", ::getpid())), std::string::npos);
    EXPECT_TRUE(fs::is_empty(tracefs.root() / "instances"));
}

TEST(TraceEvents, RemovesWhatAKilledProcessLeft) {
    const FakeTracefs tracefs;
    const pid_t dead = dead_process();
    const std::string stale = fmt::format("instances/oriel-{}", dead);
    fs::create_directories(tracefs.root() / stale);
    fs::create_directories(tracefs.root() / "instances/oriel-1");
    fs::create_directories(tracefs.root() / "instances/somebody");
    tracefs.put("kprobe_events",
                fmt::format("r4:oriel_{}/flip drm_mode_page_flip_ioctl\n"
                            "r4:oriel_1/flip drm_mode_page_flip_ioctl\n",
                            dead));

    EXPECT_FALSE(open_trace_events(tracefs.folder()));

    EXPECT_FALSE(fs::exists(tracefs.root() / stale));
    EXPECT_TRUE(fs::exists(tracefs.root() / "instances/oriel-1"));
    EXPECT_TRUE(fs::exists(tracefs.root() / "instances/somebody"));
    const std::string definitions = tracefs.text("kprobe_events");
    EXPECT_NE(definitions.find(fmt::format("-:oriel_{}/flip\n", dead)), std::string::npos);
    EXPECT_EQ(definitions.find("-:oriel_1/flip\n"), std::string::npos);
}

}  // namespace
}  // namespace oriel::kms_capture
