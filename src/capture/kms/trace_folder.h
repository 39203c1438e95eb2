// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel::kms_capture {

/// The kernel's tracefs, and the files in it by their paths from its root.
class TraceFolder {
  public:
    /// Where it is mounted, else mounted for this process alone: nothing is left behind.
    /// Errors: System; Unsupported where the kernel has none.
    static Result<TraceFolder> open();

    /// Any folder in its place, for tests.
    static Result<TraceFolder> open_at(const std::string& path);

    Result<std::string> read(const std::string& path) const;

    /// Adds a line to a file of definitions, or sets a value: never truncates.
    Result<void> write(const std::string& path, std::string_view text) const;

    Result<UniqueFd> open_pipe(const std::string& path) const;

    Result<void> make_folder(const std::string& path) const;
    void remove_folder(const std::string& path) const;

    /// The names of the folders in one.
    std::vector<std::string> folders(const std::string& path) const;

  private:
    explicit TraceFolder(UniqueFd root) : root_(std::move(root)) {}

    UniqueFd root_;
};

}  // namespace oriel::kms_capture
