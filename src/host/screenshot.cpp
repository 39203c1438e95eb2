// SPDX-License-Identifier: MIT
#include "host/screenshot.h"

#include <cerrno>
#include <ctime>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/linux/fd.h"
#include "base/linux/poll_loop.h"
#include "base/output.h"
#include "base/report.h"
#include "host/screenshot_picture.h"
#include "present/png_file.h"

namespace oriel {
namespace {

constexpr const char* kStandardOutput = "-";

std::string default_name(const Target& target) {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return screenshot_name(target.value, local);
}

Result<ScreenshotPicture> take(const ScreenshotOptions& options) {
    PollLoop loop;
    ORIEL_TRY(loop.stop_on_signals());
    return wait_for_picture(loop, options.target, options.timeout);
}

Result<void> shoot(const ScreenshotOptions& options) {
    if (options.file == kStandardOutput && ::isatty(STDOUT_FILENO) == 1) {
        return Failure(Error::usage("a picture is no text for a terminal: name a file with -o"));
    }
    ORIEL_TRY_ASSIGN(const ScreenshotPicture picture, take(options));
    if (options.file == kStandardOutput) {
        const UniqueFd out(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
        if (!out) {
            return Failure(Error::system("write to standard output", errno));
        }
        return write_png(out, "standard output", picture.info, picture.pixels);
    }
    const std::string file = options.file.empty() ? default_name(options.target) : options.file;
    ORIEL_TRY(write_png(file, picture.info, picture.pixels));
    print_line(file);
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
