// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "host/vm/domain_region.h"
#include "host/vm/xml_document.h"

namespace oriel::testing_support {

/// A definition of a domain out of this folder.
std::string domain_text(const std::string& name);

XmlDocument domain_of(const std::string& text);

/// The region of a domain of the system's libvirt.
DomainRegion system_region(const std::string& name, HostSecurity security = HostSecurity::None);

}  // namespace oriel::testing_support
