// SPDX-License-Identifier: MIT
#include "host/demo/demo_report.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace oriel {
namespace {

using Out = std::back_insert_iterator<std::string>;

double per(double amount, double of) {
    return of > 0 ? amount / of : 0;
}

void add_stage(Out out, const char* name, const DemoDurations& stage) {
    constexpr double kMicrosecondsPerMillisecond = 1000;
    fmt::format_to(out,
                   "  {:<16}{:>9.2f}{:>9.2f}{:>9.2f}\n",
                   name,
                   stage.p50_us / kMicrosecondsPerMillisecond,
                   stage.p95_us / kMicrosecondsPerMillisecond,
                   stage.p99_us / kMicrosecondsPerMillisecond);
}

void add_clock(Out out, double error_us) {
    if (error_us > 0) {
        fmt::format_to(out, "  (the two clocks match within {:.1f} us)\n", error_us);
    }
}

void add_frames(Out out, const DemoReport& report) {
    if (report.guest) {
        fmt::format_to(out, "{:<18}{}\n", "frames captured", report.guest->frames);
    }
    if (report.viewer) {
        fmt::format_to(out, "{:<18}{}\n", "frames shown", report.viewer->frames);
    }
    fmt::format_to(out, "{:<18}{:.1f}\n", "frames/s", report.frames_per_second);
}

void add_latency(Out out, const DemoViewerSummary& viewer) {
    fmt::format_to(out, "{:<18}{:>9}{:>9}{:>9}\n", "latency, ms", "p50", "p95", "p99");
    add_stage(out, "capture", viewer.capture);
    add_stage(out, "relay", viewer.relay);
    add_stage(out, "show", viewer.show);
    add_stage(out, "glass to glass", viewer.total);
    add_clock(out, viewer.clock_error_us);
}

void add_keys(Out out, const DemoKeys& keys) {
    fmt::format_to(out,
                   "{:<18}{:>9}{:>9}{:>9}  ({} keys, {} seen)\n",
                   "key to pixel, ms",
                   "p50",
                   "p95",
                   "p99",
                   keys.pressed,
                   keys.seen);
    if (keys.traced > 0) {
        add_stage(out, "to the guest", keys.to_guest);
        add_stage(out, "capture", keys.capture);
        add_stage(out, "relay and show", keys.relay);
    }
    add_stage(out, "in all", keys.total);
    add_clock(out, keys.clock_error_us);
}

void add_copies(Out out, const DemoReport& report) {
    const auto line = [out](const std::string& who, std::uint64_t bytes, std::uint64_t pixels) {
        fmt::format_to(out,
                       "  {:<16}{:>9.1f}\n",
                       who,
                       per(static_cast<double>(bytes), static_cast<double>(pixels)));
    };
    if (report.guest) {
        line(report.guest_copier, report.guest->bytes_moved, report.guest->damaged_pixels);
    }
    if (report.viewer) {
        constexpr std::uint64_t kBytesPerPixel = 4;
        const std::uint64_t pixels = report.viewer->damaged_pixels;
        line("viewer", report.viewer->bytes_copied, pixels);
        line("host X server", pixels * kBytesPerPixel, pixels);
    }
}

}  // namespace

bool is_success(const DemoComparison& comparison) {
    return comparison.different == 0 && comparison.colours >= comparison.min_colours &&
           comparison.changed_since_first > kDemoMinChanged;
}

bool is_success(const DemoKeys& keys) {
    return keys.seen == keys.pressed;
}

std::int64_t whole_seconds(Nanoseconds time) {
    return std::chrono::ceil<std::chrono::seconds>(time).count();
}

std::string format_table(const DemoReport& report) {
    std::string text;
    const Out out = std::back_inserter(text);
    add_frames(out, report);
    if (report.viewer && report.viewer->frames > 0) {
        add_latency(out, *report.viewer);
    }
    if (report.keys) {
        add_keys(out, *report.keys);
    }
    if (!report.cpu.empty()) {
        fmt::format_to(out, "cpu, % of one core\n");
        for (const DemoCpu& process : report.cpu) {
            fmt::format_to(out, "  {:<16}{:>9.1f}\n", process.label, process.percent);
        }
    }
    if (report.guest || report.viewer) {
        fmt::format_to(out, "bytes copied per changed pixel\n");
        add_copies(out, report);
    }
    return text;
}

std::string format_comparison(const DemoComparison& comparison) {
    std::string text = fmt::format("{}: {} of {} pixels differ",
                                   comparison.different == 0 ? "equal" : "not equal",
                                   comparison.different,
                                   comparison.size.area());
    fmt::format_to(std::back_inserter(text),
                   " ({} x {}, {} colours, {} pixels changed since the first frame)\n",
                   comparison.size.width,
                   comparison.size.height,
                   comparison.colours,
                   comparison.changed_since_first);
    if (comparison.colours < comparison.min_colours) {
        fmt::format_to(std::back_inserter(text),
                       "too few colours: at least {} belong to this scene\n",
                       comparison.min_colours);
    }
    if (comparison.changed_since_first <= kDemoMinChanged) {
        text += "the picture stood still: nothing moved since the viewer's first frame\n";
    }
    return text;
}

}  // namespace oriel
