// SPDX-License-Identifier: MIT
#include "host/screenshot.h"

#include "base/output.h"
#include "base/poll_loop.h"
#include "base/report.h"
#include "host/screenshot_file.h"
#include "host/screenshot_picture.h"

namespace oriel {
namespace {

Result<CopiedPicture> take(const ScreenshotOptions& options) {
    PollLoop loop;
    ORIEL_TRY(loop.stop_on_signals());
    return wait_for_picture(loop, options.target, options.timeout);
}

Result<void> shoot(const ScreenshotOptions& options) {
    ORIEL_TRY(check_screenshot_file(options.file));
    ORIEL_TRY_ASSIGN(const CopiedPicture picture, take(options));
    ORIEL_TRY_ASSIGN(
        const std::string file,
        write_screenshot(options.file, options.target.value, picture.info, picture.pixels));
    if (!file.empty()) {
        print_line(file);
    }
    return {};
}

}  // namespace

int run_screenshot(const ScreenshotOptions& options) {
    if (const auto shot = shoot(options); !shot) {
        return report_failure(shot.error());
    }
    return 0;
}

}  // namespace oriel
