// SPDX-License-Identifier: MIT
#include "host/vm/text_diff.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

namespace oriel {
namespace {

constexpr std::size_t kContext = 3;

struct Line {
    char mark;  ///< ' ', '-' or '+'
    std::string_view text;
};

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// For each pair of places the length of the longest common sequence of lines behind them.
class CommonLines {
  public:
    CommonLines(const Lines& before, const Lines& after)
        : width_(after.size() + 1), lengths_((before.size() + 1) * width_) {
        for (std::size_t i = before.size(); i-- > 0;) {
            for (std::size_t j = after.size(); j-- > 0;) {
                at(i, j) = before[i] == after[j] ? at(i + 1, j + 1) + 1
                                                 : std::max(at(i + 1, j), at(i, j + 1));
            }
        }
    }

    std::uint32_t& at(std::size_t i, std::size_t j) { return lengths_[i * width_ + j]; }

  private:
    std::size_t width_;
    std::vector<std::uint32_t> lengths_;
};

/// Both texts as one list of marked lines. What they begin and end with is not searched, and what
/// is left is taken as a whole where it is too long to search.
std::vector<Line> merged(Lines before, Lines after) {
    constexpr std::size_t kMostPlaces = 16U << 20U;
    std::vector<Line> head;
    std::vector<Line> tail;
    while (!before.empty() && !after.empty() && before.back() == after.back()) {
        tail.push_back({' ', before.back()});
        before.pop_back();
        after.pop_back();
    }
    std::size_t i = 0;
    std::size_t j = 0;
    const auto first = std::ranges::mismatch(before, after);
    for (auto line = before.begin(); line != first.in1; ++line, ++i, ++j) {
        head.push_back({' ', *line});
    }
    before.erase(before.begin(), first.in1);
    after.erase(after.begin(), first.in2);
    i = 0;
    j = 0;
    const bool is_searched = before.size() * after.size() <= kMostPlaces;
    CommonLines common(is_searched ? before : Lines{}, is_searched ? after : Lines{});
    while (i < before.size() || j < after.size()) {
        if (is_searched && i < before.size() && j < after.size() && before[i] == after[j]) {
            head.push_back({' ', before[i]});
            ++i;
            ++j;
        } else if (i < before.size() && (j == after.size() || !is_searched ||
                                         common.at(i + 1, j) >= common.at(i, j + 1))) {
            head.push_back({'-', before[i++]});
        } else {
            head.push_back({'+', after[j++]});
        }
    }
    head.insert(head.end(), tail.rbegin(), tail.rend());
    return head;
}

/// Lines that are shown together.
struct Hunk {
    std::size_t begin;
    std::size_t end;
};

/// How far the lines have been shown, and which lines of the two texts come next, from 1.
struct Place {
    std::size_t index = 0;
    std::size_t old_line = 1;
    std::size_t new_line = 1;

    void advance(std::size_t olds, std::size_t news) {
        old_line += olds;
        new_line += news;
    }
};

/// The next change from `from` on, those near it, and what stands around them.
std::optional<Hunk> next_hunk(const std::vector<Line>& lines, std::size_t from) {
    std::size_t first = from;
    while (first < lines.size() && lines[first].mark == ' ') {
        ++first;
    }
    if (first == lines.size()) {
        return std::nullopt;
    }
    std::size_t end = first + 1;
    for (std::size_t i = end; i < lines.size() && i < end + 2 * kContext; ++i) {
        end = lines[i].mark == ' ' ? end : i + 1;
    }
    return Hunk{std::max(from, first - std::min(first, kContext)),
                std::min(end + kContext, lines.size())};
}

std::string without_passwords(std::string_view line) {
    std::string text(line);
    constexpr std::string_view kStart = "passwd=";
    const std::size_t at = text.find(kStart);
    if (at != std::string::npos && at + kStart.size() < text.size()) {
        const std::size_t begin = at + kStart.size() + 1;
        const std::size_t end = text.find(text[begin - 1], begin);
        text.replace(begin, end == std::string::npos ? end : end - begin, "...");
    }
    return text;
}

std::string shown(const Line& line, Colours colours) {
    const std::string text = fmt::format("{}{}", line.mark, without_passwords(line.text));
    if (colours == Colours::No || line.mark == ' ') {
        return text + "\n";
    }
    return fmt::format("\x1b[{}m{}\x1b[0m\n", line.mark == '+' ? 32 : 31, text);
}

}  // namespace

Colours colours_for_stdout() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours changes the environment
    const char* const refused = std::getenv("NO_COLOR");
    const bool is_refused = refused != nullptr && refused[0] != '\0';
    return ::isatty(STDOUT_FILENO) == 1 && !is_refused ? Colours::Yes : Colours::No;
}

std::string text_diff(std::string_view before, std::string_view after, Colours colours) {
    const std::vector<Line> lines = merged(lines_of(before), lines_of(after));
    std::string text;
    Place place;
    while (const std::optional<Hunk> hunk = next_hunk(lines, place.index)) {
        place.advance(hunk->begin - place.index, hunk->begin - place.index);
        std::string body;
        std::size_t olds = 0;
        std::size_t news = 0;
        for (std::size_t i = hunk->begin; i < hunk->end; ++i) {
            body += shown(lines[i], colours);
            olds += lines[i].mark == '+' ? 0U : 1U;
            news += lines[i].mark == '-' ? 0U : 1U;
        }
        text += fmt::format("@@ -{},{} +{},{} @@\n", place.old_line, olds, place.new_line, news);
        text += body;
        place.advance(olds, news);
        place.index = hunk->end;
    }
    return text;
}

}  // namespace oriel
