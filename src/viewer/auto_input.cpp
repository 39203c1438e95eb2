// SPDX-License-Identifier: MIT
#include "viewer/auto_input.h"

#include "input/open_input.h"
#include "viewer/domain_input.h"

namespace oriel {
namespace {

Result<FoundInput> open_named(const InputTarget& input) {
    ORIEL_TRY_ASSIGN(auto sink, open_input(input));
    return FoundInput{std::move(sink), {}};
}

Result<FoundInput> open_told(const std::string& told) {
    ORIEL_TRY_ASSIGN(const InputTarget input, InputTarget::parse(told));
    return open_named(input);
}

Result<FoundInput> find_input(const std::string& told, const Target& region) {
    if (!told.empty()) {
        return open_told(told);
    }
    if (region.kind == Target::Kind::Name) {
        ORIEL_TRY_ASSIGN(auto sink, DomainInput::open(region.value));
        return FoundInput{std::move(sink), {}};
    }
    return FoundInput{nullptr, kNoInputKnown};
}

}  // namespace

OpenInput input_for(const InputTarget& input, const Target& region) {
    if (input.kind != InputTarget::Kind::Auto) {
        return [input](const std::string& /*told*/) {
            return open_named(input);
        };
    }
    return [region](const std::string& told) -> Result<FoundInput> {
        auto found = find_input(told, region);
        return found ? std::move(found) : FoundInput{nullptr, found.error().message};
    };
}

}  // namespace oriel
