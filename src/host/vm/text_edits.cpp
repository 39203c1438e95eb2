// SPDX-License-Identifier: MIT
#include "host/vm/text_edits.h"

#include <algorithm>
#include <utility>

namespace oriel {

void TextEdits::replace(std::size_t begin, std::size_t end, std::string by) {
    edits_.push_back({begin, edits_.size(), end, std::move(by)});
}

void TextEdits::remove_lines(std::string_view text, std::size_t begin, std::size_t end) {
    const std::size_t line = line_begin(text, begin);
    const bool is_alone =
        (line == 0 || text[line - 1] == '\n') && end < text.size() && text[end] == '\n';
    replace(is_alone ? line : begin, is_alone ? end + 1 : end, "");
}

std::string TextEdits::applied_to(std::string_view text) const {
    std::vector<Edit> sorted = edits_;
    std::ranges::sort(sorted, [](const Edit& one, const Edit& other) {
        return std::pair(one.begin, one.order) < std::pair(other.begin, other.order);
    });
    std::string result;
    std::size_t done = 0;
    for (const Edit& edit : sorted) {
        result += text.substr(done, edit.begin - done);
        result += edit.by;
        done = edit.end;
    }
    result += text.substr(done);
    return result;
}

std::size_t line_begin(std::string_view text, std::size_t at) {
    std::size_t begin = at;
    while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) {
        --begin;
    }
    return begin == 0 || text[begin - 1] == '\n' ? begin : at;
}

std::string indentation(std::string_view text, std::size_t at) {
    const std::size_t begin = line_begin(text, at);
    return std::string(text.substr(begin, at - begin));
}

}  // namespace oriel
