// SPDX-License-Identifier: MIT
// What a person can get wrong: one clear line each, and the right exit code.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/region.h"
#include "faults/programs.h"

namespace oriel::testing_support {
namespace {

void expect_one_line(const Said& said, int exit_code, const std::string& part) {
    EXPECT_EQ(said.exit_code, exit_code) << said.errors;
    EXPECT_EQ(std::ranges::count(said.errors, '\n'), 1) << said.errors;
    EXPECT_NE(said.errors.find(part), std::string::npos) << said.errors;
}

class BadInput : public testing::Test {
  protected:
    std::string path(const std::string& name) const { return folder_.path() + "/" + name; }

    RuntimeFolder folder_;
};

TEST_F(BadInput, AnUnknownTarget) {
    expect_one_line(run({program("oriel"), "view", "nobody", "--platform", "offscreen"}),
                    1,
                    "oriel broker nobody");
    expect_one_line(run({program("oriel-guest"), "--region", "nobody", "--capture", "pattern"}),
                    1,
                    "oriel broker nobody");
    expect_one_line(run({program("oriel"), "status", "nobody"}), 1, "nobody");
    expect_one_line(run({program("oriel"), "screenshot", "nobody"}), 1, "nobody");
}

TEST_F(BadInput, ATargetThatIsNone) {
    expect_one_line(run({program("oriel"), "view", "a b"}), 2, "a b");
    expect_one_line(run({program("oriel"), "broker", "-x"}), 2, "");
    expect_one_line(run({program("oriel"), "broker", "bad/name"}), 2, "bad/name");
}

TEST_F(BadInput, AnOptionNobodyKnows) {
    expect_one_line(run({program("oriel"), "view", "--colour"}), 2, "--colour");
    expect_one_line(run({program("oriel"), "frobnicate"}), 2, "frobnicate");
    expect_one_line(run({program("oriel-guest"), "--region", "nobody", "--capture", "telepathy"}),
                    2,
                    "telepathy");
}

TEST_F(BadInput, AnOptionOfALaterVersion) {
    expect_one_line(run({program("oriel"), "view", "--present", "gpu"}), 1, "not in this version");
    expect_one_line(run({program("oriel"), "view", "--vsync", "maybe"}), 2, "vrr");
    expect_one_line(run({program("oriel"), "view", "--scale", "huge"}), 2, "integer");
    expect_one_line(
        run({program("oriel"), "view", "--resize", "both"}), 2, "guest, window or none");
}

TEST_F(BadInput, ALineTheCommandLineLibraryRefuses) {
    expect_one_line(run({program("oriel-guest"), "--bogus"}),
                    2,
                    "oriel-guest: the following argument was not expected: --bogus (see --help)");
    expect_one_line(
        run({program("oriel"), "vm"}), 2, "oriel: a subcommand is required (see --help)");
}

TEST_F(BadInput, ASizeThatIsNoPowerOfTwo) {
    expect_one_line(run({program("oriel"), "broker", "odd", "--size", "100"}), 2, "128");
}

TEST_F(BadInput, ASizeThatIsNoNumberOrTooSmall) {
    expect_one_line(run({program("oriel"), "broker", "odd", "--size", "-1"}), 2, "'-1'");
    expect_one_line(run({program("oriel"), "broker", "odd", "--mode", "1920x1080", "--size", "1"}),
                    2,
                    "32 MiB");
}

TEST_F(BadInput, AFileThatIsNoRegion) {
    const std::string file = path("text");
    std::ofstream(file) << "text";
    for (const char* command : {"view", "status", "screenshot"}) {
        expect_one_line(run({program("oriel"), command, file}), 2, "text");
    }
    expect_one_line(
        run({program("oriel-guest"), "--region", file, "--capture", "pattern"}), 2, "text");
}

TEST_F(BadInput, ANameThatIsNoDisplay) {
    const ChildProgram broker = start_broker();

    expect_one_line(
        run({program("oriel-guest"), "--region", "test", "--display", "nonsense"}), 2, "nonsense");
    expect_one_line(run({program("oriel-guest"), "--region", "test", "--capture", "x11"},
                        {{"DISPLAY", "nonsense"}}),
                    1,
                    "set DISPLAY");
    expect_one_line(
        run({program("oriel"), "view", "test"}, {{"DISPLAY", "nonsense"}}), 1, "set DISPLAY");
}

TEST_F(BadInput, StandardOutputThatIsFull) {
    const auto into_full = [](const std::string& command) {
        return run({"/bin/sh", "-c", command + " >/dev/full"});
    };
    const ChildProgram broker = start_broker();

    expect_one_line(into_full(program("oriel")), 1, "No space left");
    expect_one_line(into_full(program("oriel") + " --help"), 1, "No space left");
    expect_one_line(into_full(program("oriel") + " status test --json"), 1, "No space left");
    expect_one_line(into_full(program("oriel-guest") + " --version"), 1, "No space left");
}

TEST_F(BadInput, StandardOutputThatNobodyReads) {
    const Said said = run({"/bin/sh", "-c", program("oriel") + " --help | true"});

    EXPECT_EQ(said.exit_code, 0);
    EXPECT_EQ(said.errors, "");
}

TEST_F(BadInput, APathThatIsNoTextInJson) {
    const std::string file = path("bytes-\xFF");

    const ChildProgram waiting = ChildProgram::start({.label = "agent",
                                                      .arguments = {program("oriel-guest"),
                                                                    "--wait",
                                                                    "--json",
                                                                    "--capture",
                                                                    "pattern",
                                                                    "--region",
                                                                    "file:" + file},
                                                      .environment = {},
                                                      .output = ChildCommand::Output::Pipe})
                                     .value();

    const auto line = read_first_line(waiting, std::chrono::seconds(20));
    ASSERT_TRUE(line) << line.error().message;
    EXPECT_NE(line->find("bytes-\xEF\xBF\xBD"), std::string::npos) << *line;
}

TEST_F(BadInput, AnEdidNobodyCanMakeOrRead) {
    const std::string file = path("block.bin");
    expect_one_line(
        run({program("oriel"), "edid", "make", "-o", file, "--mode", "99999x1"}), 2, "99999x1");
    expect_one_line(run({program("oriel"), "edid", "make", "--mode", "1920x1080"}), 2, "--output");
    expect_one_line(
        run({program("oriel"), "edid", "make", "-o", file, "--timing", "gtf"}), 2, "cvt-rb2");
    expect_one_line(
        run({program("oriel"), "edid", "make", "-o", file, "--name", "a name too long"}), 2, "13");
    expect_one_line(run({program("oriel"), "edid", "make", "-o", path("no/where")}), 1, "no/where");
    EXPECT_FALSE(std::filesystem::exists(file));

    expect_one_line(run({program("oriel"), "edid", "show", path("nothing")}), 1, "nothing");
    std::ofstream(file) << std::string(128, 'x');
    expect_one_line(run({program("oriel"), "edid", "show", file}), 1, "no EDID");
    expect_one_line(run({program("oriel"), "edid"}), 2, "");
}

TEST_F(BadInput, ASecondBroker) {
    const ChildProgram broker = start_broker();

    expect_one_line(run({program("oriel"), "broker", "test"}), 1, std::to_string(broker.pid()));
}

TEST_F(BadInput, ASecondPublisher) {
    const ChildProgram broker = start_broker();
    const ChildProgram agent = start_agent("320x240@1,full");

    expect_one_line(
        run({program("oriel-guest"), "--region", "test", "--capture", "pattern"}), 1, "publisher");
}

TEST_F(BadInput, ARegionTooSmallForTheScreen) {
    const ChildProgram broker = start_broker("4");

    expect_one_line(
        run({program("oriel-guest"), "--region", "test", "--capture", "pattern:1920x1080"}),
        1,
        "--size 32");
}

TEST_F(BadInput, NoXServer) {
    const ChildProgram broker = start_broker();

    expect_one_line(
        run({program("oriel-guest"), "--region", "test", "--display", ":9876"}), 1, ":9876");
    expect_one_line(run({program("oriel"), "view", "test"}, {{"DISPLAY", ":9876"}}), 1, ":9876");
}

TEST_F(BadInput, AnotherProtocolVersionInTheRegion) {
    const std::string file = path("other-version");
    {
        std::ofstream made(file);
        made << "";
    }
    std::filesystem::resize_file(file, abi::kMinRegionSize);
    abi::Root root{};
    root.magic = abi::kMagic;
    root.major = abi::kMajor + 1;
    root.region_size = abi::kMinRegionSize;
    root.nonce = 1;
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(abi::kMinRegionSize - abi::kRootFromEnd));
    out.write(reinterpret_cast<const char*>(&root), sizeof(root));
    out.close();

    expect_one_line(
        run({program("oriel"), "screenshot", "file:" + file, "--timeout", "200ms"}), 1, "2.0");
}

TEST_F(BadInput, AFileNobodyMayRead) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs root, to become somebody who may not";
    }
    const std::string file = path("secret");
    std::ofstream(file) << "";
    std::filesystem::resize_file(file, abi::kMinRegionSize);
    ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);

    expect_one_line(run({"/usr/bin/setpriv",
                         "--reuid=nobody",
                         "--clear-groups",
                         program("oriel"),
                         "view",
                         "file:" + file,
                         "--platform",
                         "offscreen"}),
                    1,
                    "ermission denied");
}

TEST_F(BadInput, ARuntimeFolderOfSomebodyElse) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs root, to become somebody else";
    }
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);

    expect_one_line(run({"/usr/bin/setpriv",
                         "--reuid=nobody",
                         "--clear-groups",
                         program("oriel"),
                         "broker",
                         "desk"}),
                    1,
                    "Permission denied; set XDG_RUNTIME_DIR");
}

TEST_F(BadInput, AFullDisk) {
    expect_one_line(run({program("oriel-guest"),
                         "--region",
                         "file:/proc/nowhere,size=1",
                         "--capture",
                         "pattern:128x128"}),
                    1,
                    "/proc/nowhere");
}

TEST_F(BadInput, HugePagesThatAreNotThere) {
    std::ifstream total("/proc/sys/vm/nr_hugepages");
    int pages = 0;
    total >> pages;
    if (pages > 0) {
        GTEST_SKIP() << "this machine has huge pages";
    }

    expect_one_line(
        run({program("oriel"), "broker", "huge", "--size", "64", "--hugepages"}), 1, "hugepages");
}

TEST_F(BadInput, AFileCutShortUnderAViewer) {
    const std::string file = path("region");
    auto agent = ChildProgram::start({.label = "agent",
                                      .arguments = {program("oriel-guest"),
                                                    "--region",
                                                    "file:" + file + ",size=8",
                                                    "--capture",
                                                    "pattern:320x240@30,full"},
                                      .environment = {}});
    ASSERT_TRUE(agent);
    for (int i = 0; i < 200 && !std::filesystem::exists(file); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::jthread cutter([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(700));
        std::filesystem::resize_file(file, 0);
    });

    expect_one_line(
        run({program("oriel"), "view", "file:" + file, "--platform", "offscreen"}), 1, "cut short");
}

}  // namespace
}  // namespace oriel::testing_support
