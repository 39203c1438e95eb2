// SPDX-License-Identifier: MIT
#include "host/vm/domain_edit.h"

#include <algorithm>

#include <fmt/format.h>

#include "host/broker_text.h"
#include "host/vm/text_edits.h"

namespace oriel {
namespace {

std::string alias_of(const char* piece) {
    return fmt::format("{}{}", kAliasPrefix, piece);
}

/// An element of that start tag, with what is in it and an alias; both may be empty.
std::vector<std::string> lines_of_element(const std::string& start,
                                          const std::string& content,
                                          const std::string& alias) {
    if (content.empty() && alias.empty()) {
        return {fmt::format("<{}/>", start)};
    }
    std::vector<std::string> lines{fmt::format("<{}>", start)};
    if (!content.empty()) {
        lines.push_back("  " + content);
    }
    if (!alias.empty()) {
        lines.push_back(fmt::format("  <alias name='{}'/>", alias));
    }
    lines.push_back(fmt::format("</{}>", start.substr(0, start.find(' '))));
    return lines;
}

/// Whether the guest has no USB controller at all, as libvirt knows it.
bool is_without_usb(const XmlDocument* domain) {
    const XmlElement* const devices = domain == nullptr ? nullptr : domain->root().child("devices");
    return devices != nullptr &&
           std::ranges::any_of(devices->children, [](const XmlElement& device) {
               return device.name == "controller" && device.attribute("type") == "usb" &&
                      device.attribute("model") == "none";
           });
}

std::string block(const std::vector<std::string>& lines, const std::string& indent) {
    std::string text;
    for (const std::string& line : lines) {
        text += indent + line + "\n";
    }
    return text;
}

/// As its first child is set in; else two spaces deeper than the element itself.
std::string child_indentation(std::string_view text, const XmlElement& element) {
    return element.children.empty() ? indentation(text, element.begin) + "  "
                                    : indentation(text, element.children.front().begin);
}

/// Writes lines as an element's last children.
void append(TextEdits& edits,
            std::string_view text,
            const XmlElement& element,
            const std::vector<std::string>& lines) {
    const std::string inner = block(lines, child_indentation(text, element));
    const std::string outer = indentation(text, element.begin);
    if (element.content_begin == element.end) {
        const std::size_t slash = text.rfind('/', element.end);
        edits.replace(slash, element.end, fmt::format(">\n{}{}</{}>", inner, outer, element.name));
        return;
    }
    const std::size_t line = line_begin(text, element.content_end);
    if (line != element.content_end || (line > 0 && text[line - 1] == '\n')) {
        edits.insert(line, inner);
    } else {
        edits.insert(element.content_end, "\n" + inner + outer);
    }
}

/// What else puts a controller to use: a device at an address on its bus.
bool is_on_bus(const XmlElement& device, const std::string& index) {
    const XmlElement* const address = device.child("address");
    if (address == nullptr || address->attribute("type") != "pci") {
        return false;
    }
    const std::string bus = address->attribute("bus");
    return !bus.empty() && std::to_string(std::strtoul(bus.c_str(), nullptr, 0)) == index;
}

using Devices = std::vector<const XmlElement*>;

bool is_in(const Devices& devices, const XmlElement* device) {
    return std::ranges::find(devices, device) != devices.end();
}

/// Leaves those buses in that somebody else's device has come to use since.
void keep_used_buses(Devices& going, const XmlElement& devices, std::vector<std::string>& left) {
    for (bool is_settled = false; !is_settled;) {
        const auto used = std::ranges::find_if(going, [&](const XmlElement* bus) {
            return bus->name == "controller" && bus->attribute("type") == "pci" &&
                   std::ranges::any_of(devices.children, [&](const XmlElement& device) {
                       return !is_in(going, &device) && is_on_bus(device, bus->attribute("index"));
                   });
        });
        is_settled = used == going.end();
        if (!is_settled) {
            left.push_back(fmt::format("the PCI controller {} stays: another device is on it now",
                                       (*used)->attribute("index")));
            going.erase(used);
        }
    }
}

/// The device that a note means, if it is still as it was; nullptr else.
const XmlElement* noted_device(const XmlDocument& domain,
                               const XmlElement& devices,
                               const std::string& digest,
                               const Devices& taken) {
    const auto found = std::ranges::find_if(devices.children, [&](const XmlElement& device) {
        return !is_in(taken, &device) && !has_our_alias(device) &&
               text_digest(domain.text_of(device)) == digest;
    });
    return found == devices.children.end() ? nullptr : &*found;
}

/// Notes are text that anybody may have changed.
bool is_element(const std::string& text, const std::string& name) {
    const auto document = XmlDocument::parse(text, "a note");
    return document && document->root().name == name && document->text_of(document->root()) == text;
}

std::string changed_since(const std::string& element) {
    return fmt::format("a <{}> stays: it was changed since, or is gone", element);
}

/// The edits that take out the devices, and put back what libvirt changed for them.
void remove_devices(TextEdits& edits,
                    const XmlDocument& domain,
                    const DomainNotes& notes,
                    std::vector<std::string>& left) {
    const XmlElement* const devices = domain.root().child("devices");
    if (devices == nullptr) {
        return;
    }
    Devices going;
    for (const XmlElement& device : devices->children) {
        if (has_our_alias(device)) {
            going.push_back(&device);
        }
    }
    for (const auto& [element, digest] : notes.added) {
        if (const auto* const device = noted_device(domain, *devices, digest, going)) {
            going.push_back(device);
        } else {
            left.push_back(changed_since(element));
        }
    }
    Devices taken = going;
    for (const auto& [element, digest, was] : notes.changed) {
        const auto* const device = noted_device(domain, *devices, digest, taken);
        if (device != nullptr && is_element(was, element)) {
            edits.replace(device->begin, device->end, was);
            taken.push_back(device);
        } else {
            left.push_back(changed_since(element));
        }
    }
    keep_used_buses(going, *devices, left);
    for (const XmlElement* device : going) {
        edits.remove_lines(domain.text(), device->begin, device->end);
    }
}

}  // namespace

std::vector<std::string> piece_lines(DomainPiece piece,
                                     const XmlDocument* domain,
                                     const DomainRegion& region,
                                     Marks marks) {
    const std::string shmem_alias = marks == Marks::Ours ? alias_of("shmem") : "";
    switch (piece) {
    case DomainPiece::Shmem:
        return region.device == DomainRegion::Device::Doorbell
                   ? libvirt_lines(region.broker, shmem_alias)
                   : libvirt_plain_lines(region.broker, shmem_alias);
    case DomainPiece::Graphics:
        // No port and no socket: reached through libvirt alone. It cannot have an alias.
        return {"<graphics type='spice'>", "  <listen type='none'/>", "</graphics>"};
    case DomainPiece::Tablet:
        return lines_of_element(
            fmt::format("input type='tablet' bus='{}'", is_without_usb(domain) ? "virtio" : "usb"),
            {},
            marks == Marks::Ours ? alias_of("tablet") : "");
    case DomainPiece::Video:
        return lines_of_element("video",
                                domain != nullptr && has_host_device(*domain)
                                    ? "<model type='none'/>"
                                    : "<model type='vga'/>",
                                marks == Marks::Ours ? alias_of("video") : "");
    }
    return {};
}

std::string with_region(const XmlDocument& domain,
                        const DomainRegion& region,
                        const std::vector<DomainPiece>& pieces,
                        const DomainNotes& notes) {
    TextEdits edits;
    const std::string& text = domain.text();
    if (const XmlElement* const devices = domain.root().child("devices")) {
        std::vector<std::string> lines;
        for (const DomainPiece piece : pieces) {
            const auto more = piece_lines(piece, &domain, region, Marks::Ours);
            lines.insert(lines.end(), more.begin(), more.end());
        }
        if (!lines.empty()) {
            append(edits, text, *devices, lines);
        }
    }
    DomainNotes written = notes;
    if (const XmlElement* const metadata = domain.root().child("metadata")) {
        append(edits, text, *metadata, notes_lines(written));
        return edits.applied_to(text);
    }
    written.has_metadata = true;
    std::vector<std::string> lines{"<metadata>"};
    for (const std::string& line : notes_lines(written)) {
        lines.push_back("  " + line);
    }
    lines.emplace_back("</metadata>");
    const XmlElement& first = domain.root().children.front();
    const std::string indent = indentation(text, first.begin);
    const std::string inserted = block(lines, indent);
    // Before the first element that is there, on lines of its own.
    edits.insert(first.begin, inserted.substr(indent.size()) + indent);
    return edits.applied_to(text);
}

std::string with_notes(const XmlDocument& domain, const DomainNotes& notes) {
    const XmlElement* const element = notes_element(domain);
    if (element == nullptr) {
        return domain.text();
    }
    const std::string indent = indentation(domain.text(), element->begin);
    std::string text = block(notes_lines(notes), indent).substr(indent.size());
    text.pop_back();
    TextEdits edits;
    edits.replace(element->begin, element->end, text);
    return edits.applied_to(domain.text());
}

WithoutRegion without_region(const XmlDocument& domain) {
    TextEdits edits;
    WithoutRegion result;
    const DomainNotes notes = notes_of(domain).value_or(DomainNotes{});
    remove_devices(edits, domain, notes, result.left);
    if (const XmlElement* const element = notes_element(domain)) {
        const XmlElement* const metadata = domain.root().child("metadata");
        const bool is_last = notes.has_metadata && metadata->children.size() == 1;
        const XmlElement& going = is_last ? *metadata : *element;
        edits.remove_lines(domain.text(), going.begin, going.end);
    }
    result.xml = edits.applied_to(domain.text());
    return result;
}

}  // namespace oriel
