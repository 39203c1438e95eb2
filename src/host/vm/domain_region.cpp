// SPDX-License-Identifier: MIT
#include "host/vm/domain_region.h"

#include <algorithm>
#include <filesystem>

#include "host/vm/xml_document.h"
#include "region/region_paths.h"
#include "region/target.h"

namespace oriel {
namespace {

HostSecurity security_of_this_machine() {
    std::error_code ignored;
    if (std::filesystem::exists("/sys/fs/selinux/enforce", ignored)) {
        return HostSecurity::SeLinux;
    }
    return std::filesystem::exists("/sys/kernel/security/apparmor/profiles", ignored)
               ? HostSecurity::AppArmor
               : HostSecurity::None;
}

}  // namespace

bool is_system_uri(std::string_view libvirt_uri) {
    const std::size_t path = libvirt_uri.find("://");
    if (path == std::string_view::npos) {
        return false;
    }
    const std::string_view rest = libvirt_uri.substr(path + 3);
    const std::size_t slash = rest.find('/');
    return slash != std::string_view::npos &&
           rest.substr(slash, rest.find('?') - slash) == "/system";
}

Result<DomainRegion> domain_region(const std::string& name,
                                   std::string_view libvirt_uri,
                                   HostSecurity security) {
    DomainRegion region;
    region.broker.name = name;
    if (is_system_uri(libvirt_uri)) {
        region.broker.folder = system_region_folder(name);
    }
    ORIEL_TRY_ASSIGN(region.broker, completed(region.broker));
    region.security = security;
    region.device = security == HostSecurity::SeLinux ? DomainRegion::Device::Plain
                                                      : DomainRegion::Device::Doorbell;
    return region;
}

Result<HostSecurity> host_security(const std::string& capabilities) {
    if (capabilities.empty()) {
        return security_of_this_machine();
    }
    ORIEL_TRY_ASSIGN(const XmlDocument document,
                     XmlDocument::parse(capabilities, "what libvirt says of the host"));
    const XmlElement* const host = document.root().child("host");
    HostSecurity found = HostSecurity::None;
    for (const XmlElement& element : host == nullptr ? std::vector<XmlElement>{} : host->children) {
        if (const XmlElement* const model = element.child("model");
            element.name == "secmodel" && model != nullptr) {
            found = model->text == "selinux"    ? HostSecurity::SeLinux
                    : model->text == "apparmor" ? HostSecurity::AppArmor
                                                : found;
        }
    }
    return found;
}

}  // namespace oriel
