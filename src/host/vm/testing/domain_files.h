// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "host/vm/domain_region.h"
#include "host/vm/xml_document.h"

namespace oriel::testing_support {

/// A definition of a domain out of this folder.
inline std::string domain_text(const std::string& name) {
    const std::ifstream file(std::string(ORIEL_DOMAIN_FILES) + "/" + name + ".xml");
    EXPECT_TRUE(file.is_open()) << name;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline XmlDocument domain_of(const std::string& text) {
    auto document = XmlDocument::parse(text, "the test's domain");
    EXPECT_TRUE(document) << document.error().message;
    return document ? std::move(*document) : *XmlDocument::parse("<none/>", "");
}

inline DomainRegion system_region(const std::string& name,
                                  HostSecurity security = HostSecurity::None) {
    const auto region = domain_region(name, "qemu:///system", security);
    EXPECT_TRUE(region) << region.error().message;
    return region ? *region : DomainRegion{};
}

}  // namespace oriel::testing_support
