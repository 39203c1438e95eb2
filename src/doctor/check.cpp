// SPDX-License-Identifier: MIT
#include "doctor/check.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/output.h"

namespace oriel {
namespace {

const char* word_of(Check::State state) {
    switch (state) {
    case Check::State::Ok:
        return "ok";
    case Check::State::Warn:
        return "warn";
    case Check::State::Fail:
        return "fail";
    }
    return "";
}

}  // namespace

Check Check::ok(std::string name, std::string found) {
    return {std::move(name), State::Ok, std::move(found), {}};
}

Check Check::warn(std::string name, std::string found, std::string cure) {
    return {std::move(name), State::Warn, std::move(found), std::move(cure)};
}

Check Check::fail(std::string name, std::string found, std::string cure) {
    return {std::move(name), State::Fail, std::move(found), std::move(cure)};
}

std::string check_text(const Check& check) {
    const std::string line =
        fmt::format("{:<4}  {:<10}  {}", word_of(check.state), check.name, check.found);
    return check.cure.empty() ? line : fmt::format("{}: {}", line, check.cure);
}

std::string check_json(const Check& check) {
    const nlohmann::json object = {{"check", check.name},
                                   {"state", word_of(check.state)},
                                   {"found", check.found},
                                   {"cure", check.cure}};
    return json_text(object);
}

int report_checks(std::span<const Check> checks, CheckOutput output) {
    for (const Check& check : checks) {
        print_line(output == CheckOutput::Json ? check_json(check) : check_text(check));
    }
    const auto is_failure = [](const Check& check) {
        return check.state == Check::State::Fail;
    };
    return std::ranges::any_of(checks, is_failure) ? 1 : 0;
}

}  // namespace oriel
