// SPDX-License-Identifier: MIT
// What the demo works out without an X server.
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <png.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/demo/demo_cookie.h"
#include "host/demo/demo_events.h"
#include "host/demo/demo_folder.h"
#include "host/demo/demo_keys.h"
#include "host/demo/demo_picture.h"
#include "host/demo/demo_report.h"

namespace oriel {
namespace {

std::vector<std::byte> encode_png(Size size, const std::vector<std::uint8_t>& rgb) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = size.width;
    image.height = size.height;
    image.format = PNG_FORMAT_RGB;
    png_alloc_size_t length = 0;
    EXPECT_NE(png_image_write_to_memory(&image, nullptr, &length, 0, rgb.data(), 0, nullptr), 0);
    std::vector<std::byte> file(length);
    EXPECT_NE(png_image_write_to_memory(&image, file.data(), &length, 0, rgb.data(), 0, nullptr),
              0);
    return file;
}

DemoComparison good_comparison() {
    return {.size = {1280, 800},
            .different = 0,
            .colours = 5000,
            .min_colours = 1000,
            .changed_since_first = 90'000};
}

TEST(DecodePng, KeepsEachPixelsColourAndPlace) {
    const auto file = encode_png({2, 1}, {0x12, 0x34, 0x56, 0xFF, 0x00, 0x80});

    const auto picture = decode_png(file, "test");

    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->size, (Size{2, 1}));
    EXPECT_EQ(picture->pixels, (std::vector<std::uint32_t>{0x123456, 0xFF0080}));
}

TEST(DecodePng, RefusesWhatIsCutShort) {
    auto file = encode_png({2, 1}, {1, 2, 3, 4, 5, 6});
    file.resize(file.size() / 2);

    const auto picture = decode_png(file, "half.png");

    ASSERT_FALSE(picture);
    EXPECT_NE(picture.error().message.find("half.png"), std::string::npos);
}

TEST(CountDifferentPixels, CountsEachOnce) {
    const DemoPicture a{{2, 2}, {1, 2, 3, 4}};
    const DemoPicture b{{2, 2}, {1, 9, 3, 8}};

    EXPECT_EQ(count_different_pixels(a, b), 2U);
}

TEST(CountDifferentPixels, CountsAllWhereTheSizesDiffer) {
    const DemoPicture a{{2, 2}, {1, 2, 3, 4}};
    const DemoPicture b{{4, 1}, {1, 2, 3, 4}};

    EXPECT_EQ(count_different_pixels(a, b), 4U);
}

TEST(CountColours, CountsEachColourOnce) {
    EXPECT_EQ(count_colours({{4, 1}, {7, 7, 0, 7}}), 2U);
}

TEST(TakeEvent, ReadsTheViewersSummary) {
    DemoSaid said;

    take_event(
        R"({"event":"summary","frames":42,"seconds":2.5,"stages":{"capture":{"p50_us":10.5},)"
        R"("total":{"p99_us":900}},"damaged_pixels":8,"bytes_copied":32})",
        said);

    ASSERT_TRUE(said.viewer_summary);
    EXPECT_FALSE(said.guest_summary);
    EXPECT_EQ(said.viewer_summary->frames, 42U);
    EXPECT_DOUBLE_EQ(said.viewer_summary->capture.p50_us, 10.5);
    EXPECT_DOUBLE_EQ(said.viewer_summary->total.p99_us, 900);
    EXPECT_EQ(said.viewer_summary->bytes_copied, 32U);
}

TEST(TakeEvent, TellsTheAgentsSummaryFromTheViewers) {
    DemoSaid said;

    take_event(R"({"event":"summary","frames":7,"bytes_moved":64,"damaged_pixels":16})", said);

    ASSERT_TRUE(said.guest_summary);
    EXPECT_FALSE(said.viewer_summary);
    EXPECT_EQ(said.guest_summary->bytes_moved, 64U);
}

TEST(TakeEvent, FollowsAProgramsLife) {
    DemoSaid said;

    take_event(R"({"event":"ready"})", said);
    take_event(R"({"event":"started","presenter":"x11 :1"})", said);
    take_event(R"({"event":"state","state":"waiting","text":"for it"})", said);
    take_event(R"({"event":"first-frame","ms":12.5})", said);

    EXPECT_TRUE(said.is_ready);
    EXPECT_TRUE(said.is_started);
    EXPECT_EQ(said.presenter, "x11 :1");
    EXPECT_EQ(said.state, "waiting");
    EXPECT_EQ(said.first_frame_ms, 12.5);
}

TEST(TakeEvent, CollectsTheFramesOfAViewerThatTellsThem) {
    DemoSaid said;

    take_event(R"({"event":"frame","sequence":1,"taken_ns":50,"shown_ns":60})", said);
    take_event(R"({"event":"frame","sequence":2,"taken_ns":150,"shown_ns":160,)"
               R"("changed_ns":100,"captured_ns":140,"clock_error_ns":7})",
               said);

    ASSERT_EQ(said.frames.size(), 2U);
    EXPECT_EQ(said.frames[0].taken, Nanoseconds(50));
    EXPECT_FALSE(said.frames[0].publishers);
    ASSERT_TRUE(said.frames[1].publishers);
    EXPECT_EQ(said.frames[1].publishers->changed, Nanoseconds(100));
    EXPECT_EQ(said.frames[1].publishers->captured, Nanoseconds(140));
    EXPECT_EQ(said.frames[1].publishers->error, Nanoseconds(7));
}

TEST(TakeEvent, PassesOverWhatItDoesNotKnow) {
    DemoSaid said;

    take_event("", said);
    take_event("no json", said);
    take_event("[1,2]", said);
    take_event(R"({"event":5})", said);
    take_event(R"({"event":"summary","frames":"many","stages":7})", said);

    EXPECT_FALSE(said.is_ready);
    ASSERT_TRUE(said.viewer_summary);
    EXPECT_EQ(said.viewer_summary->frames, 0U);
}

TEST(IsSuccess, WantsPicturesThatAreEqualColourfulAndAlive) {
    DemoComparison one_pixel_off = good_comparison();
    one_pixel_off.different = 1;
    DemoComparison grey = good_comparison();
    grey.colours = grey.min_colours - 1;
    DemoComparison frozen = good_comparison();
    frozen.changed_since_first = 0;

    EXPECT_TRUE(is_success(good_comparison()));
    EXPECT_FALSE(is_success(one_pixel_off));
    EXPECT_FALSE(is_success(grey));
    EXPECT_FALSE(is_success(frozen));
}

TEST(FormatComparison, SaysHowManyPixelsDiffer) {
    DemoComparison different = good_comparison();
    different.different = 3;

    EXPECT_TRUE(
        format_comparison(good_comparison()).starts_with("equal: 0 of 1024000 pixels differ"));
    EXPECT_TRUE(format_comparison(different).starts_with("not equal: 3 of 1024000 pixels differ"));
}

TEST(FormatTable, ShowsRatesStagesAndCopies) {
    DemoReport report;
    report.frames_per_second = 59.04;
    report.guest_copier = "guest X server";
    report.guest = DemoGuestSummary{.frames = 120, .bytes_moved = 800, .damaged_pixels = 100};
    report.viewer = DemoViewerSummary{
        .frames = 118, .relay = {.p50_us = 30, .p95_us = 1500}, .damaged_pixels = 100};
    report.cpu = {{"viewer", 1.25}};

    const std::string table = format_table(report);

    EXPECT_NE(table.find("frames/s          59.0\n"), std::string::npos) << table;
    EXPECT_NE(table.find("  relay                0.03     1.50     0.00\n"), std::string::npos)
        << table;
    EXPECT_NE(table.find("  guest X server        8.0\n"), std::string::npos) << table;
    EXPECT_NE(table.find("  host X server         4.0\n"), std::string::npos) << table;
}

DemoFrame frame_at(Nanoseconds changed, Nanoseconds captured, Nanoseconds taken) {
    return {.taken = taken,
            .publishers = DemoFrame::Publishers{changed, captured, std::chrono::microseconds(2)}};
}

TEST(SummariseKeys, GivesEachKeyTheLastFrameTakenBeforeItWasSeen) {
    using std::chrono::microseconds;
    const std::vector<DemoKeyTime> seen{{microseconds(1000), microseconds(1100)}};
    const std::vector<DemoFrame> frames{
        frame_at(microseconds(900), microseconds(950), microseconds(960)),
        frame_at(microseconds(1005), microseconds(1010), microseconds(1020)),
        frame_at(microseconds(1030), microseconds(1060), microseconds(1070)),
        frame_at(microseconds(1110), microseconds(1120), microseconds(1130))};

    const DemoKeys keys = summarise_keys(2, seen, frames);

    EXPECT_EQ(keys.pressed, 2U);
    EXPECT_EQ(keys.seen, 1U);
    EXPECT_EQ(keys.traced, 1U);
    EXPECT_DOUBLE_EQ(keys.to_guest.p50_us, 30);
    EXPECT_DOUBLE_EQ(keys.capture.p50_us, 30);
    EXPECT_DOUBLE_EQ(keys.relay.p50_us, 40);
    EXPECT_DOUBLE_EQ(keys.total.p50_us, 100);
    EXPECT_DOUBLE_EQ(keys.clock_error_us, 2);
}

TEST(SummariseKeys, KeepsTheWholeWhereNoFrameIsKnown) {
    const std::vector<DemoKeyTime> seen{{Nanoseconds(1000), Nanoseconds(4000)}};
    const std::vector<DemoFrame> unmatched{{.taken = Nanoseconds(2000), .publishers = {}}};

    const DemoKeys keys = summarise_keys(1, seen, unmatched);

    EXPECT_EQ(keys.traced, 0U);
    EXPECT_DOUBLE_EQ(keys.total.p99_us, 3);
}

TEST(SummariseKeys, KeepsStagesBelowZeroThatAWrongClockMakes) {
    const std::vector<DemoKeyTime> seen{{Nanoseconds(10'000), Nanoseconds(40'000)}};
    const std::vector<DemoFrame> frames{
        frame_at(Nanoseconds(9'000), Nanoseconds(20'000), Nanoseconds(30'000))};

    EXPECT_DOUBLE_EQ(summarise_keys(1, seen, frames).to_guest.p50_us, -1);
}

TEST(FormatTable, ShowsKeysWithTheirStagesAndHowManyWereSeen) {
    DemoReport report;
    report.keys = DemoKeys{.pressed = 200,
                           .seen = 199,
                           .traced = 199,
                           .relay = {.p50_us = 310},
                           .total = {.p50_us = 7910, .p99_us = 11'880},
                           .clock_error_us = 359.1};

    const std::string table = format_table(report);

    EXPECT_NE(table.find("(200 keys, 199 seen)\n"), std::string::npos) << table;
    EXPECT_NE(table.find("  relay and show       0.31     0.00     0.00\n"), std::string::npos)
        << table;
    EXPECT_NE(table.find("  in all               7.91     0.00    11.88\n"), std::string::npos)
        << table;
    EXPECT_NE(table.find("within 359.1 us"), std::string::npos) << table;
    EXPECT_FALSE(is_success(*report.keys));
}

bool is_gone(const std::string& path, Nanoseconds limit) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (std::filesystem::exists(path) && monotonic_now() < give_up) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return !std::filesystem::exists(path);
}

TEST(DemoFolder, GoesWithItsOwner) {
    std::string path;
    {
        const auto folder = DemoFolder::create("");
        ASSERT_TRUE(folder) << folder.error().message;
        path = (*folder)->path();
        std::ofstream(path + "/file") << "text";
        ASSERT_TRUE(std::filesystem::exists(path + "/file"));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(DemoFolder, GoesWithAProcessThatIsKilled) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    const pid_t owner = ::fork();
    if (owner == 0) {
        const std::string beside = testing::TempDir() + "oriel-demo-beside";
        std::filesystem::create_directory(beside);
        const auto folder = DemoFolder::create(beside);
        const std::string path = folder ? (*folder)->path() : "";
        std::ofstream(path + "/file") << "text";
        static_cast<void>(!::write(writer.get(), path.data(), path.size()));
        ::pause();
        ::_exit(0);
    }
    std::string path(256, '\0');
    const ssize_t length = ::read(reader.get(), path.data(), path.size());
    ASSERT_GT(length, 0);
    path.resize(static_cast<std::size_t>(length));
    EXPECT_TRUE(std::filesystem::exists(path + "/file"));

    ::kill(owner, SIGKILL);
    ::waitpid(owner, nullptr, 0);

    EXPECT_TRUE(is_gone(path, std::chrono::seconds(5))) << path;
    EXPECT_TRUE(is_gone(testing::TempDir() + "oriel-demo-beside", std::chrono::seconds(5)));
}

TEST(Xauthority, HoldsOneEntryForEveryDisplay) {
    const DemoCookie::Secret secret{0xAA, 1, 2, 3};

    const std::string file = xauthority(secret);

    const std::string head("\xFF\xFF\0\0\0\0\0\x12MIT-MAGIC-COOKIE-1\0\x10\xAA", 29);
    EXPECT_EQ(file.substr(0, 29), head);
    EXPECT_EQ(file.size(), 28 + secret.size());
}

TEST(DemoCookie, CanBeReadByPathWhileItLives) {
    const auto cookie = DemoCookie::create();
    ASSERT_TRUE(cookie);

    EXPECT_EQ(::access(cookie->path().c_str(), R_OK), 0);
}

}  // namespace
}  // namespace oriel
