// SPDX-License-Identifier: MIT
#include "region/region.h"

#include <fmt/format.h>

namespace oriel {

std::string Region::how_to_enlarge(std::uint64_t bytes) const {
    return fmt::format("start the broker with --size {}", bytes >> 20U);
}

Result<OwnedHandle> Region::export_dma_buf(std::uint64_t /*offset*/, std::uint64_t /*size*/) const {
    return Failure(Error::unsupported(
        fmt::format("cannot export {} as a dma-buf: its memory is no device's", description())));
}

}  // namespace oriel
