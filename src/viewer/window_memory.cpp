// SPDX-License-Identifier: MIT
#include "viewer/window_memory.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "abi/region.h"
#include "base/linux/state_folder.h"
#include "base/log.h"

namespace oriel {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 4096;
constexpr std::size_t kMostName = 255;  // Of an output.
constexpr std::size_t kMostStem = 160;  // Of a file's name, which may have 255 bytes in all.
constexpr std::int64_t kFarthest = 32767;

/// A text as a part of a path: one for each, and none that means a folder or is hidden.
std::string file_stem(std::string_view text) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    std::string stem;
    std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a.
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        hash = (hash ^ byte) * 0x100000001B3U;
        const bool is_plain =
            kPlain.find(c) != std::string_view::npos && !(c == '.' && stem.empty());
        stem += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return stem.size() <= kMostStem ? stem
                                    : fmt::format("{}%{:016x}", stem.substr(0, kMostStem), hash);
}

std::optional<std::int64_t> number_in(const json& object,
                                      const char* name,
                                      std::int64_t least,
                                      std::int64_t most) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_integer()) {
        return std::nullopt;
    }
    // A number above what is signed would turn negative.
    if (found->is_number_unsigned() &&
        found->get<std::uint64_t>() > static_cast<std::uint64_t>(most)) {
        return std::nullopt;
    }
    const auto number = found->get<std::int64_t>();
    return number >= least && number <= most ? std::optional(number) : std::nullopt;
}

WindowPlace place_in(const json& object) {
    WindowPlace place;
    const auto width = number_in(object, "width", 1, abi::kMaxSide);
    const auto height = number_in(object, "height", 1, abi::kMaxSide);
    if (width && height) {
        place.size = Size{static_cast<std::uint32_t>(*width), static_cast<std::uint32_t>(*height)};
    }
    const auto x = number_in(object, "x", -kFarthest, kFarthest);
    const auto y = number_in(object, "y", -kFarthest, kFarthest);
    if (x && y) {
        place.position = {static_cast<std::int32_t>(*x), static_cast<std::int32_t>(*y)};
    }
    if (const auto output = object.find("output"); output != object.end() && output->is_string()) {
        const auto& name = output->get_ref<const std::string&>();
        place.output = name.size() <= kMostName ? name : "";
    }
    const auto full_screen = object.find("full-screen");
    place.is_full_screen =
        full_screen != object.end() && full_screen->is_boolean() && full_screen->get<bool>();
    return place;
}

std::string text_of(const WindowPlace& place) {
    json object = {{"full-screen", place.is_full_screen}};
    if (place.size) {
        object["width"] = place.size->width;
        object["height"] = place.size->height;
    }
    if (place.position) {
        object["x"] = place.position->x;
        object["y"] = place.position->y;
    }
    if (!place.output.empty()) {
        object["output"] = place.output;
    }
    return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string window_file_of(const std::string& target) {
    const std::string folder = state_folder();
    return folder.empty() ? "" : fmt::format("{}/windows/{}.json", folder, file_stem(target));
}

WindowMemory::WindowMemory(std::string path) : path_(std::move(path)) {
    read();
    written_ = place_;
}

void WindowMemory::read() {
    std::ifstream file(path_, std::ios::binary);
    if (!file) {
        return;
    }
    std::string text(kMostBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    const json object =
        text.size() > kMostBytes ? json() : json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) {
        log(LogLevel::Warning,
            fmt::format("{} does not say how the window was; it opens as for the first time",
                        path_));
        return;
    }
    place_ = place_in(object);
}

void WindowMemory::note(const WindowPlace& place, Nanoseconds now) {
    WindowPlace known = place;
    if (place_) {
        // Full screen hides how it was before; and a window that nobody sees is on no output.
        if (known.is_full_screen) {
            known.size = known.size ? known.size : place_->size;
            known.position = known.position ? known.position : place_->position;
        }
        known.output = known.output.empty() ? place_->output : known.output;
    }
    place_ = known;
    if (!last_write_ || now - *last_write_ >= kBetweenWrites) {
        last_write_ = now;
        finish();
    }
}

void WindowMemory::finish() {
    if (has_failed_ || place_ == written_) {
        return;
    }
    if (auto written = write(); !written) {
        has_failed_ = true;
        log(LogLevel::Warning,
            fmt::format("{}; the next viewer will not know how this window was "
                        "(--remember-window=false: it need not)",
                        written.error().message));
        return;
    }
    written_ = place_;
}

/// Whole or not at all, also with another viewer at it.
Result<void> WindowMemory::write() const {
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), error);
    if (error) {
        return Failure(Error::system("make the folder of " + path_, error.value()));
    }
    const std::string draft = fmt::format("{}.{}.new", path_, ::getpid());
    std::ofstream file(draft, std::ios::binary | std::ios::trunc);
    file << text_of(*place_);
    file.close();
    if (!file || std::rename(draft.c_str(), path_.c_str()) != 0) {
        const int why = errno;
        std::remove(draft.c_str());
        return Failure(Error::system("write " + path_, why));
    }
    return {};
}

}  // namespace oriel
