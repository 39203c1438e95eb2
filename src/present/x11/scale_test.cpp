// SPDX-License-Identifier: MIT
#include "present/x11/scale.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

TEST(X11Scale, IsTheDesktopsDotsPerInch) {
    EXPECT_EQ(scale_of_resources("Xft.antialias:\t1\nXft.dpi:\t144\nXft.hinting:\t1\n"), 1.5);
    EXPECT_EQ(scale_of_resources("Xft.dpi: 192"), 2);
    EXPECT_EQ(scale_of_resources("Xft.dpi:\t96\n"), 1);
}

TEST(X11Scale, IsOneWhereNobodySaysAnother) {
    EXPECT_EQ(scale_of_resources(""), 1);
    EXPECT_EQ(scale_of_resources("\n\nXcursor.size:\t24"), 1);
    EXPECT_EQ(scale_of_resources("emacs.Xft.dpi:\t144\n"), 1);
}

TEST(X11Scale, IsSensibleWhateverTheNumber) {
    EXPECT_EQ(scale_of_resources("Xft.dpi:\t"), 1);
    EXPECT_EQ(scale_of_resources("Xft.dpi:\tlarge\n"), 1);
    EXPECT_EQ(scale_of_resources("Xft.dpi:\t-96\n"), 1);
    EXPECT_EQ(scale_of_resources("Xft.dpi:\tnan\n"), 1);
    EXPECT_EQ(scale_of_resources("Xft.dpi:\t1e300\n"), 4);
    EXPECT_EQ(scale_of_resources("Xft.dpi:\t1\n"), 0.5);
}

}  // namespace
}  // namespace oriel
