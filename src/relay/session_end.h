// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace oriel {

/// Says good-bye in the name of a publisher that can no longer: the session in `region` has ended.
/// False, and nothing is written, where there is none, or it is not that of process `process`.
bool end_session(std::span<std::byte> region, std::uint32_t process);

}  // namespace oriel
