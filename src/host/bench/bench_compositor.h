// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/linux/child_program.h"
#include "base/result.h"
#include "relay/geometry.h"

namespace oriel {

/// Sway without a screen, drawing by CPU, with one output that a single window fills. It ends with
/// this object, and its folder goes.
class BenchCompositor {
  public:
    /// Blocks: until it takes connections, 10 s at most. Errors: NotFound where it does not come
    /// up; System.
    static Result<std::unique_ptr<BenchCompositor>> start(Size output);

    BenchCompositor(const BenchCompositor&) = delete;
    BenchCompositor& operator=(const BenchCompositor&) = delete;
    ~BenchCompositor();

    /// Its socket's path.
    const std::string& display() const { return display_; }

    pid_t pid() const { return program_->pid(); }

  private:
    explicit BenchCompositor(const std::string& folder)
        : folder_(folder), display_(folder + "/wayland-1") {}

    Result<void> run(Size output);

    std::string folder_;
    std::string display_;
    std::optional<ChildProgram> program_;
};

}  // namespace oriel
