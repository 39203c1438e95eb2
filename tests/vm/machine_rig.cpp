// SPDX-License-Identifier: MIT
#include "vm/machine_rig.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "host/machine/programs.h"

namespace oriel::testing_support {
std::string why_no_machine() {
    static const std::string why = [] {
        if (find_program("qemu-system-x86_64").empty()) {
            return std::string("no qemu-system-x86_64: packaging/install-dependencies --test");
        }
        const auto kernel = find_guest_kernel(KernelFetch::Cached);
        return kernel ? std::string() : kernel.error().message;
    }();
    return why;
}

int rounds() {
    const char* text = std::getenv("ORIEL_VM_ROUNDS");          // NOLINT(concurrency-mt-unsafe)
    return text == nullptr ? 1 : std::max(1, std::atoi(text));  // NOLINT(cert-err34-c)
}

MachineFolder::MachineFolder() {
    std::string name = std::filesystem::temp_directory_path() / "oriel-machine-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
}

MachineFolder::~MachineFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string MachineFolder::make(const std::string& name) const {
    const std::string path = path_ + "/" + name;
    std::filesystem::create_directory(path);
    return path;
}

MachineOptions machine_options(const std::string& folder) {
    MachineOptions options;
    options.folder = folder;
    if (auto kernel = find_guest_kernel(KernelFetch::Cached)) {
        options.kernel = std::move(*kernel);
    }
    return options;
}

std::unique_ptr<VirtualMachine> boot(const MachineOptions& options) {
    auto machine = VirtualMachine::start(options);
    if (!machine) {
        ADD_FAILURE() << machine.error().message;
        return nullptr;
    }
    if (const auto up = (*machine)->wait_until_up(); !up) {
        ADD_FAILURE() << up.error().message;
        return nullptr;
    }
    return std::move(*machine);
}

}  // namespace oriel::testing_support
