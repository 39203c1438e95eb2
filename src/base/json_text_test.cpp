// SPDX-License-Identifier: MIT
#include "base/json_text.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace oriel {
namespace {

TEST(JsonText, ReplacesBytesThatAreNoUtf8) {
    EXPECT_EQ(json_text(nlohmann::json{{"path", "/tmp/\xFF\ny"}}),
              "{\"path\":\"/tmp/\xEF\xBF\xBD\\ny\"}");
}

TEST(JsonText, KeepsAnOrder) {
    EXPECT_EQ(json_text(nlohmann::ordered_json{{"b", "\xC3"}, {"a", 1}}),
              "{\"b\":\"\xEF\xBF\xBD\",\"a\":1}");
}

}  // namespace
}  // namespace oriel
