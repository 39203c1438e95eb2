// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "region/broker_options.h"

namespace oriel {

/// What confines QEMU on the host.
enum class HostSecurity : std::uint8_t { None, AppArmor, SeLinux };

/// The region that a libvirt domain shall have.
struct DomainRegion {
    BrokerOptions broker;  ///< Name, folder and size.
    enum class Device : std::uint8_t {
        Doorbell,  ///< From a broker.
        Plain,     ///< From libvirt, where a policy does not let QEMU reach a broker's socket.
    } device = Device::Doorbell;
    HostSecurity security = HostSecurity::None;
};

/// Where QEMU of that libvirt finds the region: the system's regions are in /run/oriel.
/// Errors: Usage, where the name cannot be used.
Result<DomainRegion> domain_region(const std::string& name,
                                   std::string_view libvirt_uri,
                                   HostSecurity security);

/// It is the libvirt that runs for all users.
bool is_system_uri(std::string_view libvirt_uri);

/// What the capabilities of a libvirt say; of "" what this machine's kernel says.
/// Errors: Usage, where they are no XML.
Result<HostSecurity> host_security(const std::string& capabilities);

}  // namespace oriel
