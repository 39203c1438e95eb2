// SPDX-License-Identifier: MIT
#include <filesystem>

#include "base/output.h"
#include "domain/libvirt.h"
#include "host/machine/kvm_probe.h"
#include "host/vm/boot_file.h"
#include "host/vm/domain_edit.h"
#include "host/vm/vm_arguments.h"
#include "host/vm/vm_command.h"

namespace oriel {
namespace {

bool is_file(const std::string& target) {
    std::error_code ignored;
    return target.contains('/') || std::filesystem::exists(target, ignored);
}

Result<int> print_xml(const VmOptions& options, const std::string& name) {
    ORIEL_TRY_ASSIGN(const HostSecurity security, host_security(""));
    ORIEL_TRY_ASSIGN(const DomainRegion region,
                     domain_region(name, libvirt_uris(options.uri).front(), security));
    for (const DomainPiece piece :
         {DomainPiece::Shmem, DomainPiece::Graphics, DomainPiece::Tablet}) {
        for (const std::string& line : piece_lines(piece, nullptr, region, Marks::None)) {
            print_line(line);
        }
    }
    return 0;
}

}  // namespace

Result<int> print_vm(const VmOptions& options) {
    ORIEL_TRY_ASSIGN(const BrokerOptions region, machine_region(options));
    if (options.form == VmOptions::Form::Xml) {
        return print_xml(options, region.name);
    }
    if (!is_file(options.target)) {
        print_line(shell_text(connection_arguments(region)));
        return 0;
    }
    ORIEL_TRY_ASSIGN(const BootFile boot, look_at_boot_file(options.target, options.format));
    const bool is_accelerated =
        options.acceleration == "kvm" || (options.acceleration == "auto" && probe_kvm().runs);
    ORIEL_TRY_ASSIGN(const auto arguments,
                     machine_arguments(options, boot, region, is_accelerated));
    print_line(shell_text(arguments));
    return 0;
}

}  // namespace oriel
