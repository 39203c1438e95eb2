// SPDX-License-Identifier: MIT
// Definitions of virtual machines as anybody may write them: what is made of one is a definition,
// and what is taken out again leaves no trace.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "host/vm/domain_edit.h"

namespace {

using namespace oriel;

XmlDocument parsed(const std::string& text) {
    auto document = XmlDocument::parse(text, "what we made");
    ORIEL_ASSERT(document.has_value());
    return std::move(*document);
}

void fit_and_unfit(const XmlDocument& foreign, HostSecurity security) {
    const XmlDocument domain = parsed(without_region(foreign).xml);
    const auto region = domain_region("fuzz", "qemu:///system", security);
    const auto findings = check_domain(domain, *region);
    if (!findings || notes_element(domain) != nullptr) {
        return;
    }
    DomainNotes notes;
    notes.region = "fuzz";
    const XmlDocument fitted =
        parsed(with_region(domain, *region, pieces_to_add(domain, *findings), notes));
    const auto written = notes_of(fitted);
    ORIEL_ASSERT(written.has_value());
    const XmlDocument noted =
        parsed(with_notes(fitted, with_side_effects(written.value_or(notes), domain, fitted)));
    const XmlDocument without = parsed(without_region(noted).xml);
    ORIEL_ASSERT(notes_element(without) == nullptr);
    ORIEL_ASSERT(without.root().child("devices")->children.size() ==
                 domain.root().child("devices")->children.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document =
        XmlDocument::parse(std::string(reinterpret_cast<const char*>(data), size), "fuzz");
    if (document) {
        fit_and_unfit(*document, HostSecurity::None);
        fit_and_unfit(*document, HostSecurity::SeLinux);
    }
    return 0;
}
