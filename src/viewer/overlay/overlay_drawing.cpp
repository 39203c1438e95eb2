// SPDX-License-Identifier: MIT
#include "viewer/overlay/overlay_drawing.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "viewer/overlay/painter.h"

namespace oriel {
namespace {

using Align = Painter::Style::Align;
using Weight = Painter::Style::Weight;

constexpr std::uint32_t kBackground = 0x14171B;
constexpr std::uint32_t kRaised = 0x1E2228;
constexpr std::uint32_t kLine = 0x2C3138;
constexpr std::uint32_t kText = 0xE6E8EB;
constexpr std::uint32_t kDim = 0x8A929D;
constexpr std::uint32_t kGood = 0x58B5A4;
constexpr std::uint32_t kSlow = 0xDDB25A;
constexpr std::uint32_t kBad = 0xDB6F61;

constexpr double kMargin = 16;
constexpr double kInner = FiguresPage::Graph::kColumns;  // A column for each unit of width.
constexpr double kWidth = kInner + 2 * kMargin;
constexpr double kRow = 20;
constexpr double kGap = 10;  // Above and below a line between parts.
constexpr double kLabel = 82;
constexpr double kGraphHeight = 72;
constexpr double kSmall = 11;
constexpr double kState = 96;
constexpr double kBetweenWarnings = 3;

constexpr Painter::Style kPlain{.rgb = kText};
constexpr Painter::Style kValue{.rgb = kText, .fit = Painter::Style::Fit::Wrap};
constexpr Painter::Style kQuiet{.rgb = kDim};
constexpr Painter::Style kFootnote{.rgb = kDim, .height = kSmall};
constexpr Painter::Style kTitle{.rgb = kText, .height = 15, .weight = Weight::Bold};
constexpr Painter::Style kWarning{.rgb = kSlow, .height = 12, .fit = Painter::Style::Fit::Wrap};

/// A page of the usual width, from top to bottom.
class Sheet {
  public:
    Sheet(double width, double height, const WindowArea& area)
        : scale_(fitting_scale(width, height, area)),
          width_(width),
          painter_({pixels(width), pixels(height)}, scale_, kBackground) {}

    static bool fits(const WindowArea& area) {
        constexpr std::uint32_t kLeast = 32;
        return area.size.width >= kLeast && area.size.height >= kLeast;
    }

    void skip(double height) { y_ += height; }

    void line() {
        skip(kGap);
        painter_.fill({kMargin, y_, width_ - 2 * kMargin, 1}, kLine);
        skip(1 + kGap);
    }

    /// In the row that begins here.
    void text(double x, double width, const std::string& text, const Painter::Style& style) {
        painter_.text(kMargin + x, y_, width, text, style);
    }

    double paragraph(const std::string& text, const Painter::Style& style) {
        return painter_.text(kMargin, y_, width_ - 2 * kMargin, text, style);
    }

    void fill(double x, double y, double width, double height, std::uint32_t rgb) {
        painter_.fill({kMargin + x, y_ + y, width, height}, rgb);
    }

    LayerImage take() { return painter_.take(); }

  private:
    static double fitting_scale(double width, double height, const WindowArea& area) {
        return std::min({area.scale, area.size.width / width, area.size.height / height});
    }

    std::uint32_t pixels(double length) const {
        // A hair less, lest a product that should be whole becomes one more.
        constexpr double kHair = 1e-6;
        return std::max(static_cast<std::uint32_t>(std::ceil(length * scale_ - kHair)), 1U);
    }

    double scale_;
    double width_;
    double y_ = 0;
    Painter painter_;
};

double height_of(const FiguresPage::Row& row) {
    constexpr double kBetweenRows = 4;
    return std::max(
        std::ceil(Painter::measure(row.value, kInner - kLabel, kValue).height) + kBetweenRows,
        kRow);
}

double height_of(const std::vector<FiguresPage::Row>& rows) {
    return std::accumulate(rows.begin(), rows.end(), 0.0, [](double sum, const auto& row) {
        return sum + height_of(row);
    });
}

void draw_rows(Sheet& sheet, const std::vector<FiguresPage::Row>& rows) {
    for (const FiguresPage::Row& row : rows) {
        sheet.text(0, kLabel, row.label, kQuiet);
        sheet.text(kLabel, kInner - kLabel, row.value, kValue);
        sheet.skip(height_of(row));
    }
}

void draw_stages(Sheet& sheet, const std::vector<FiguresPage::Stage>& stages) {
    constexpr double kNumber = 52;
    constexpr double kSecond = kLabel + kNumber + 8;
    constexpr double kWhat = kSecond + kNumber + 14;
    Painter::Style number = kPlain;
    number.align = Align::Right;
    Painter::Style head = kFootnote;
    head.align = Align::Right;
    sheet.text(0, kLabel, "ms, last 10 s", kFootnote);
    sheet.text(kLabel, kNumber, "p50", head);
    sheet.text(kSecond, kNumber, "p99", head);
    sheet.skip(kRow - 2);
    for (const FiguresPage::Stage& stage : stages) {
        sheet.text(0, kLabel, stage.label, kQuiet);
        sheet.text(kLabel, kNumber, stage.p50, number);
        sheet.text(kSecond, kNumber, stage.p99, number);
        sheet.skip(1.5);
        sheet.text(kWhat, kInner - kWhat, stage.what, kFootnote);
        sheet.skip(kRow - 1.5);
    }
}

std::uint32_t bar_colour(double bar, double period) {
    return bar <= period ? kGood : bar <= 2 * period ? kSlow : kBad;
}

void draw_graph(Sheet& sheet, const FiguresPage::Graph& graph) {
    Painter::Style right = kFootnote;
    right.align = Align::Right;
    sheet.text(0, kInner, graph.title, kFootnote);
    sheet.text(0, kInner, graph.top, right);
    sheet.skip(kRow - 2);
    sheet.fill(0, 0, kInner, kGraphHeight, kRaised);
    for (std::size_t column = 0; column < graph.bars.size(); ++column) {
        const double bar = graph.bars[column];
        if (bar >= 0) {
            const double height = std::max(bar * kGraphHeight, 1.0);
            sheet.fill(static_cast<double>(column),
                       kGraphHeight - height,
                       1,
                       height,
                       bar_colour(bar, graph.period));
        }
    }
    if (graph.period < 1) {
        sheet.fill(0, kGraphHeight * (1 - graph.period), kInner, 1, kLine);
    }
    sheet.skip(kGraphHeight);
}

double height_of_warnings(const std::vector<std::string>& warnings) {
    return std::accumulate(
        warnings.begin(), warnings.end(), 0.0, [](double sum, const std::string& warning) {
            return sum + std::ceil(Painter::measure(warning, kInner, kWarning).height) +
                   kBetweenWarnings;
        });
}

}  // namespace

LayerImage draw_figures(const FiguresPage& page, const WindowArea& area) {
    if (!Sheet::fits(area)) {
        return {};
    }
    constexpr double kLineHeight = 2 * kGap + 1;
    const double stages = static_cast<double>(page.stages.size() + 1) * kRow - 2;
    const double graph = kRow - 2 + kGraphHeight;
    const double warnings =
        page.warnings.empty() ? 0 : height_of_warnings(page.warnings) + kLineHeight;
    const double height = kMargin + 18 + kLineHeight + height_of(page.rates) + kLineHeight +
                          stages + kGap + graph + kLineHeight + height_of(page.facts) + warnings +
                          kGap + kSmall + kMargin;
    Sheet sheet(kWidth, height, area);
    sheet.skip(kMargin - 4);
    sheet.text(0, kInner - kState, page.title, kTitle);
    const Painter::Style state{.rgb = page.is_live ? kGood : kSlow, .align = Align::Right};
    sheet.skip(2);
    sheet.text(0, kInner, page.state, state);
    sheet.skip(20);
    sheet.line();
    draw_rows(sheet, page.rates);
    sheet.line();
    draw_stages(sheet, page.stages);
    sheet.skip(kGap);
    draw_graph(sheet, page.graph);
    sheet.line();
    draw_rows(sheet, page.facts);
    if (!page.warnings.empty()) {
        sheet.line();
        for (const std::string& warning : page.warnings) {
            sheet.skip(std::ceil(sheet.paragraph(warning, kWarning)) + kBetweenWarnings);
        }
    }
    sheet.skip(kGap);
    sheet.text(0, kInner, page.footer, kFootnote);
    return sheet.take();
}

LayerImage draw_help(const HelpPage& page, const WindowArea& area) {
    if (!Sheet::fits(area)) {
        return {};
    }
    constexpr double kHelpRow = 26;
    constexpr double kCap = 20;
    constexpr double kBeside = 8;
    constexpr Painter::Style kKey{.rgb = kText, .height = 12, .weight = Weight::Bold};
    double keys = 0;
    for (const HelpPage::Row& row : page.rows) {
        keys = std::max(keys, std::ceil(Painter::measure(row.keys, kInner, kKey).width));
    }
    const double what_at = keys + 2 * kBeside + 14;
    double what = 0;
    for (const HelpPage::Row& row : page.rows) {
        what = std::max(what, std::ceil(Painter::measure(row.what, kInner * 2, kPlain).width));
    }
    const double width = what_at + what + 2 + 2 * kMargin;
    const double height = kMargin + 22 + 2 * kGap + 1 +
                          static_cast<double>(page.rows.size()) * kHelpRow + kMargin - 8;
    Sheet sheet(width, height, area);
    sheet.skip(kMargin - 4);
    sheet.text(0, width - 2 * kMargin, page.title, kTitle);
    sheet.skip(22);
    sheet.line();
    for (const HelpPage::Row& row : page.rows) {
        const double cap = std::ceil(Painter::measure(row.keys, kInner, kKey).width) + 2 * kBeside;
        sheet.fill(0, 0, cap, kCap, kLine);
        sheet.skip(2.5);
        sheet.text(kBeside, keys + 1, row.keys, kKey);
        sheet.skip(-1);
        sheet.text(what_at, what + 2, row.what, kPlain);
        sheet.skip(kHelpRow - 1.5);
    }
    return sheet.take();
}

LayerImage draw_hint(const std::string& text, const WindowArea& area) {
    if (!Sheet::fits(area)) {
        return {};
    }
    const double width = std::ceil(Painter::measure(text, kInner, kPlain).width) + 1;
    Sheet sheet(width + 2 * kMargin, kRow + kMargin, area);
    sheet.skip(kMargin / 2 + 2);
    sheet.text(0, width, text, kPlain);
    return sheet.take();
}

}  // namespace oriel
