// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "abi/publisher.h"
#include "abi/region.h"
#include "base/result.h"
#include "relay/region_fault.h"
#include "relay/shared_bytes.h"

namespace oriel {

/// One output as checked at the start of a session: places that fit the region.
struct OutputPlaces {
    std::uint32_t id = 0;
    std::string name;
    std::uint32_t refresh_mhz = 0;
    std::int32_t x = 0;
    std::int32_t y = 0;
    std::vector<abi::SlotPlace> slots;
};

/// The root and tables of one epoch, read once and checked: the subscriber's map of the region.
/// Nothing derived from it outlives the epoch.
///
/// Trust: every offset, size and count in here is a checked copy.
class SessionView {
  public:
    struct Identity {
        std::uint64_t epoch = 0;
        std::uint64_t nonce = 0;

        friend bool operator==(const Identity&, const Identity&) = default;
    };

    struct Versions {
        std::uint32_t major = 0;
        std::uint32_t minor = 0;
        std::uint64_t unknown_features = 0;  ///< Without which nobody can read.
        std::uint64_t unknown_to_write = 0;  ///< Without which no viewer may write.
    };

    /// Errors: the first rule broken, in the order of RegionFault. `seen` tells the version found
    /// also where it is refused.
    static Result<SessionView, RegionFault> read(SharedBytes region, Versions& seen);

    /// What the root says now, unchecked but for the magic; all zeros without one. To be compared
    /// with identity(): another one, and this view is void. Where it is not all zeros, the rest of
    /// that epoch's root is in place.
    static Identity peek(SharedBytes region);

    const Identity& identity() const { return identity_; }

    const std::vector<OutputPlaces>& outputs() const { return outputs_; }

    /// Offset of an element of `table`; index below the count that was checked. A table that the
    /// publisher did not need to have has no elements.
    std::uint64_t element(std::uint32_t table, std::uint64_t index) const;

    /// A T of which the writer may know fewer bytes: what it does not know reads as 0.
    template <WireType T>
    T copy_element(SharedBytes region, std::uint32_t table, std::uint64_t index) const {
        return copy_head<T>(region, table, index, sizeof(T));
    }

    /// Its first `bytes` (a multiple of 8), the rest 0: on the way of a frame each line that the
    /// other side wrote costs a trip to the other core.
    template <WireType T>
    T copy_head(SharedBytes region,
                std::uint32_t table,
                std::uint64_t index,
                std::size_t bytes) const {
        const std::size_t known = std::min<std::size_t>(bytes, tables_[table].element_size);
        return copy_known<T>(region, element(table, index), known);
    }

    bool has_table(std::uint32_t table) const { return tables_[table].count > 0; }

    /// Our own page of this index (the frozen place).
    static std::uint64_t viewer_page(SharedBytes region, std::uint32_t viewer);

  private:
    template <WireType T>
    static T copy_known(SharedBytes region, std::uint64_t offset, std::size_t known) {
        std::array<std::uint64_t, sizeof(T) / sizeof(std::uint64_t)> words{};
        const std::size_t count = std::min(words.size(), known / sizeof(std::uint64_t));
        for (std::size_t i = 0; i < count; ++i) {
            const auto word = region.load(offset + i * sizeof(std::uint64_t));
            ORIEL_ASSERT(word);  // The table was checked to lie inside the region.
            words[i] = *word;
        }
        return std::bit_cast<T>(words);
    }

    Result<void, RegionFault> check_tables(SharedBytes region, const abi::Root& root);
    Result<void, RegionFault> check_outputs(SharedBytes region);

    Identity identity_;
    std::array<abi::Table, abi::kTableCount> tables_{};
    std::vector<OutputPlaces> outputs_;
};

/// A text field of the region: up to the first 0; what is not printable ASCII becomes "?".
std::string text_of(const char* field, std::size_t size);

}  // namespace oriel
