// SPDX-License-Identifier: MIT
#include "host/ctl/ctl_command.h"

#include <cerrno>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/mapped_memory.h"
#include "base/output.h"
#include "base/report.h"
#include "host/ctl/ctl_client.h"
#include "host/ctl/ctl_text.h"
#include "host/screenshot_file.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

using Verb = ControlRequest::Verb;

constexpr Nanoseconds kLimit = std::chrono::seconds(10);
constexpr std::uint32_t kMaxSide = 1U << 16U;

/// What is typed takes as long as the guest's keyboard takes.
std::optional<Nanoseconds> limit_of(Verb verb) {
    const bool types = verb == Verb::SendKeys || verb == Verb::Text;
    return types ? std::nullopt : std::optional(kLimit);
}

Result<std::string> write_picture(const CtlAnswer& answer,
                                  const RunningViewer& viewer,
                                  const std::string& file) {
    const auto parsed = nlohmann::json::parse(answer.line, nullptr, false);
    const auto side = [&parsed](const char* name) -> std::uint32_t {
        const auto found = parsed.find(name);
        return found != parsed.end() && found->is_number_unsigned() &&
                       found->get<std::uint64_t>() <= kMaxSide
                   ? found->get<std::uint32_t>()
                   : 0;
    };
    const Size size{side("width"), side("height")};
    if (!answer.picture || size.is_empty()) {
        return Failure(Error::protocol("the viewer's answer has no picture"));
    }
    ORIEL_TRY_ASSIGN(const MappedMemory memory,
                     MappedMemory::map(answer.picture, Access::ReadOnly, "the viewer's picture"));
    FrameInfo info;
    info.geometry = {size, size.width * 4, PixelFormat::Bgra8, 0};
    info.crop = Rect::of(size);
    if (memory.bytes().size() < info.geometry.bytes()) {
        return Failure(Error::protocol("the viewer's picture is smaller than it says"));
    }
    return write_screenshot(file, viewer.target, info, memory.bytes().first(info.geometry.bytes()));
}

Result<void> control(const CtlOptions& options) {
    const Verb verb = options.request.verb;
    if (verb == Verb::Screenshot) {
        ORIEL_TRY(check_screenshot_file(options.file));
    }
    ORIEL_TRY_ASSIGN(
        const RunningViewer viewer,
        choose_viewer(running_viewers(viewers_folder()), options.target, options.process));
    ORIEL_TRY_ASSIGN(const CtlAnswer answer,
                     ask_viewer(viewer.socket, options.request, limit_of(verb)));
    std::string line = answer.line;
    std::string text = ctl_text(verb, answer.line);
    if (verb == Verb::Screenshot) {
        ORIEL_TRY_ASSIGN(const std::string written, write_picture(answer, viewer, options.file));
        if (written.empty()) {
            return {};  // Standard output is the picture's.
        }
        auto parsed = nlohmann::ordered_json::parse(line, nullptr, false);
        parsed["file"] = written;
        line = json_text(parsed);
        text = written + "\n";
    }
    print_text(options.output == CtlOptions::Output::Json ? line + "\n" : text);
    return {};
}

}  // namespace

int run_ctl(const CtlOptions& options) {
    if (const auto done = control(options); !done) {
        return report_failure(done.error());
    }
    return 0;
}

}  // namespace oriel
