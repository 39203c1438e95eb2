// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace oriel {

/// Places of a text to be written anew, all at once; the rest keeps its bytes.
class TextEdits {
  public:
    /// Bytes from `begin` to before `end`. Places may not overlap; those at the same place are
    /// written in the order in which they were asked for.
    void replace(std::size_t begin, std::size_t end, std::string by);

    void insert(std::size_t at, std::string text) { replace(at, at, std::move(text)); }

    /// The bytes, and the line they stand on where nothing else does.
    void remove_lines(std::string_view text, std::size_t begin, std::size_t end);

    std::string applied_to(std::string_view text) const;

  private:
    struct Edit {
        std::size_t begin;
        std::size_t order;  ///< In which they were asked for.
        std::size_t end;
        std::string by;
    };

    std::vector<Edit> edits_;
};

/// Where the line with that place begins, if only blanks stand before it; else the place itself.
std::size_t line_begin(std::string_view text, std::size_t at);

/// The blanks between there and the place.
std::string indentation(std::string_view text, std::size_t at);

}  // namespace oriel
