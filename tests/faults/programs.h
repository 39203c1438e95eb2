// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/linux/child_program.h"
#include "capture/pattern/pattern_picture.h"
#include "relay/geometry.h"
#include "x11/x11_fixture.h"

namespace oriel::testing_support {

/// A runtime folder (XDG_RUNTIME_DIR) of the test's own, for this process and its children.
class RuntimeFolder {
  public:
    RuntimeFolder();
    ~RuntimeFolder();
    RuntimeFolder(const RuntimeFolder&) = delete;
    RuntimeFolder& operator=(const RuntimeFolder&) = delete;

    const std::string& path() const { return path_; }

    /// Paths below it, folders left out.
    std::vector<std::string> files() const;

  private:
    std::string path_;
};

using Environment = std::vector<std::pair<std::string, std::string>>;

/// A program that prints a line once it is up, as ours do with `--json`.
/// Blocks: until it has; the test fails where it does not.
ChildProgram start_program(const std::string& label,
                           std::vector<std::string> arguments,
                           const Environment& environment = {{"DISPLAY", ""}});

/// The real programs: `oriel` and `oriel-guest` of this build, as start_program().
ChildProgram start_broker(const std::string& size_mib = "32",
                          const std::vector<std::string>& more = {});
ChildProgram start_agent(const std::string& pattern);
ChildProgram start_viewer(const std::string& display, const std::vector<std::string>& more = {});
ChildProgram start_viewer_of(const std::string& region,
                             const std::string& platform,
                             const Environment& environment,
                             const std::vector<std::string>& more = {});
ChildProgram start_offscreen_viewer();

/// The path of a program of this build.
std::string program(const std::string& name);

/// What a command line says on stderr, and its exit code.
struct Said {
    int exit_code = -1;
    std::string errors;
};

Said run(const std::vector<std::string>& arguments, const Environment& environment = {});

/// A whole frame of the pattern fills the X server's screen: its stamp. Nothing where what is
/// there is no frame, or a torn one.
class PatternScreen {
  public:
    PatternScreen(std::string display, const PatternOptions& options)
        : display_(std::move(display)), options_(options), picture_(options) {}

    std::optional<PatternStamp> look() const;

    /// Looks until a whole frame drawn after `since` is there.
    bool shows_frame_after(Nanoseconds since, Nanoseconds patience) const;

  private:
    std::string display_;
    PatternOptions options_;
    PatternPicture picture_;
};

}  // namespace oriel::testing_support
