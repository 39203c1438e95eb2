// SPDX-License-Identifier: MIT
#include "host/vm/testing/domain_files.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace oriel::testing_support {

std::string domain_text(const std::string& name) {
    const std::ifstream file(std::string(ORIEL_DOMAIN_FILES) + "/" + name + ".xml");
    EXPECT_TRUE(file.is_open()) << name;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

XmlDocument domain_of(const std::string& text) {
    auto document = XmlDocument::parse(text, "the test's domain");
    EXPECT_TRUE(document) << document.error().message;
    return document ? std::move(*document) : *XmlDocument::parse("<none/>", "");
}

DomainRegion system_region(const std::string& name, HostSecurity security) {
    const auto region = domain_region(name, "qemu:///system", security);
    EXPECT_TRUE(region) << region.error().message;
    return region ? *region : DomainRegion{};
}

}  // namespace oriel::testing_support
