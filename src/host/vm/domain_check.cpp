// SPDX-License-Identifier: MIT
#include "host/vm/domain_check.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "region/region_paths.h"

namespace oriel {
namespace {

using enum Finding::Level;

std::vector<const XmlElement*> devices_of(const XmlDocument& domain, std::string_view name) {
    std::vector<const XmlElement*> found;
    const XmlElement* const devices = domain.root().child("devices");
    for (std::size_t i = 0; devices != nullptr && i < devices->children.size(); ++i) {
        const XmlElement& device = devices->children[i];
        if (device.name == name && device.namespace_uri.empty()) {
            found.push_back(&device);
        }
    }
    return found;
}

/// Any of them has that value of its attribute.
bool any_has(const std::vector<const XmlElement*>& elements,
             std::string_view attribute,
             std::string_view value) {
    return std::ranges::any_of(elements, [&](const XmlElement* element) {
        return element->attribute(attribute) == value;
    });
}

/// A libvirt size in bytes; 0 where it is none.
std::uint64_t bytes_of(const XmlElement& size) {
    std::uint64_t number = 0;
    const char* const end = size.text.data() + size.text.size();
    if (std::from_chars(size.text.data(), end, number).ptr != end || number > UINT64_MAX >> 40U) {
        return 0;
    }
    const std::string unit = size.attribute("unit");
    if (unit.empty() || unit == "b" || unit == "bytes") {
        return number;
    }
    const bool is_decimal = unit.size() == 2 && unit.back() == 'B';
    const std::uint64_t step = is_decimal ? 1000 : 1024;
    constexpr std::string_view kUnits = "KMGT";
    const std::size_t power = kUnits.find(unit.front() == 'k' ? 'K' : unit.front());
    for (std::size_t i = 0; power != std::string_view::npos && i <= power; ++i) {
        number *= step;
    }
    return number;
}

/// Arguments that a person hands to QEMU past libvirt, in one string.
std::string qemu_commandline(const XmlDocument& domain) {
    std::string arguments;
    for (const XmlElement& element : domain.root().children) {
        for (const XmlElement& argument : element.children) {
            if (element.name == "commandline" && argument.name == "arg") {
                arguments += argument.attribute("value") + "\n";
            }
        }
    }
    return arguments;
}

/// A person has QEMU told what libvirt does not tell it.
bool is_told_to_be_master(const XmlDocument& domain) {
    return std::ranges::any_of(domain.root().children, [&](const XmlElement& element) {
        return element.name == "override" && domain.text_of(element).contains("master");
    });
}

Finding lacks(DomainPiece piece, std::string text) {
    return {Lacks, std::move(text), piece};
}

/// The device that connects to our broker.
Finding doorbell_finding(const XmlElement& shmem, const std::string& socket) {
    if (shmem.attribute("role") != "master") {
        return {Wrong, "shmem: the device at " + socket + " has no role='master': add it", {}};
    }
    if (shmem.child("size") != nullptr) {
        return {Wrong,
                "shmem: the device at " + socket +
                    " has a <size>, which is the broker's to say: take it out",
                {}};
    }
    return {Good, "shmem: ivshmem-doorbell at " + socket, {}};
}

Finding plain_finding(const XmlElement& shmem, const DomainRegion& region) {
    const XmlElement* const size = shmem.child("size");
    const std::uint64_t bytes = size == nullptr ? 4U << 20U : bytes_of(*size);
    if (const auto checked = check_region_size(bytes); !checked) {
        return {Wrong, "shmem: " + checked.error().message, {}};
    }
    if (bytes < region.broker.size) {
        return {Wrong,
                fmt::format("shmem: {} MiB are too few, {} are needed for the largest mode: <size "
                            "unit='M'>{}</size>",
                            bytes >> 20U,
                            region.broker.size >> 20U,
                            region.broker.size >> 20U),
                {}};
    }
    return {Good, fmt::format("shmem: ivshmem-plain of {} MiB", bytes >> 20U), {}};
}

bool is_ours(const XmlElement& shmem, const DomainRegion& region) {
    const std::string model = shmem.child_attribute("model", "type");
    return region.device == DomainRegion::Device::Doorbell
               ? model == "ivshmem-doorbell" &&
                     shmem.child_attribute("server", "path") == vm_socket(region.broker.folder)
               : model == "ivshmem-plain" && shmem.attribute("name") == region.broker.name;
}

void check_shmem(const XmlDocument& domain,
                 const DomainRegion& region,
                 std::vector<Finding>& findings) {
    const std::string socket = vm_socket(region.broker.folder);
    const bool is_doorbell = region.device == DomainRegion::Device::Doorbell;
    bool is_there = false;
    for (const XmlElement* shmem : devices_of(domain, "shmem")) {
        if (is_ours(*shmem, region)) {
            is_there = true;
            findings.push_back(is_doorbell ? doorbell_finding(*shmem, socket)
                                           : plain_finding(*shmem, region));
            if (is_doorbell && !is_told_to_be_master(domain)) {
                findings.push_back({Note,
                                    "save: libvirt keeps role='master' to itself for this device, "
                                    "so QEMU refuses to save or migrate the guest: docs, "
                                    "vm-setup.md, \"Saving\"",
                                    {}});
            }
        } else {
            findings.push_back({Note,
                                fmt::format("shmem: '{}' ({}) is for something else and is left "
                                            "alone",
                                            shmem->attribute("name"),
                                            shmem->child_attribute("model", "type")),
                                {}});
        }
    }
    const std::string arguments = qemu_commandline(domain);
    if (!is_there && is_doorbell && arguments.contains(socket)) {
        findings.push_back(
            {Good, "shmem: <qemu:commandline> connects QEMU to " + socket, std::nullopt});
        return;
    }
    if (arguments.contains("ivshmem")) {
        findings.push_back(
            {Note,
             "shmem: <qemu:commandline> has an ivshmem device for something else; it is left alone",
             {}});
    }
    if (!is_there) {
        findings.push_back(lacks(
            DomainPiece::Shmem,
            is_doorbell ? "shmem: no ivshmem-doorbell device at " + socket
                        : fmt::format("shmem: no ivshmem-plain device '{}'", region.broker.name)));
    }
}

void check_graphics(const XmlDocument& domain, std::vector<Finding>& findings) {
    const auto graphics = devices_of(domain, "graphics");
    if (any_has(graphics, "type", "spice")) {
        findings.push_back({Good, "graphics: spice, for keyboard and pointer", {}});
    } else {
        findings.push_back(lacks(DomainPiece::Graphics,
                                 graphics.empty()
                                     ? "graphics: none; keyboard and pointer go through spice"
                                     : fmt::format("graphics: {} only; keyboard and pointer go "
                                                   "through spice",
                                                   graphics.front()->attribute("type"))));
    }
}

void check_input(const XmlDocument& domain, std::vector<Finding>& findings) {
    if (any_has(devices_of(domain, "input"), "type", "tablet")) {
        findings.push_back({Good, "input: a tablet, so that the pointer is where you point", {}});
    } else {
        findings.push_back(lacks(DomainPiece::Tablet,
                                 "input: no tablet; without one the pointer has to be grabbed"));
    }
}

void check_video(const XmlDocument& domain, std::vector<Finding>& findings) {
    const auto videos = devices_of(domain, "video");
    const std::string type = videos.empty() ? "" : videos.front()->child_attribute("model", "type");
    if (videos.empty() && !has_host_device(domain)) {
        findings.push_back(lacks(DomainPiece::Video, "video: none, so there is nothing to show"));
    } else if (!has_host_device(domain)) {
        findings.push_back(type == "none" ? Finding{Wrong,
                                                    "video: type 'none' and no passed-through "
                                                    "device, so there is nothing to show",
                                                    {}}
                                          : Finding{Good, "video: " + type, {}});
    } else if (!videos.empty() && type != "none") {
        findings.push_back(
            {Note,
             "video: " + type +
                 " beside a passed-through device: once the guest shows its desktop "
                 "on the latter, type 'none' keeps windows from opening on the other",
             {}});
    } else {
        findings.push_back({Good, "video: none beside a passed-through device", {}});
    }
}

void check_memory_balloon(const XmlDocument& domain, std::vector<Finding>& findings) {
    const auto balloons = devices_of(domain, "memballoon");
    if (has_host_device(domain) && !any_has(balloons, "model", "none")) {
        findings.push_back({Note,
                            "memballoon: it cannot take memory from a guest with a passed-through "
                            "device: <memballoon model='none'/>",
                            {}});
    }
}

void note_security(const DomainRegion& region, std::vector<Finding>& findings) {
    switch (region.security) {
    case HostSecurity::SeLinux:
        findings.push_back(
            {Note,
             fmt::format("selinux: QEMU may not reach a broker's socket, so the device is "
                         "ivshmem-plain, without doorbells: `oriel view file:/dev/shm/{}`",
                         region.broker.name),
             {}});
        return;
    case HostSecurity::AppArmor:
        findings.push_back(
            {Note, "apparmor: libvirt itself lets QEMU reach the broker's socket", {}});
        return;
    case HostSecurity::None:
        return;
    }
}

}  // namespace

bool has_host_device(const XmlDocument& domain) {
    const auto devices = devices_of(domain, "hostdev");
    return any_has(devices, "type", "pci") || any_has(devices, "type", "mdev");
}

Result<std::vector<Finding>> check_domain(const XmlDocument& domain, const DomainRegion& region) {
    if (domain.root().name != "domain" || domain.root().child("devices") == nullptr) {
        return Failure(Error::usage("it is no definition of a domain: no <domain> with <devices>"));
    }
    std::vector<Finding> findings;
    const std::string type = domain.root().attribute("type");
    if (type != "kvm" && type != "qemu") {
        findings.push_back(
            {Wrong,
             fmt::format("type: '{}' has no shared memory: QEMU has (type 'kvm')", type),
             {}});
    }
    check_shmem(domain, region, findings);
    check_graphics(domain, findings);
    check_input(domain, findings);
    check_video(domain, findings);
    check_memory_balloon(domain, findings);
    note_security(region, findings);
    return findings;
}

std::vector<DomainPiece> pieces_to_add(const XmlDocument& domain,
                                       const std::vector<Finding>& findings) {
    std::vector<DomainPiece> pieces;
    for (const Finding& finding : findings) {
        if (finding.cure) {
            pieces.push_back(*finding.cure);
        }
    }
    const auto has = [&pieces](DomainPiece piece) {
        return std::ranges::find(pieces, piece) != pieces.end();
    };
    // With graphics and without a video device, libvirt adds one.
    if (has(DomainPiece::Graphics) && !has(DomainPiece::Video) &&
        devices_of(domain, "video").empty()) {
        pieces.push_back(DomainPiece::Video);
    }
    return pieces;
}

bool is_fit(const std::vector<Finding>& findings) {
    return std::ranges::none_of(findings, [](const Finding& finding) {
        return finding.level == Lacks || finding.level == Wrong;
    });
}

std::string finding_line(const Finding& finding) {
    switch (finding.level) {
    case Good:
        return "ok     " + finding.text;
    case Note:
        return "note   " + finding.text;
    case Lacks:
        return "lacks  " + finding.text;
    case Wrong:
        return "wrong  " + finding.text;
    }
    return finding.text;
}

}  // namespace oriel
