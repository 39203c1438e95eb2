// SPDX-License-Identifier: MIT
#include "host/bench/bench_figure.h"

#include <limits>

#include <gtest/gtest.h>

namespace oriel {
namespace {

using Side = BenchFigure::Budget::Side;
using Of = BenchFigure::Budget::Of;

BenchFigure figure_of(double measured, double limit, BenchFigure::Budget budget) {
    return {.bench = "relay-4k",
            .what = "frames",
            .measured = measured,
            .unit = "1/s",
            .limit = BenchFigure::Limit{limit, "memcpy"},
            .budget = budget};
}

TEST(BenchFigure, MeetsABudgetExactly) {
    EXPECT_TRUE(figure_of(90, 100, {Side::AtLeast, Of::Ratio, 0.9}).is_met());
    EXPECT_TRUE(figure_of(130, 100, {Side::AtMost, Of::Ratio, 1.3}).is_met());
}

TEST(BenchFigure, MissesABudgetOnItsOwnSide) {
    EXPECT_FALSE(figure_of(89, 100, {Side::AtLeast, Of::Ratio, 0.9}).is_met());
    EXPECT_FALSE(figure_of(131, 100, {Side::AtMost, Of::Ratio, 1.3}).is_met());
}

TEST(BenchFigure, TellsHowFarABudgetIsMissed) {
    EXPECT_DOUBLE_EQ(figure_of(45, 100, {Side::AtLeast, Of::Ratio, 0.9}).missed_by(), 0.5);
    EXPECT_DOUBLE_EQ(figure_of(300, 100, {Side::AtMost, Of::Ratio, 2.0}).missed_by(), 0.5);
    EXPECT_DOUBLE_EQ(figure_of(99, 100, {Side::AtLeast, Of::Ratio, 0.9}).missed_by(), 0.0);
}

TEST(BenchFigure, JudgesTheNumberItselfWhereTheBudgetSaysSo) {
    EXPECT_TRUE(figure_of(149, 1, {Side::AtMost, Of::Measured, 150}).is_met());
    EXPECT_FALSE(figure_of(151, 1000, {Side::AtMost, Of::Measured, 150}).is_met());
}

TEST(BenchFigure, MissesARatioThatCouldNotBeTold) {
    EXPECT_FALSE(figure_of(100, 0, {Side::AtLeast, Of::Ratio, 0.9}).is_met());
    EXPECT_FALSE(
        figure_of(std::numeric_limits<double>::quiet_NaN(), 100, {Side::AtMost, Of::Ratio, 0.9})
            .is_met());
}

TEST(BenchFigure, MeetsWhatHasNoBudget) {
    BenchFigure figure = figure_of(1, 1, {Side::AtLeast, Of::Ratio, 2});
    figure.budget.reset();

    EXPECT_TRUE(figure.is_met());
}

TEST(BenchText, SaysByHowMuchABudgetIsMissed) {
    const auto line = bench_text(figure_of(45, 100, {Side::AtLeast, Of::Ratio, 0.9}));

    EXPECT_NE(line.find("45.0 1/s"), std::string::npos) << line;
    EXPECT_NE(line.find("0.450"), std::string::npos) << line;
    EXPECT_NE(line.find("MISSED by 50.0 %"), std::string::npos) << line;
}

TEST(BenchJson, CarriesWhatTheContractNames) {
    const auto line = bench_json(figure_of(95, 100, {Side::AtLeast, Of::Ratio, 0.9}));

    for (const char* part : {R"("bench":"relay-4k")",
                             R"("measured":95.0)",
                             R"("limit":100.0)",
                             R"("ratio":0.95)",
                             R"("budget":0.9)",
                             R"("met":true)"}) {
        EXPECT_NE(line.find(part), std::string::npos) << part << " in " << line;
    }
}

TEST(BenchJson, SaysNullWhereThereIsNoLimit) {
    BenchFigure figure = figure_of(95, 100, {Side::AtMost, Of::Measured, 100});
    figure.limit.reset();

    EXPECT_NE(bench_json(figure).find(R"("ratio":null)"), std::string::npos);
}

}  // namespace
}  // namespace oriel
