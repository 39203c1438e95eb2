// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <sys/types.h>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// A new folder that goes with this object, and with this process, however that ends: a process
/// of its own waits for it. What writes there has to end first.
///
/// Threads: made while there is but one.
class DemoFolder {
  public:
    /// `beside`: a folder that goes with it; others make it, and are to remove it when they end
    /// well. Errors: System.
    static Result<std::unique_ptr<DemoFolder>> create(const std::string& beside);

    /// Blocks: until it is gone.
    ~DemoFolder();
    DemoFolder(const DemoFolder&) = delete;
    DemoFolder& operator=(const DemoFolder&) = delete;

    const std::string& path() const { return path_; }

  private:
    DemoFolder(std::string path, UniqueFd lifeline, pid_t keeper)
        : path_(std::move(path)), lifeline_(std::move(lifeline)), keeper_(keeper) {}

    std::string path_;
    UniqueFd lifeline_;  ///< The keeper reads its end.
    pid_t keeper_;
};

}  // namespace oriel
