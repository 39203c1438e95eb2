// SPDX-License-Identifier: MIT
#include "domain/domain_graphics.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace oriel {
namespace {

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// The running domain whose region has that name; "" for none.
Result<std::string> running_domain(Libvirt& libvirt, const std::string& region) {
    ORIEL_TRY_ASSIGN(const auto domains, libvirt.domains());
    for (const Libvirt::Domain& domain : domains) {
        if (domain.is_running && region_name_for(domain.name) == region) {
            return domain.name;
        }
    }
    return "";
}

}  // namespace

Result<DomainGraphics> DomainGraphics::of_region(const std::string& region,
                                                 const std::string& wanted_uri) {
    std::optional<Error> first;
    for (const std::string& uri : libvirt_uris(wanted_uri)) {
        auto libvirt = connect_libvirt(uri);
        if (!libvirt) {
            first = first ? first : libvirt.error();
            continue;
        }
        ORIEL_TRY_ASSIGN(std::string domain, running_domain(**libvirt, region));
        if (!domain.empty()) {
            return DomainGraphics(std::move(*libvirt), std::move(domain));
        }
    }
    return Failure(first.value_or(
        Error::not_found(fmt::format("no libvirt domain with the region {} is running", region))));
}

std::string region_name_for(std::string_view domain) {
    constexpr std::size_t kMostName = 64;
    std::string name(domain.substr(0, kMostName));
    for (char& c : name) {
        c = is_plain(c) || c == '.' || c == '_' ? c : '-';
    }
    while (!name.empty() && !is_plain(name.front())) {
        name.erase(0, 1);
    }
    return name.empty() ? "vm" : name;
}

}  // namespace oriel
