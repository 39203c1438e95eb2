// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/vm/domain_region.h"
#include "host/vm/xml_document.h"

namespace oriel {

/// Something `oriel vm setup` can add to a domain.
enum class DomainPiece : std::uint8_t { Shmem, Graphics, Tablet, Video };

/// One line of `oriel vm check`.
struct Finding {
    enum class Level : std::uint8_t {
        Good,
        Note,   ///< Works, and could be better; or is not ours to judge.
        Lacks,  ///< `cure` would add it.
        Wrong,  ///< A person has to change it.
    };

    Level level;
    std::string text;
    std::optional<DomainPiece> cure;
};

/// What a domain has, lacks and has wrong for a region of ours.
/// Errors: Usage, where it is no definition of a domain.
Result<std::vector<Finding>> check_domain(const XmlDocument& domain, const DomainRegion& region);

/// What to add: what lacks, and what libvirt would otherwise add on its own account.
std::vector<DomainPiece> pieces_to_add(const XmlDocument& domain,
                                       const std::vector<Finding>& findings);

/// The whole domain is fit for it.
bool is_fit(const std::vector<Finding>& findings);

/// "lacks  a tablet: ..."
std::string finding_line(const Finding& finding);

/// A device of the host's PCI bus is passed through, a graphics card as a rule.
bool has_host_device(const XmlDocument& domain);

}  // namespace oriel
