// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

namespace oriel {

/// The agent's place before other programs, so that a game which takes the whole machine does not
/// hold up its capture. On Windows the thread is put among those that capture (MMCSS), and the
/// process's work on the GPU before that of others. It ends with this object, but for the latter,
/// which ends with the process.
class Haste {
  public:
    virtual ~Haste() = default;
    Haste(const Haste&) = delete;
    Haste& operator=(const Haste&) = delete;

  protected:
    Haste() = default;
};

/// What the system allows; a debug line says what that is. Null where there is nothing of the kind.
///
/// Threads: on the thread that captures, where the object has to end, too.
std::unique_ptr<Haste> make_haste();

}  // namespace oriel
