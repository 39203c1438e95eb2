// SPDX-License-Identifier: MIT
#include "host/overview.h"

#include <iterator>

#include <fmt/format.h>

#include "base/output.h"
#include "base/report.h"
#include "host/status_watch.h"

namespace oriel {
namespace {

struct Step {
    std::string purpose;
    std::string command;
};

/// What a region lacks most.
Step next_step(const RegionReport& region) {
    if (region.session.state == SessionStatus::State::Waiting &&
        region.session.reason == abi::kReasonRegionTooSmall) {
        return {"make room for its guest's screen",
                fmt::format(
                    "oriel broker {} --size {}", region.name, region.session.bytes_needed >> 20U)};
    }
    switch (region.session.state) {
    case SessionStatus::State::NoPublisher:
    case SessionStatus::State::Silent:
        return {"start the agent in its guest, or here", "oriel-guest --region " + region.name};
    case SessionStatus::State::Refused:
        return {"see what is wrong", "oriel status " + region.name};
    case SessionStatus::State::Waiting:
    case SessionStatus::State::Live:
        return {"see it in a window", "oriel view " + region.name};
    }
    return {};
}

}  // namespace

std::string overview_text(const std::vector<RegionReport>& regions) {
    std::string text;
    const auto out = std::back_inserter(text);
    std::vector<Step> steps;
    if (regions.empty()) {
        text = "No region is running.\n";
        steps = {{"see Oriel work on this machine", "oriel demo"},
                 {"start a region for a guest", "oriel broker NAME"}};
    } else {
        for (const RegionReport& region : regions) {
            fmt::format_to(out, "{:<20} {}\n", region.name, state_line(region));
            steps.push_back(next_step(region));
        }
    }
    text += "\nNext:\n";
    for (const Step& step : steps) {
        fmt::format_to(out, "  {:<36} # {}\n", step.command, step.purpose);
    }
    fmt::format_to(out, "  {:<36} # {}\n", "oriel --help", "all there is");
    return text;
}

int run_overview() {
    const std::vector<Target> targets = running_targets();
    std::vector<RegionReport> reports;
    if (!targets.empty()) {
        auto found = report_regions(targets, Nanoseconds(0));
        if (!found) {
            return report_failure(found.error());
        }
        reports = std::move(*found);
    }
    print_text(overview_text(reports));
    return 0;
}

}  // namespace oriel
