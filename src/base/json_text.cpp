// SPDX-License-Identifier: MIT
#include "base/json_text.h"

#include <nlohmann/json.hpp>

namespace oriel {
namespace {

template <class Json>
std::string text_of(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string json_text(const nlohmann::json& value) {
    return text_of(value);
}

std::string json_text(const nlohmann::ordered_json& value) {
    return text_of(value);
}

}  // namespace oriel
