// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/vm/xml_document.h"

namespace oriel {

/// What `oriel vm setup` writes into a domain's <metadata>, so that `remove` takes out what came
/// in, and nothing else. Devices with an alias need no note: it starts with kAliasPrefix.
struct DomainNotes {
    /// A device without an alias of ours: some cannot have one, others libvirt adds to what we
    /// added. Found again by its text, so one that a person changed since is theirs.
    struct Added {
        std::string element;
        std::string digest;
    };

    /// A device that libvirt changed on account of ours.
    struct Changed {
        std::string element;
        std::string digest;  ///< Of what it is now.
        std::string was;
    };

    std::string region;
    bool has_unit = false;      ///< The broker's unit was enabled by us.
    bool has_metadata = false;  ///< The <metadata> around it is ours.
    std::vector<Added> added;
    std::vector<Changed> changed;
};

inline constexpr const char* kAliasPrefix = "ua-oriel-";
inline constexpr const char* kNotesNamespace = "urn:x-oriel:vm:1";

/// The element with the notes, or nullptr. **Lifetime:** the document's.
const XmlElement* notes_element(const XmlDocument& domain);

std::optional<DomainNotes> notes_of(const XmlDocument& domain);

/// Lines, two spaces deeper inside.
std::vector<std::string> notes_lines(const DomainNotes& notes);

/// Of a device's text: enough to know it again; whoever can write the domain needs no forgery.
std::string text_digest(std::string_view text);

/// Notes on what libvirt made of a definition of ours. `before` is the domain without us.
DomainNotes with_side_effects(DomainNotes notes,
                              const XmlDocument& before,
                              const XmlDocument& defined);

/// A device with an alias of ours.
bool has_our_alias(const XmlElement& device);

}  // namespace oriel
