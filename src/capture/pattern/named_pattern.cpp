// SPDX-License-Identifier: MIT
#include "capture/pattern/named_pattern.h"

#include "capture/pattern/pattern_source.h"

namespace oriel {
namespace {

constexpr std::string_view kPattern = "pattern";

Result<PatternOptions> options_of(std::string_view capture) {
    std::string_view text = capture.substr(kPattern.size());
    if (!text.empty() && text.front() == ':') {
        text.remove_prefix(1);
    }
    return PatternOptions::parse(text);
}

}  // namespace

bool names_pattern(std::string_view capture) {
    return capture == kPattern || capture.starts_with("pattern:") ||
           capture.starts_with("pattern,");
}

Result<void> check_named_pattern(std::string_view capture) {
    ORIEL_TRY(options_of(capture));
    return {};
}

Result<std::unique_ptr<Source>> open_named_pattern(std::string_view capture) {
    ORIEL_TRY_ASSIGN(const PatternOptions options, options_of(capture));
    return make_pattern_source(options);
}

}  // namespace oriel
