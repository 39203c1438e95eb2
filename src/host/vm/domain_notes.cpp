// SPDX-License-Identifier: MIT
#include "host/vm/domain_notes.h"

#include <algorithm>
#include <cstdint>
#include <map>

#include <fmt/format.h>

namespace oriel {
namespace {

constexpr const char* kYes = "yes";

const XmlElement* devices_of(const XmlDocument& domain) {
    return domain.root().child("devices");
}

/// Each text of a device, and how often it is there.
std::map<std::string, int> device_texts(const XmlDocument& domain) {
    std::map<std::string, int> texts;
    if (const XmlElement* const devices = devices_of(domain)) {
        for (const XmlElement& device : devices->children) {
            ++texts[domain.text_of(device)];
        }
    }
    return texts;
}

/// Devices of `domain` that are not in `texts`, ours left out.
std::vector<const XmlElement*> devices_beyond(const XmlDocument& domain,
                                              std::map<std::string, int> texts) {
    std::vector<const XmlElement*> result;
    if (const XmlElement* const devices = devices_of(domain)) {
        for (const XmlElement& device : devices->children) {
            if (--texts[domain.text_of(device)] < 0 && !has_our_alias(device)) {
                result.push_back(&device);
            }
        }
    }
    return result;
}

bool is_same_device(const XmlElement& one, const XmlElement& other) {
    return one.name == other.name && one.attributes == other.attributes;
}

}  // namespace

const XmlElement* notes_element(const XmlDocument& domain) {
    const XmlElement* const metadata = domain.root().child("metadata");
    if (metadata == nullptr) {
        return nullptr;
    }
    const auto found = std::ranges::find_if(metadata->children, [](const XmlElement& element) {
        return element.namespace_uri == kNotesNamespace && element.name == "vm";
    });
    return found == metadata->children.end() ? nullptr : &*found;
}

std::optional<DomainNotes> notes_of(const XmlDocument& domain) {
    const XmlElement* const element = notes_element(domain);
    if (element == nullptr) {
        return std::nullopt;
    }
    DomainNotes notes;
    notes.region = element->attribute("region");
    notes.has_unit = element->attribute("unit") == kYes;
    notes.has_metadata = element->attribute("metadata") == kYes;
    for (const XmlElement& note : element->children) {
        if (note.name == "added") {
            notes.added.push_back({note.attribute("element"), note.attribute("digest")});
        } else if (note.name == "changed") {
            notes.changed.push_back(
                {note.attribute("element"), note.attribute("digest"), note.attribute("was")});
        }
    }
    return notes;
}

std::vector<std::string> notes_lines(const DomainNotes& notes) {
    std::string start = fmt::format(
        "<oriel:vm xmlns:oriel='{}' region='{}'", kNotesNamespace, xml_escaped(notes.region));
    start += notes.has_unit ? " unit='yes'" : "";
    start += notes.has_metadata ? " metadata='yes'" : "";
    if (notes.added.empty() && notes.changed.empty()) {
        return {start + "/>"};
    }
    std::vector<std::string> lines{start + ">"};
    for (const auto& [element, digest] : notes.added) {
        lines.push_back(fmt::format("  <oriel:added element='{}' digest='{}'/>", element, digest));
    }
    for (const auto& [element, digest, was] : notes.changed) {
        // An attribute's line ends become blanks; as references they stay.
        std::string escaped = xml_escaped(was);
        for (std::size_t at = 0; (at = escaped.find('\n', at)) != std::string::npos;) {
            escaped.replace(at, 1, "&#10;");
        }
        lines.push_back(fmt::format(
            "  <oriel:changed element='{}' digest='{}' was='{}'/>", element, digest, escaped));
    }
    lines.emplace_back("</oriel:vm>");
    return lines;
}

std::string text_digest(std::string_view text) {
    constexpr std::uint64_t kBasis = 0xCBF29CE484222325;
    constexpr std::uint64_t kPrime = 0x100000001B3;
    std::uint64_t hash = kBasis;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    }
    return fmt::format("{:016x}", hash);
}

DomainNotes with_side_effects(DomainNotes notes,
                              const XmlDocument& before,
                              const XmlDocument& defined) {
    notes.added.clear();
    notes.changed.clear();
    std::vector<const XmlElement*> gone = devices_beyond(before, device_texts(defined));
    for (const XmlElement* device : devices_beyond(defined, device_texts(before))) {
        const std::string digest = text_digest(defined.text_of(*device));
        const auto old = std::ranges::find_if(
            gone, [&](const XmlElement* other) { return is_same_device(*device, *other); });
        if (old == gone.end()) {
            notes.added.push_back({device->name, digest});
        } else {
            notes.changed.push_back({device->name, digest, before.text_of(**old)});
            gone.erase(old);
        }
    }
    return notes;
}

bool has_our_alias(const XmlElement& device) {
    return device.child_attribute("alias", "name").starts_with(kAliasPrefix);
}

}  // namespace oriel
