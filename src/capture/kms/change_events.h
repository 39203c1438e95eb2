// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/result.h"

namespace oriel::kms_capture {

/// What the kernel told since the last question.
struct ChangeNotice {
    bool is_content = false;           ///< The picture may have changed.
    bool is_cursor = false;            ///< The pointer may have moved or changed its shape.
    std::optional<Nanoseconds> since;  ///< Of the earliest change of the picture.

    friend bool operator==(const ChangeNotice&, const ChangeNotice&) = default;
};

/// Hears of changes of screens from the kernel.
class ChangeEvents {
  public:
    virtual ~ChangeEvents() = default;
    ChangeEvents(const ChangeEvents&) = delete;
    ChangeEvents& operator=(const ChangeEvents&) = delete;

    /// Readable when take() has something to tell.
    virtual int fd() const = 0;

    /// Begins and ends listening; stopped it costs nothing.
    virtual Result<void> start() = 0;
    virtual void stop() = 0;

    virtual ChangeNotice take() = 0;

  protected:
    ChangeEvents() = default;
};

}  // namespace oriel::kms_capture
