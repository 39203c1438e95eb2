// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "host/vm/boot_file.h"
#include "host/vm/vm_command.h"
#include "region/broker_options.h"

namespace oriel {

/// Sockets that QEMU makes in the region's folder.
std::string spice_socket(const std::string& folder);
std::string monitor_socket(const std::string& folder);

/// QEMU's arguments that connect a region, keyboard and pointer; for any machine with PCI.
std::vector<std::string> connection_arguments(const BrokerOptions& region);

/// The whole command line of `oriel vm run`, the program in front. `is_accelerated`: by KVM.
/// Errors: Usage, for a value that is none of those known.
Result<std::vector<std::string>> machine_arguments(const VmOptions& options,
                                                   const BootFile& boot,
                                                   const BrokerOptions& region,
                                                   bool is_accelerated);

/// The region of a machine that is run or printed: named as asked, else after the target.
/// Errors: Usage.
Result<BrokerOptions> machine_region(const VmOptions& options);

/// Pastes into a shell, an option a line.
std::string shell_text(const std::vector<std::string>& command);

/// The address viewers find input at.
std::string spice_uri(const std::string& folder);

}  // namespace oriel
