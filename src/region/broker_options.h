// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/linux/sealed_memory.h"
#include "base/result.h"
#include "region/region_size.h"

namespace oriel {

inline constexpr std::uint64_t kHugePage = 2ULL << 20U;

/// What a person asked of a broker. Everything but the name has a default.
struct BrokerOptions {
    std::string name;
    std::uint64_t size = 0;   ///< Bytes; 0: what `modes` and `slots` need.
    std::uint32_t slots = 0;  ///< For each output; 0: kDefaultSlots for the size, else no wish.
    std::vector<Mode> modes;  ///< One for each output; empty: kDefaultMode for the size, no wish.
    PageSize pages = PageSize::Normal;
    std::string vm_group;      ///< Its members may run the virtual machine; empty: nobody else.
    std::string viewer_group;  ///< Its members may view and publish; empty: nobody else.
    std::string input_uri;     ///< Passed on to viewers.
    std::string folder;        ///< Of the sockets; empty: region_folder(name).
};

/// The size and folder filled in, everything checked.
/// Errors: Usage, naming what is wrong and what would be right.
Result<BrokerOptions> completed(BrokerOptions options);

}  // namespace oriel
