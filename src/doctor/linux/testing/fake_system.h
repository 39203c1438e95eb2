// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "doctor/check.h"
#include "doctor/linux/system_files.h"

namespace oriel::testing_support {

/// A folder that stands for the root of a machine; gone with it.
class FakeSystem {
  public:
    FakeSystem();
    ~FakeSystem();
    FakeSystem(const FakeSystem&) = delete;
    FakeSystem& operator=(const FakeSystem&) = delete;

    /// Writes a file, and makes the folders above it. `path` starts with a slash.
    void write(std::string_view path, std::string_view content) const;

    void remove(std::string_view path) const;

    const std::string& root() const { return root_; }

    SystemFiles files() const { return SystemFiles(root_); }

  private:
    std::string root_;
};

/// The check of that name, or one that says there is none.
Check find_check(std::span<const Check> checks, std::string_view name);

}  // namespace oriel::testing_support
