// SPDX-License-Identifier: MIT
#include "capture/kms/trace_line.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/parse_number.h"

namespace oriel::kms_capture {
namespace {

/// Ten years; a longer number is none of ours.
constexpr std::uint64_t kMostSeconds = 315'360'000;
constexpr std::size_t kMicroDigits = 6;

/// Takes the next word off `text`.
std::string_view next_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

/// "12.345678:"
std::optional<Nanoseconds> time_of(std::string_view word) {
    const std::size_t point = word.find('.');
    if (point == std::string_view::npos || word.size() != point + kMicroDigits + 2 ||
        word.back() != ':') {
        return std::nullopt;
    }
    const auto seconds = parse_number<std::uint64_t>(word.substr(0, point));
    const auto micros = parse_number<std::uint64_t>(word.substr(point + 1, kMicroDigits));
    if (!seconds || !micros || *seconds > kMostSeconds) {
        return std::nullopt;
    }
    return Nanoseconds(std::chrono::seconds(*seconds)) +
           std::chrono::microseconds(static_cast<std::int64_t>(*micros));
}

/// Past "[003] " of the line's own columns: the last such mark, for the task's name is in front.
std::optional<std::string_view> after_cpu(std::string_view line) {
    const std::size_t details = line.find(": (");
    const std::size_t close = line.substr(0, details).rfind("] ");
    if (close == std::string_view::npos) {
        return std::nullopt;
    }
    return line.substr(close + 2);
}

void note(const TraceLine& line, ChangeNotice& notice) {
    const auto* const probe = std::ranges::find_if(
        kTraceProbes, [&](const TraceProbe& each) { return each.name == line.name; });
    if (probe != std::end(kTraceProbes) && probe->about == TraceProbe::About::Cursor) {
        notice.is_cursor = true;
        return;
    }
    notice.is_content = true;
    if (!notice.since || line.time < *notice.since) {
        notice.since = line.time;
    }
}

}  // namespace

std::optional<TraceLine> parse_trace_line(std::string_view line) {
    auto rest = after_cpu(line);
    if (!rest) {
        return std::nullopt;
    }
    // The flags come first, on kernels and settings that print them.
    auto time = time_of(next_word(*rest));
    if (!time) {
        time = time_of(next_word(*rest));
    }
    const std::string_view name = next_word(*rest);
    if (!time || name.size() < 2 || name.back() != ':') {
        return std::nullopt;
    }
    return TraceLine{name.substr(0, name.size() - 1), *time};
}

ChangeNotice read_trace(std::string_view text) {
    ChangeNotice notice;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.empty()) {
            continue;
        }
        if (const auto parsed = parse_trace_line(line)) {
            note(*parsed, notice);
        } else {
            // "[LOST 12 EVENTS]", or a kernel that prints otherwise: something happened.
            notice.is_content = true;
        }
    }
    return notice;
}

}  // namespace oriel::kms_capture
