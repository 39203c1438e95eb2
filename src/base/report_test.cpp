// SPDX-License-Identifier: MIT
#include "base/report.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(ReportFailure, TellsWhatWasTypedWrongFromWhatFailed) {
    EXPECT_EQ(report_failure(Error::usage("no such option")), 2);
    EXPECT_EQ(report_failure(Error::not_found("no such region")), 1);
}

TEST(UsageLine, IsOneLowerCaseLine) {
    EXPECT_EQ(usage_line("The following\nwas not expected"),
              "the following was not expected (see --help)");
    EXPECT_EQ(usage_line("A subcommand is required"), "a subcommand is required (see --help)");
}

TEST(UsageLine, KeepsAnOptionsSpelling) {
    EXPECT_EQ(usage_line("--size: bad"), "--size: bad (see --help)");
    EXPECT_EQ(usage_line("DISPLAY: bad"), "DISPLAY: bad (see --help)");
}

}  // namespace
}  // namespace oriel
