// SPDX-License-Identifier: MIT
#include "host/status_report.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "viewer/status_text.h"

namespace oriel {
namespace {

constexpr unsigned kMiBShift = 20;

std::string broker_line(const RegionReport& report) {
    switch (report.broker) {
    case RegionReport::Broker::None:
        return "none (not a broker's region)";
    case RegionReport::Broker::Gone:
        return "gone";
    case RegionReport::Broker::Present:
        return report.is_vm_connected ? "running, a VM is connected" : "running";
    }
    return {};
}

std::string publisher_line(const SessionStatus& session) {
    if (session.protocol == RegionProtocol::LookingGlass) {
        return fmt::format("{} on {} {}, capturing by {}",
                           session.agent,
                           session.host_name.empty() ? "an unnamed system" : session.host_name,
                           session.uuid.empty() ? "(no UUID)" : session.uuid,
                           session.source);
    }
    return fmt::format("{} (pid {}) on {}, capturing {}",
                       session.agent,
                       session.process,
                       session.host_name,
                       session.source);
}

std::string output_line(const OutputReport& output) {
    if (output.newest == 0) {
        return fmt::format("{}, {} slots, no picture now (it rests while nobody looks)",
                           output.name,
                           output.slots);
    }
    return fmt::format("{}, {} x {}, {}, {} slots, newest frame {}",
                       output.name,
                       output.geometry.size.width,
                       output.geometry.size.height,
                       format_name(output.geometry.format),
                       output.slots,
                       output.newest);
}

std::string viewers_line(const RegionReport& report) {
    return report.viewers.empty()
               ? std::string("none")
               : fmt::format(
                     "{} (number {})", report.viewers.size(), fmt::join(report.viewers, ", "));
}

}  // namespace

const char* format_name(PixelFormat format) {
    switch (format) {
    case PixelFormat::Bgra8:
        return "BGRX 8 bit";
    case PixelFormat::Rgba8:
        return "RGBX 8 bit";
    case PixelFormat::Rgb10a2:
        return "RGB 10 bit";
    case PixelFormat::Rgba16f:
        return "RGBX 16 bit float";
    case PixelFormat::Bgr8:
        return "BGR 8 bit";
    case PixelFormat::Rgb8:
        return "RGB 8 bit";
    }
    return "unknown";
}

std::string state_line(const RegionReport& report) {
    if (report.session.state == SessionStatus::State::Live) {
        return "live";
    }
    std::string text = status_text(report.session, report.name, report.how_to_enlarge);
    std::ranges::replace(text, '\n', ' ');
    return text;
}

std::string status_text_of(const RegionReport& report) {
    std::string text;
    const auto line = [&text](const char* name, const std::string& value) {
        fmt::format_to(std::back_inserter(text), "  {:<11}{}\n", name, value);
    };
    fmt::format_to(std::back_inserter(text), "{}\n", report.name);
    line("memory", fmt::format("{} MiB", report.size >> kMiBShift));
    line("broker", broker_line(report));
    line("state", state_line(report));
    if (!report.session.agent.empty()) {
        line("publisher", publisher_line(report.session));
    }
    for (const OutputReport& output : report.outputs) {
        line("output", output_line(output));
    }
    if (const std::string cut = cut_off_text(report.session); !cut.empty()) {
        line("picture", cut);
    }
    line("viewers", viewers_line(report));
    line("frames/s", fmt::format("{:.1f}", report.frames_per_second));
    line("faults",
         report.faults == 0
             ? std::string("0")
             : fmt::format("{} (last: {})", report.faults, describe(report.last_fault)));
    return text;
}

}  // namespace oriel
