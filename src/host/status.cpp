// SPDX-License-Identifier: MIT
#include "host/status.h"

#include "base/output.h"
#include "base/report.h"
#include "host/status_report.h"
#include "host/status_watch.h"

namespace oriel {
namespace {

/// Long enough to count a slow guest's frames, short enough not to be waited for.
constexpr Nanoseconds kSample = std::chrono::milliseconds(500);

Result<void> say(const StatusOptions& options) {
    const std::vector<Target> targets =
        options.target ? std::vector{*options.target} : running_targets();
    if (targets.empty()) {
        return Failure(
            Error::not_found("no region is running: start one with `oriel broker NAME`"));
    }
    ORIEL_TRY_ASSIGN(const auto reports, report_regions(targets, kSample));
    for (const RegionReport& report : reports) {
        if (options.output == StatusOptions::Output::Json) {
            print_line(status_json_of(report));
        } else {
            print_text(status_text_of(report));
        }
    }
    return {};
}

}  // namespace

int run_status(const StatusOptions& options) {
    if (const auto said = say(options); !said) {
        return report_failure(said.error());
    }
    return 0;
}

}  // namespace oriel
