// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "present/presenter.h"

namespace oriel {

/// Where the window of a region is remembered from one viewer to the next; of several at once the
/// last one wins. Empty where there is no home to keep it in. `target`: Target::text().
std::string window_file_of(const std::string& target);

/// How a window stood when it was looked at last, in a file.
///
/// The file is a convenience: what is wrong with it is said once, and nothing fails for it.
///
/// Trust: the file may hold anything; what makes no sense counts as not there.
class WindowMemory {
  public:
    /// Reads `path`, where there is such a file.
    explicit WindowMemory(std::string path);

    /// What is known: from the file, or newer.
    const std::optional<WindowPlace>& place() const { return place_; }

    /// The window stands like this now. Written at once where it is news, but once in
    /// `kBetweenWrites` at most.
    void note(const WindowPlace& place, Nanoseconds now);

    /// Writes what has not been written yet.
    void finish();

    static constexpr Nanoseconds kBetweenWrites = std::chrono::seconds(3);

  private:
    void read();
    Result<void> write() const;

    std::string path_;
    std::optional<WindowPlace> place_;
    std::optional<WindowPlace> written_;
    std::optional<Nanoseconds> last_write_;
    bool has_failed_ = false;
};

}  // namespace oriel
