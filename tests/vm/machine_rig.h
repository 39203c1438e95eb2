// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "host/machine/virtual_machine.h"

namespace oriel::testing_support {

/// Why no virtual machine can be tested on this machine, and what to do; "" where one can.
std::string why_no_machine();

/// How often a test does each thing to its machine: once, and more in `make test-all`
/// (ORIEL_VM_ROUNDS).
int rounds();

/// A folder of a test's own for machines: gone with it.
class MachineFolder {
  public:
    MachineFolder();
    ~MachineFolder();
    MachineFolder(const MachineFolder&) = delete;
    MachineFolder& operator=(const MachineFolder&) = delete;

    const std::string& path() const { return path_; }

    /// A folder below it, made now.
    std::string make(const std::string& name) const;

  private:
    std::string path_;
};

/// A line of shell for a guest: the agent's process, without the one beside it that has its last
/// word. Fails where there is none.
inline constexpr const char* kFindAgent =
    "grep -slx oriel-guest /proc/[0-9]*/comm | cut -d/ -f3 | grep .";

/// Options with a folder and a kernel, and nothing else.
MachineOptions machine_options(const std::string& folder);

/// Starts a machine and waits until its guest is up; the test fails where it does not.
std::unique_ptr<VirtualMachine> boot(const MachineOptions& options);

}  // namespace oriel::testing_support
