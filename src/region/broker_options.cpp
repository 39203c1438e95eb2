// SPDX-License-Identifier: MIT
#include "region/broker_options.h"

#include <algorithm>

#include <fmt/format.h>

#include "abi/broker.h"
#include "base/linux/sealed_memory.h"
#include "region/target.h"

namespace oriel {
namespace {

Result<void> check_name(const std::string& name) {
    if (!is_region_name(name)) {
        return Failure(Error::usage(
            fmt::format("'{}' cannot name a region: up to {} letters, digits and ._-, the first a "
                        "letter or digit",
                        name,
                        sizeof(abi::BrokerPage::name))));
    }
    const auto target = Target::parse(name);
    if (!target || target->kind != Target::Kind::Name) {
        return Failure(Error::usage(
            fmt::format("'{}' cannot name a region: it means a device elsewhere", name)));
    }
    return {};
}

Result<void> check_modes(const std::vector<Mode>& modes) {
    if (modes.size() > abi::kMaxOutputs) {
        return Failure(
            Error::usage(fmt::format("a region carries {} outputs at most", abi::kMaxOutputs)));
    }
    const auto is_side = [](std::uint32_t side) {
        return side > 0 && side <= abi::kMaxSide;
    };
    if (!std::ranges::all_of(
            modes, [&](Mode mode) { return is_side(mode.width) && is_side(mode.height); })) {
        return Failure(
            Error::usage(fmt::format("a mode's sides are 1 to {} pixels", abi::kMaxSide)));
    }
    return {};
}

/// An agent makes do with fewer slots than it is asked for, down to two.
Result<void> check_modes_fit(const BrokerOptions& options) {
    constexpr std::uint32_t kFewestSlots = 2;
    const std::uint64_t least =
        options.modes.empty() ? 0 : region_size_for(options.modes, kFewestSlots);
    if (options.size >= least) {
        return {};
    }
    return Failure(Error::usage(
        fmt::format("a region of {} MiB is too small for these modes: they need {} MiB at least",
                    options.size >> 20U,
                    least >> 20U)));
}

}  // namespace

Result<BrokerOptions> completed(BrokerOptions options) {
    ORIEL_TRY(check_name(options.name));
    ORIEL_TRY(check_modes(options.modes));
    if (options.slots > abi::kMaxSlots) {
        return Failure(Error::usage(fmt::format("an output has {} slots at most", abi::kMaxSlots)));
    }
    if (options.input_uri.size() >= sizeof(abi::BrokerPage::input_uri)) {
        return Failure(Error::usage(fmt::format("the input address is longer than {} bytes",
                                                sizeof(abi::BrokerPage::input_uri) - 1)));
    }
    if (options.size == 0) {
        const std::vector<Mode> fallback{kDefaultMode};
        options.size = region_size_for(options.modes.empty() ? fallback : options.modes,
                                       options.slots == 0 ? kDefaultSlots : options.slots);
        if (options.pages == PageSize::Huge) {
            options.size = std::max(options.size, kHugePage);
        }
    }
    ORIEL_TRY(check_region_size(options.size));
    ORIEL_TRY(check_modes_fit(options));
    if (options.pages == PageSize::Huge && options.size < kHugePage) {
        return Failure(Error::usage("a region on huge pages takes at least 2 MiB"));
    }
    if (options.folder.empty()) {
        options.folder = region_folder(options.name);
    }
    return options;
}

}  // namespace oriel
