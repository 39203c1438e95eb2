// SPDX-License-Identifier: MIT
#include "input/key_table.h"

#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

namespace oriel {
namespace {

TEST(KeyTable, GivesEachKeyCodesOfItsOwn) {
    std::set<std::uint16_t> scans;
    std::set<std::string> qcodes;
    for (const KeyName& row : all_keys()) {
        EXPECT_TRUE(scans.insert(row.scan).second) << row.key;
        EXPECT_TRUE(row.qcode == nullptr || qcodes.insert(row.qcode).second) << row.key;
        // Its top bit says that a key comes up.
        EXPECT_EQ(row.scan & ~(kExtendedScan | 0x7fU), 0U) << row.key;
        EXPECT_EQ(find_key(row.key), &row);
    }
}

TEST(KeyTable, HasEveryKeyOfAKeyboard) {
    for (std::uint32_t key = KEY_ESC; key <= KEY_KPDOT; ++key) {
        EXPECT_NE(find_key(key), nullptr) << key;
    }
    constexpr std::array<std::uint32_t, 20> kMore{
        KEY_102ND,   KEY_F11,      KEY_F12,       KEY_KPENTER,      KEY_RIGHTCTRL,
        KEY_KPSLASH, KEY_SYSRQ,    KEY_RIGHTALT,  KEY_HOME,         KEY_PAGEDOWN,
        KEY_INSERT,  KEY_DELETE,   KEY_PAUSE,     KEY_LEFTMETA,     KEY_COMPOSE,
        KEY_MUTE,    KEY_VOLUMEUP, KEY_PLAYPAUSE, KEY_PREVIOUSSONG, KEY_NEXTSONG};
    for (const std::uint32_t key : kMore) {
        EXPECT_NE(find_key(key), nullptr) << key;
    }
    EXPECT_EQ(find_key(0), nullptr);
    EXPECT_EQ(find_key(KEY_MAX), nullptr);
}

}  // namespace
}  // namespace oriel
