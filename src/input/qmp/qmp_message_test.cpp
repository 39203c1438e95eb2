// SPDX-License-Identifier: MIT
#include "input/qmp/qmp_message.h"

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

namespace oriel {
namespace {

using Kind = QmpMessage::Kind;

TEST(QmpMessage, ReadsWhatQemuSays) {
    const auto greeting = read_qmp_message(
        R"({"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": []}})");
    ASSERT_TRUE(greeting);
    EXPECT_EQ(greeting->kind, Kind::Greeting);

    const auto done = read_qmp_message("{\"return\": {}, \"id\": 17}\r");
    ASSERT_TRUE(done);
    EXPECT_EQ(done->kind, Kind::Return);
    EXPECT_EQ(done->id, 17U);
    EXPECT_FALSE(done->pointer);

    const auto refusal = read_qmp_message(
        R"({"id": 3, "error": {"class": "GenericError", "desc": "VM not\nrunning"}})");
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->kind, Kind::Refusal);
    EXPECT_EQ(refusal->text, "VM not running");

    EXPECT_EQ(read_qmp_message(R"({"event": "RESET", "data": {}})")->kind, Kind::Event);
}

TEST(QmpMessage, TakesThePointerFromTheCurrentMouse) {
    const auto pointer = [](const char* mice) {
        return read_qmp_message(std::string(R"({"return": )") + mice + "}")->pointer;
    };
    EXPECT_EQ(pointer("[]"), PointerMode::None);
    EXPECT_EQ(pointer(R"([{"name": "PS/2", "current": true, "absolute": false}])"),
              PointerMode::Relative);
    EXPECT_EQ(pointer(R"([{"current": false, "absolute": false},
                          {"current": true, "absolute": true}])"),
              PointerMode::Absolute);
    EXPECT_EQ(pointer(R"([1, null, {"current": 1}, {"absolute": true}])"), PointerMode::None);
}

TEST(QmpMessage, RefusesWhatIsNone) {
    for (const char* line : {"", "x", "[1]", "12", "null", "{}", "{\"return\"", "\xff\xfe"}) {
        EXPECT_FALSE(read_qmp_message(line)) << line;
    }
    // Deep, and wrong types where right ones are looked for.
    EXPECT_FALSE(read_qmp_message(std::string(60'000, '[')));
    EXPECT_TRUE(read_qmp_message(R"({"error": 3, "id": "x"})"));
    EXPECT_TRUE(read_qmp_message(R"({"error": {"desc": []}, "id": -1})"));
}

TEST(QmpMessage, BoundsWhatItRepeats) {
    const auto refusal =
        read_qmp_message(R"({"error": {"desc": ")" + std::string(5000, 'x') + "\"}}");
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->text.size(), kMaxQmpText);
}

TEST(QmpCommand, NamesKeysButtonsAndAxes) {
    const GuestInput key{
        .kind = GuestInput::Kind::Key, .press = Press::Down, .code = KEY_LEFTBRACE};
    EXPECT_EQ(
        qmp_event_command(key, 5),
        R"({"arguments":{"events":[{"data":{"down":true,"key":{"data":"bracket_left","type":"qcode"}},"type":"key"}]},"execute":"input-send-event","id":5})"
        "\n");

    const GuestInput scroll{.kind = GuestInput::Kind::Scroll, .x = -1};
    EXPECT_NE(qmp_event_command(scroll, 1).find("wheel-left"), std::string::npos);

    const GuestInput unknown{.kind = GuestInput::Kind::Key, .code = KEY_SEARCH};
    EXPECT_EQ(qmp_event_command(unknown, 1), "");
}

TEST(QmpCommand, CountsAnAxisInTheMiddleOfItsPixels) {
    for (const std::uint32_t size : {1U, 2U, 640U, 1280U, 1366U, 3840U, 8192U}) {
        for (std::uint32_t pixel = 0; pixel < size; ++pixel) {
            const std::uint32_t value = qmp_axis_value(pixel, size);
            ASSERT_LE(value, 32767U);
            ASSERT_EQ(value * size / 32768, pixel) << size;
        }
    }
}

}  // namespace
}  // namespace oriel
