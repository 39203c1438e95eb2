// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "base/clock.h"

namespace oriel {

/// Whether KVM runs guests on this machine.
struct KvmAnswer {
    bool runs = false;
    std::string why_not;  ///< One clause, for people: "/dev/kvm is not there".
};

/// Finds out by running a guest of a few instructions, in 64-bit mode as every operating system
/// does: that /dev/kvm opens says little. There are machines on which it does and guests only
/// creep, instruction by instruction, so the guest also has to get through ten million of them.
///
/// **Blocks:** a few milliseconds where it runs; `limit` at most. **Threads:** while there is but
/// one: a child of ours does it.
KvmAnswer probe_kvm(const std::string& device = "/dev/kvm",
                    Nanoseconds limit = std::chrono::seconds(1));

}  // namespace oriel
