// SPDX-License-Identifier: MIT
#include "base/nearest_word.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace oriel {
namespace {

/// Whoever typed more than that meant none of ours: the rest is not looked at.
constexpr std::size_t kMaxLetters = 64;

/// How many single letters have to be changed, added, left out or swapped with their neighbour.
std::size_t distance(std::string_view from, std::string_view to) {
    using Row = std::vector<std::size_t>;
    const std::size_t width = to.size() + 1;
    Row before_last(width);
    Row last(width);
    Row current(width);
    for (std::size_t column = 0; column < width; ++column) {
        last[column] = column;
    }
    for (std::size_t row = 1; row <= from.size(); ++row) {
        current[0] = row;
        for (std::size_t column = 1; column < width; ++column) {
            const std::size_t change = from[row - 1] == to[column - 1] ? 0 : 1;
            current[column] =
                std::min({last[column] + 1, current[column - 1] + 1, last[column - 1] + change});
            const bool is_swapped = row > 1 && column > 1 && from[row - 1] == to[column - 2] &&
                                    from[row - 2] == to[column - 1];
            if (is_swapped) {
                current[column] = std::min(current[column], before_last[column - 2] + 1);
            }
        }
        std::swap(before_last, last);
        std::swap(last, current);
    }
    return last[width - 1];
}

}  // namespace

std::string nearest_word(std::string_view typed, std::span<const std::string> words) {
    std::string best;
    std::size_t least = std::numeric_limits<std::size_t>::max();
    for (const std::string& word : words) {
        const std::size_t found = distance(typed.substr(0, kMaxLetters), word);
        if (found < least) {
            least = found;
            best = word;
        }
    }
    return best;
}

}  // namespace oriel
