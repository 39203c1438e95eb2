// SPDX-License-Identifier: MIT
// `oriel ctl` and a real `oriel view`, without a display.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/linux/unix_socket.h"
#include "control/control_fixture.h"

namespace oriel::testing_support {
namespace {

class Ctl : public ControlTest {};

using Keys = std::vector<std::string>;

void expect_one_line(const std::string& text, const std::string& part) {
    EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST_F(Ctl, TurnsFullScreenOnAndOff) {
    const ChildProgram viewer = view_offscreen();

    EXPECT_EQ(ctl({"fullscreen", "on"}).text, "full screen is on\n");
    EXPECT_EQ(stats()["fullscreen"], true);
    EXPECT_EQ(json_of({"fullscreen", "on"})["fullscreen"], true);
    EXPECT_EQ(ctl({"fullscreen"}).text, "full screen is off\n");
    EXPECT_EQ(ctl({"fullscreen", "toggle"}).text, "full screen is on\n");
    EXPECT_EQ(ctl({"fullscreen", "off"}).text, "full screen is off\n");
    EXPECT_EQ(stats()["fullscreen"], false);
    EXPECT_EQ(ctl({"fullscreen", "maybe"}).exit_code, 2);
}

TEST_F(Ctl, WritesThePictureItShowsWhereTheClientStands) {
    const ChildProgram viewer = view_offscreen();
    ASSERT_TRUE(comes([] { return stats()["frames"].get<int>() > 3; }));
    const std::string file = folder_.path() + "/shot.png";

    EXPECT_EQ(ctl({"screenshot", "-o", file}).text, file + "\n");
    expect_pattern(file);

    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder_.path());
    EXPECT_EQ(ctl({"screenshot", "-o", "here.png"}).exit_code, 0);
    const auto answer = json_of({"screenshot"});
    std::filesystem::current_path(before);
    expect_pattern(folder_.path() + "/here.png");
    EXPECT_EQ(answer["width"], 320);
    EXPECT_TRUE(answer["file"].get<std::string>().starts_with("oriel-test-"));
}

TEST_F(Ctl, HasNoPictureWhereThereIsNone) {
    agent_.reset();
    const ChildProgram viewer = view_offscreen();

    const Said said = ctl({"screenshot", "-o", folder_.path() + "/none.png"});

    EXPECT_EQ(said.exit_code, 1);
    expect_one_line(said.text, "there is no picture now: ");
    EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/none.png"));
}

TEST_F(Ctl, PressesKeysAndReleasesThem) {
    PlayedQemu qemu(qmp_path());
    const ChildProgram viewer = view_offscreen({"--input", "qmp:" + qmp_path()});
    ASSERT_TRUE(comes([] { return stats()["input"]["link"] == "ready"; }));

    EXPECT_EQ(ctl({"send-keys", "ctrl+alt+delete", "f1"}).text, "");

    const Keys expected{"+ctrl", "+alt", "+delete", "-delete", "-alt", "-ctrl", "+f1", "-f1"};
    EXPECT_TRUE(comes([&] { return qemu.keys() == expected; }))
        << testing::PrintToString(qemu.keys());
    const Said unknown = ctl({"send-keys", "ctrl+delte"});
    EXPECT_EQ(unknown.exit_code, 2);
    expect_one_line(unknown.text, "no key is called 'delte'; the nearest is 'delete'");
    EXPECT_EQ(qemu.keys(), expected);
}

TEST_F(Ctl, TypesAText) {
    PlayedQemu qemu(qmp_path());
    const ChildProgram viewer = view_offscreen({"--input", "qmp:" + qmp_path()});
    ASSERT_TRUE(comes([] { return stats()["input"]["link"] == "ready"; }));

    EXPECT_EQ(json_of({"text", "aB"})["strokes"], 2);

    EXPECT_TRUE(comes([&] {
        return qemu.keys() == Keys{"+a", "-a", "+shift", "+b", "-b", "-shift"};
    })) << testing::PrintToString(qemu.keys());
}

TEST_F(Ctl, TypesALongTextWithoutLosingAKey) {
    PlayedQemu qemu(qmp_path());
    const ChildProgram viewer = view_offscreen({"--input", "qmp:" + qmp_path()});
    ASSERT_TRUE(comes([] { return stats()["input"]["link"] == "ready"; }));
    const std::string text(400, 'x');

    EXPECT_EQ(ctl({"text", text}).exit_code, 0);

    EXPECT_TRUE(comes([&] { return qemu.keys().size() == 2 * text.size(); })) << qemu.keys().size();
}

TEST_F(Ctl, TypesNothingOfATextThatHasNoKeys) {
    PlayedQemu qemu(qmp_path());
    const ChildProgram viewer = view_offscreen({"--input", "qmp:" + qmp_path()});
    ASSERT_TRUE(comes([] { return stats()["input"]["link"] == "ready"; }));

    const Said said = ctl({"text", "ab\xC3\xBC"});

    EXPECT_EQ(said.exit_code, 2);
    expect_one_line(said.text, "nothing was typed");
    EXPECT_EQ(ctl({"text", "a", "--layout", "de"}).exit_code, 1);
    EXPECT_TRUE(qemu.keys().empty());
}

TEST_F(Ctl, SaysWhyNothingCanBeTypedOrGrabbed) {
    const ChildProgram viewer = view_offscreen({"--input", "none"});

    for (const Keys& verb : {Keys{"send-keys", "a"}, Keys{"text", "a"}, Keys{"grab"}}) {
        const Said said = ctl(verb);
        EXPECT_EQ(said.exit_code, 1);
        expect_one_line(said.text, "--input none");
    }
    EXPECT_EQ(ctl({"release"}).exit_code, 0);
}

TEST_F(Ctl, TellsHowItDoes) {
    const ChildProgram viewer = view_offscreen({"--input", "none"});
    ASSERT_TRUE(comes([] { return stats()["frames"].get<int>() > 20; }));

    const auto found = stats();
    const Said table = ctl({"stats"});

    EXPECT_EQ(found["target"], "test");
    EXPECT_EQ(found["pid"], viewer.pid());
    EXPECT_EQ(found["state"], "live");
    EXPECT_GT(found["shown_per_second"].get<double>(), 5);
    EXPECT_GT(found["stages"]["total"]["samples"].get<int>(), 0);
    EXPECT_TRUE(found["stages"]["relay"].contains("p99_us"));
    EXPECT_TRUE(found.contains("clock_error_us"));
    EXPECT_NE(table.text.find("state     live"), std::string::npos) << table.text;
    EXPECT_NE(table.text.find("p99 ms"), std::string::npos);
}

TEST_F(Ctl, EndsTheViewerAndLeavesNothing) {
    ChildProgram viewer = view_offscreen();
    ASSERT_EQ(sockets().size(), 1U);

    EXPECT_EQ(ctl({"quit"}).exit_code, 0);

    EXPECT_TRUE(viewer.wait(std::chrono::seconds(10)));
    EXPECT_EQ(viewer.exit_code(), 0);
    EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/oriel/.viewers"));
}

TEST_F(Ctl, ListsViewersWhereItIsNotClearWhichIsMeant) {
    const Said none = ctl({"stats"});
    EXPECT_EQ(none.exit_code, 1);
    expect_one_line(none.text, "start one with `oriel view`");

    const ChildProgram first = view_offscreen();
    const ChildProgram second = view_offscreen();
    const Said several = ctl({"stats"});
    EXPECT_EQ(several.exit_code, 1);
    expect_one_line(several.text, "test (process " + std::to_string(first.pid()) + ")");
    expect_one_line(several.text, "test (process " + std::to_string(second.pid()) + ")");
    expect_one_line(ctl({"stats", "--target", "test"}).text, "--pid PROCESS");
    expect_one_line(ctl({"stats", "--target", "other"}).text, "there are: test");
    EXPECT_EQ(json_of({"stats", "--pid", std::to_string(second.pid())})["pid"], second.pid());
    EXPECT_EQ(ctl({"stats", "--target", "a b"}).exit_code, 2);
    EXPECT_EQ(ctl({"size"}).exit_code, 2);
}

TEST_F(Ctl, FindsTheViewerOfAFileToo) {
    const std::string file = "file:" + folder_.path() + "/region,size=8";
    auto agent = ChildProgram::start(
        {.label = "agent",
         .arguments = {program("oriel-guest"), "--region", file, "--capture", "pattern:320x240"},
         .environment = {}});
    ASSERT_TRUE(agent);
    ASSERT_TRUE(comes([&] { return std::filesystem::exists(folder_.path() + "/region"); }));
    const ChildProgram viewer = view({folder_.path() + "/region", "--platform", "offscreen"});

    EXPECT_EQ(stats()["target"], "file:" + folder_.path() + "/region");
    EXPECT_EQ(ctl({"release", "--target", folder_.path() + "/region"}).exit_code, 0);
}

TEST_F(Ctl, AKilledViewerIsNotTakenForOneAndTheNextCleansUp) {
    {
        ChildProgram killed = view_offscreen();
        killed.send(SIGKILL);
        ASSERT_TRUE(killed.wait(std::chrono::seconds(10)));
    }
    ASSERT_EQ(sockets().size(), 1U);
    expect_one_line(ctl({"stats"}).text, "no viewer of yours runs");

    const ChildProgram next = view_offscreen();

    EXPECT_EQ(sockets().size(), 1U);
    EXPECT_EQ(stats()["pid"], next.pid());
}

TEST_F(Ctl, AStoppedViewerIsNotWaitedForForever) {
    const ChildProgram viewer = view_offscreen();
    viewer.send(SIGSTOP);

    EXPECT_EQ(ctl({"stats"}).exit_code, 1);

    viewer.send(SIGCONT);
    EXPECT_EQ(stats()["target"], "test");
}

TEST_F(Ctl, AFloodOfRubbishDoesNotKeepAViewerFromItsPicture) {
    const ChildProgram viewer = view_offscreen();
    ASSERT_TRUE(comes([] { return stats()["frames"].get<int>() > 3; }));
    const std::string socket = sockets().front();
    std::vector<std::jthread> flood;
    for (int i = 0; i < 3; ++i) {
        flood.emplace_back([&socket](const std::stop_token& stop) {
            std::string rubbish(4096, '{');
            for (std::size_t at = 100; at < rubbish.size(); at += 100) {
                rubbish[at] = '\n';
            }
            while (!stop.stop_requested()) {
                const auto client = connect_unix(socket, SocketKind::Stream);
                // Until it is thrown out for not reading.
                while (client && !stop.stop_requested() &&
                       send_with_fds(*client, std::as_bytes(std::span(rubbish)), {})) {}
            }
        });
    }
    const int before = stats()["frames"].get<int>();

    const bool goes_on = comes([&] { return stats()["frames"].get<int>() > before + 30; });

    flood.clear();
    EXPECT_TRUE(goes_on);
    EXPECT_EQ(stats()["voided_holds"], 0);
}

}  // namespace
}  // namespace oriel::testing_support
