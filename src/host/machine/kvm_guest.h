// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace oriel {

/// How a guest of a few instructions ended.
enum class KvmGuestEnd : std::uint8_t { Ran, CannotOpen, CannotMake, Died };

/// Runs it with KVM. **Blocks:** for as long as the guest takes; for ever where it hangs.
KvmGuestEnd run_kvm_guest(const char* device);

}  // namespace oriel
