// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/vm/domain_check.h"
#include "host/vm/domain_notes.h"
#include "host/vm/domain_region.h"
#include "host/vm/xml_document.h"

namespace oriel {

/// Whether a device gets an alias by which `remove` finds it.
enum class Marks : std::uint8_t { None, Ours };

/// The element below <devices> that makes a piece; lines, two spaces deeper inside. What it looks
/// like may depend on the domain, which may be nullptr.
std::vector<std::string> piece_lines(DomainPiece piece,
                                     const XmlDocument* domain,
                                     const DomainRegion& region,
                                     Marks marks);

/// The domain's text with these pieces and the notes; the rest of it byte for byte as it was.
/// `domain` has neither yet, and has <devices>.
std::string with_region(const XmlDocument& domain,
                        const DomainRegion& region,
                        const std::vector<DomainPiece>& pieces,
                        const DomainNotes& notes);

/// The same domain with other notes than it has.
std::string with_notes(const XmlDocument& domain, const DomainNotes& notes);

/// A domain without what setup brought.
struct WithoutRegion {
    std::string xml;
    std::vector<std::string> left;  ///< What stays although setup brought it, and why.
};

/// Takes out what has an alias of ours, what the notes name, and the notes.
WithoutRegion without_region(const XmlDocument& domain);

}  // namespace oriel
