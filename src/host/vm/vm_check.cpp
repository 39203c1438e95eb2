// SPDX-License-Identifier: MIT
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/linux/unix_socket.h"
#include "base/output.h"
#include "domain/domain_graphics.h"
#include "domain/libvirt.h"
#include "host/vm/broker_unit.h"
#include "host/vm/domain_check.h"
#include "host/vm/vm_command.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

/// A definition, and where it came from.
struct Checked {
    XmlDocument domain;
    DomainRegion region;
    bool is_file = false;
    std::string uri;
};

/// A path rather than the name of a domain.
bool is_file_name(const std::string& target) {
    return target.contains('/') || target.ends_with(".xml");
}

Result<std::string> text_of_file(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        return Failure(Error::not_found("no file " + path));
    }
    const std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file.is_open() || text.fail()) {
        return Failure(Error::usage(path + " cannot be read, or is empty"));
    }
    return text.str();
}

Result<Checked> from_file(const VmOptions& options) {
    ORIEL_TRY_ASSIGN(std::string text, text_of_file(options.target));
    ORIEL_TRY_ASSIGN(XmlDocument domain, XmlDocument::parse(std::move(text), options.target));
    const XmlElement* const name = domain.root().child("name");
    const std::string uri = libvirt_uris(options.uri).front();
    ORIEL_TRY_ASSIGN(const HostSecurity security, host_security(""));
    ORIEL_TRY_ASSIGN(
        DomainRegion region,
        domain_region(region_name_for(name == nullptr ? "" : name->text), uri, security));
    return Checked{std::move(domain), std::move(region), true, uri};
}

Result<Checked> from_libvirt(const VmOptions& options) {
    ORIEL_TRY_ASSIGN(const auto libvirt, connect_libvirt_with(options.target, options.uri));
    ORIEL_TRY_ASSIGN(const Libvirt::Domain found, libvirt->find(options.target));
    ORIEL_TRY_ASSIGN(const std::string capabilities, libvirt->capabilities());
    ORIEL_TRY_ASSIGN(const HostSecurity security, host_security(capabilities));
    ORIEL_TRY_ASSIGN(DomainRegion region,
                     domain_region(region_name_for(found.name), libvirt->uri(), security));
    ORIEL_TRY_ASSIGN(std::string text, libvirt->xml(found.name));
    ORIEL_TRY_ASSIGN(XmlDocument domain,
                     XmlDocument::parse(std::move(text), "the definition of " + found.name));
    return Checked{std::move(domain), std::move(region), false, libvirt->uri()};
}

/// QEMU does not start unless somebody listens.
Finding broker_finding(const Checked& checked) {
    const std::string& folder = checked.region.broker.folder;
    // Not QEMU's socket: the broker would take us for the virtual machine.
    const auto connection = connect_unix(viewer_socket(folder), SocketKind::Packets);
    if (connection || connection.error().os_code == EACCES) {
        return {Finding::Level::Good, "broker: listens in " + folder, {}};
    }
    const BrokerUnit unit{
        checked.region.broker.name,
        is_system_uri(checked.uri) ? BrokerUnit::Scope::System : BrokerUnit::Scope::User};
    return {Finding::Level::Lacks,
            fmt::format("broker: nobody listens in {}, and without that QEMU does not start: `{}`",
                        folder,
                        has_service_manager(unit)
                            ? fmt::format("{}", fmt::join(enable_command(unit), " "))
                            : broker_by_hand(unit)),
            {}};
}

}  // namespace

Result<int> check_vm(const VmOptions& options) {
    ORIEL_TRY_ASSIGN(const Checked checked,
                     is_file_name(options.target) ? from_file(options) : from_libvirt(options));
    ORIEL_TRY_ASSIGN(auto findings, check_domain(checked.domain, checked.region));
    if (!checked.is_file && checked.region.device == DomainRegion::Device::Doorbell) {
        findings.push_back(broker_finding(checked));
    }
    bool has_cure = false;
    for (const Finding& finding : findings) {
        print_line(finding_line(finding));
        has_cure = has_cure || finding.cure.has_value();
    }
    if (has_cure && !checked.is_file) {
        print_line(fmt::format("`oriel vm setup {}` adds what it lacks", options.target));
    }
    return is_fit(findings) ? 0 : 1;
}

}  // namespace oriel
