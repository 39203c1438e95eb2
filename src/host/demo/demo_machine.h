// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "host/machine/guest_kernel.h"
#include "host/machine/kvm_probe.h"
#include "host/machine/virtual_machine.h"
#include "relay/geometry.h"

namespace oriel {

/// What the demo's virtual machine is made of, as this machine has it.
struct DemoMachineParts {
    GuestKernel kernel;
    std::vector<GuestFile> agent;
    KvmAnswer kvm;
};

/// Looks for all of it, and says first what it is going to download, should it have to.
/// Blocks: for as long as a download takes. Threads: while there is but one.
/// Errors: NotFound, naming what is missing and what to do.
Result<DemoMachineParts> find_demo_machine();

/// What the guest's script writes to its first serial port when what was typed has run.
inline constexpr const char* kTypedHasRun = "oriel: the typed command has run";

/// A machine with a screen of that size in region `name`, and SPICE and QMP for input in `folder`.
/// Its guest starts the agent, writes the kernel's log to its screen, and has a shell there. The
/// acceleration is left to the caller.
MachineOptions demo_machine_options(const DemoMachineParts& parts,
                                    const std::string& name,
                                    const std::string& folder,
                                    Size screen);

/// Sockets in the folder, as --input takes them.
std::string demo_spice(const std::string& folder);
std::string demo_qmp(const std::string& folder);

}  // namespace oriel
