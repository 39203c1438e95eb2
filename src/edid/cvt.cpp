// SPDX-License-Identifier: MIT
// Names and constants are those of VESA's CVT standard, versions 1.2 and 2.0. Times are in
// microseconds, clocks in MHz, as there.
#include "edid/cvt.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace oriel {
namespace {

constexpr std::uint32_t kCell = 8;
constexpr std::uint32_t kVerticalFrontPorch = 3;
constexpr std::uint32_t kMinVerticalBackPorch = 7;
constexpr double kMinSyncAndBackPorch = 550;
constexpr double kReducedMinBlank = 460;
constexpr double kClockStep = 0.25;
constexpr double kReduced2ClockStep = 0.001;

double floor_to(double value, double step) {
    // A sum that is exact on paper may come out a hair below the step.
    return std::floor(value / step + 1e-9) * step;
}

std::uint32_t lines(double value) {
    return static_cast<std::uint32_t>(std::floor(value));
}

std::uint64_t hertz(double megahertz) {
    return static_cast<std::uint64_t>(std::llround(megahertz * 1e6));
}

/// The sync pulse's width says the picture's shape.
std::uint32_t vertical_sync(const EdidMode& mode) {
    struct Shape {
        std::uint32_t across, down, lines;
    };

    constexpr std::array<Shape, 5> kShapes{
        {{4, 3, 4}, {16, 9, 5}, {16, 10, 6}, {5, 4, 7}, {15, 9, 7}}};
    constexpr std::uint32_t kOther = 10;
    const std::uint32_t width = mode.width / kCell * kCell;
    for (const Shape& shape : kShapes) {
        if (mode.height * shape.across / shape.down / kCell * kCell == width) {
            return shape.lines;
        }
    }
    return kOther;
}

Timing full(const EdidMode& mode, double frequency) {
    constexpr double kOffset = 30;     // C'
    constexpr double kGradient = 300;  // M'
    constexpr double kLeastDuty = 20;
    const double period =
        (1e6 / frequency - kMinSyncAndBackPorch) / (mode.height + kVerticalFrontPorch);
    const std::uint32_t sync = vertical_sync(mode);
    const std::uint32_t sync_and_back =
        std::max(lines(kMinSyncAndBackPorch / period) + 1, sync + kMinVerticalBackPorch);

    const double duty = std::max(kOffset - kGradient * period / 1000, kLeastDuty);
    const std::uint32_t blank = lines(mode.width * duty / (100 - duty) / (2 * kCell)) * 2 * kCell;
    const std::uint32_t total = mode.width + blank;
    const std::uint32_t horizontal_sync = lines(0.08 * total / kCell) * kCell;
    const std::uint32_t back = blank / 2;
    return {.horizontal = {mode.width,
                           blank - back - horizontal_sync,
                           horizontal_sync,
                           back,
                           SyncPolarity::Negative},
            .vertical = {mode.height,
                         kVerticalFrontPorch,
                         sync,
                         sync_and_back - sync,
                         SyncPolarity::Positive},
            .pixel_clock_hz = hertz(floor_to(total / period, kClockStep))};
}

double reduced_clock(const Timing& timing, double frequency, double step) {
    const double pixels = static_cast<double>(timing.horizontal.total()) * timing.vertical.total();
    return floor_to(frequency * pixels / 1e6, step);
}

/// Lines of blanking that last as long as the standard demands.
std::uint32_t reduced_blank(const EdidMode& mode, double frequency) {
    const double period = (1e6 / frequency - kReducedMinBlank) / mode.height;
    return lines(kReducedMinBlank / period) + 1;
}

Timing reduced(const EdidMode& mode, double frequency) {
    const std::uint32_t sync = vertical_sync(mode);
    const std::uint32_t blank = std::max(reduced_blank(mode, frequency),
                                         kVerticalFrontPorch + sync + kMinVerticalBackPorch);
    Timing timing{.horizontal = {mode.width, 48, 32, 80, SyncPolarity::Positive},
                  .vertical = {mode.height,
                               kVerticalFrontPorch,
                               sync,
                               blank - kVerticalFrontPorch - sync,
                               SyncPolarity::Negative}};
    timing.pixel_clock_hz = hertz(reduced_clock(timing, frequency, kClockStep));
    return timing;
}

Timing reduced2(const EdidMode& mode, double frequency) {
    constexpr std::uint32_t kSync = 8;
    constexpr std::uint32_t kBackPorch = 6;
    const std::uint32_t blank = std::max(reduced_blank(mode, frequency), 1 + kSync + kBackPorch);
    Timing timing{
        .horizontal = {mode.width, 8, 32, 40, SyncPolarity::Positive},
        .vertical = {
            mode.height, blank - kSync - kBackPorch, kSync, kBackPorch, SyncPolarity::Negative}};
    timing.pixel_clock_hz = hertz(reduced_clock(timing, frequency, kReduced2ClockStep));
    return timing;
}

}  // namespace

Result<Timing> cvt_timing(const EdidMode& mode, CvtFormula formula) {
    const double frequency = mode.refresh_mhz / 1000.0;
    if (formula == CvtFormula::Reduced2) {
        return reduced2(mode, frequency);
    }
    if (mode.width % kCell != 0) {
        return Failure(Error::usage(
            fmt::format("{} is no mode for this formula: its width has to be a multiple of {}; "
                        "take {}, or cvt-rb2",
                        mode.text(),
                        kCell,
                        mode.width / kCell * kCell)));
    }
    return formula == CvtFormula::Full ? full(mode, frequency) : reduced(mode, frequency);
}

}  // namespace oriel
