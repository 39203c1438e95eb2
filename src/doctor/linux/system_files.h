// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oriel {

/// The files in which a kernel tells of its machine: /sys, /proc, /dev, /run.
/// A test gives it a folder of its own in place of the root.
class SystemFiles {
  public:
    explicit SystemFiles(std::string root = {}) : root_(std::move(root)) {}

    /// `path`, which starts with a slash, where it really is.
    std::string real(std::string_view path) const { return root_ + std::string(path); }

    /// The first 64 KiB of a file, without white space at the end; nothing where it cannot be read.
    std::optional<std::string> read(std::string_view path) const;

    bool exists(std::string_view path) const;

    /// 0, or the system's number for why the file cannot be opened for reading and writing.
    int fault_of_opening(std::string_view path) const;

    /// Names in a folder, sorted; none where it is not there.
    std::vector<std::string> names(std::string_view folder) const;

  private:
    std::string root_;
};

}  // namespace oriel
