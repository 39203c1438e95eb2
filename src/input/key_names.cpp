// SPDX-License-Identifier: MIT
#include "input/key_names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <linux/input-event-codes.h>

#include "base/nearest_word.h"
#include "input/key_table.h"

namespace oriel {
namespace {

struct Alias {
    std::string_view name;
    std::uint32_t key;
};

/// Beside QEMU's names: what people say.
constexpr std::array kAliases = {
    Alias{"enter", KEY_ENTER},
    Alias{"return", KEY_ENTER},
    Alias{"escape", KEY_ESC},
    Alias{"space", KEY_SPACE},
    Alias{"del", KEY_DELETE},
    Alias{"ins", KEY_INSERT},
    Alias{"pageup", KEY_PAGEUP},
    Alias{"pagedown", KEY_PAGEDOWN},
    Alias{"leftctrl", KEY_LEFTCTRL},
    Alias{"rightctrl", KEY_RIGHTCTRL},
    Alias{"leftalt", KEY_LEFTALT},
    Alias{"rightalt", KEY_RIGHTALT},
    Alias{"altgr", KEY_RIGHTALT},
    Alias{"leftshift", KEY_LEFTSHIFT},
    Alias{"rightshift", KEY_RIGHTSHIFT},
    Alias{"super", KEY_LEFTMETA},
    Alias{"leftsuper", KEY_LEFTMETA},
    Alias{"rightsuper", KEY_RIGHTMETA},
    Alias{"capslock", KEY_CAPSLOCK},
    Alias{"numlock", KEY_NUMLOCK},
    Alias{"scrolllock", KEY_SCROLLLOCK},
    Alias{"printscreen", KEY_SYSRQ},
    Alias{"sysrq", KEY_SYSRQ},
};

std::optional<std::uint32_t> key_called(std::string_view name) {
    const auto* const alias = std::ranges::find(kAliases, name, &Alias::name);
    if (alias != kAliases.end()) {
        return alias->key;
    }
    for (const KeyName& row : all_keys()) {
        if (row.qcode != nullptr && name == row.qcode) {
            return row.key;
        }
    }
    return std::nullopt;
}

std::string nearest_key(std::string_view name) {
    std::vector<std::string> names;
    for (const Alias& alias : kAliases) {
        names.emplace_back(alias.name);
    }
    for (const KeyName& row : all_keys()) {
        if (row.qcode != nullptr) {
            names.emplace_back(row.qcode);
        }
    }
    return nearest_word(name, names);
}

Result<KeyStroke> parse_stroke(std::string_view text) {
    KeyStroke stroke;
    bool is_last = false;
    while (!is_last) {
        const std::size_t end = text.find('+');
        is_last = end == std::string_view::npos;
        const std::string_view name = text.substr(0, end);
        text.remove_prefix(is_last ? text.size() : end + 1);
        const auto key = key_called(name);
        if (!key) {
            return Failure(Error::usage(fmt::format(
                "no key is called '{}'; the nearest is '{}'", name, nearest_key(name))));
        }
        if (stroke.size() == kMaxKeysInAStroke) {
            return Failure(Error::usage(
                fmt::format("at most {} keys can be pressed together", kMaxKeysInAStroke)));
        }
        stroke.push_back(*key);
    }
    return stroke;
}

/// A key of the US layout, and what is on it without and with Shift.
struct Cap {
    std::uint32_t key;
    char plain;
    char shifted;
};

constexpr std::array kCaps = {
    Cap{KEY_GRAVE, '`', '~'},      Cap{KEY_1, '1', '!'},         Cap{KEY_2, '2', '@'},
    Cap{KEY_3, '3', '#'},          Cap{KEY_4, '4', '$'},         Cap{KEY_5, '5', '%'},
    Cap{KEY_6, '6', '^'},          Cap{KEY_7, '7', '&'},         Cap{KEY_8, '8', '*'},
    Cap{KEY_9, '9', '('},          Cap{KEY_0, '0', ')'},         Cap{KEY_MINUS, '-', '_'},
    Cap{KEY_EQUAL, '=', '+'},      Cap{KEY_LEFTBRACE, '[', '{'}, Cap{KEY_RIGHTBRACE, ']', '}'},
    Cap{KEY_BACKSLASH, '\\', '|'}, Cap{KEY_SEMICOLON, ';', ':'}, Cap{KEY_APOSTROPHE, '\'', '"'},
    Cap{KEY_COMMA, ',', '<'},      Cap{KEY_DOT, '.', '>'},       Cap{KEY_SLASH, '/', '?'},
    Cap{KEY_SPACE, ' ', ' '},      Cap{KEY_ENTER, '\n', '\n'},   Cap{KEY_TAB, '\t', '\t'},
    Cap{KEY_A, 'a', 'A'},          Cap{KEY_B, 'b', 'B'},         Cap{KEY_C, 'c', 'C'},
    Cap{KEY_D, 'd', 'D'},          Cap{KEY_E, 'e', 'E'},         Cap{KEY_F, 'f', 'F'},
    Cap{KEY_G, 'g', 'G'},          Cap{KEY_H, 'h', 'H'},         Cap{KEY_I, 'i', 'I'},
    Cap{KEY_J, 'j', 'J'},          Cap{KEY_K, 'k', 'K'},         Cap{KEY_L, 'l', 'L'},
    Cap{KEY_M, 'm', 'M'},          Cap{KEY_N, 'n', 'N'},         Cap{KEY_O, 'o', 'O'},
    Cap{KEY_P, 'p', 'P'},          Cap{KEY_Q, 'q', 'Q'},         Cap{KEY_R, 'r', 'R'},
    Cap{KEY_S, 's', 'S'},          Cap{KEY_T, 't', 'T'},         Cap{KEY_U, 'u', 'U'},
    Cap{KEY_V, 'v', 'V'},          Cap{KEY_W, 'w', 'W'},         Cap{KEY_X, 'x', 'X'},
    Cap{KEY_Y, 'y', 'Y'},          Cap{KEY_Z, 'z', 'Z'},
};

/// The bytes of the character that starts there: all of it, for a message.
std::string_view character_at(std::string_view text, std::size_t place) {
    std::size_t end = place + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        ++end;
    }
    return text.substr(place, end - place);
}

Error no_key_for(std::string_view character) {
    const auto byte = static_cast<unsigned char>(character[0]);
    const std::string shown = byte < 0x20 || byte == 0x7f
                                  ? fmt::format("the control character {}", byte)
                                  : fmt::format("'{}'", character);
    return Error::usage(fmt::format("{} is on no key of a US keyboard: nothing was typed", shown));
}

}  // namespace

Result<std::vector<KeyStroke>> parse_key_strokes(std::string_view text) {
    std::vector<KeyStroke> strokes;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) {
            ORIEL_TRY_ASSIGN(KeyStroke stroke, parse_stroke(text.substr(0, end)));
            strokes.push_back(std::move(stroke));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (strokes.empty()) {
        return Failure(Error::usage("no keys are named: write them as ctrl+alt+delete"));
    }
    return strokes;
}

Result<std::vector<KeyStroke>> strokes_of_text(std::string_view text, bool caps_lock) {
    std::vector<KeyStroke> strokes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto* const cap = std::ranges::find_if(
            kCaps, [c](const Cap& row) { return row.plain == c || row.shifted == c; });
        if (cap == kCaps.end()) {
            return Failure(no_key_for(character_at(text, i)));
        }
        const bool is_letter = cap->plain >= 'a' && cap->plain <= 'z';
        const bool is_shifted = (cap->plain != c) != (is_letter && caps_lock);
        strokes.push_back(is_shifted ? KeyStroke{KEY_LEFTSHIFT, cap->key} : KeyStroke{cap->key});
    }
    return strokes;
}

}  // namespace oriel
