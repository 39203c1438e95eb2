// SPDX-License-Identifier: MIT
#include "vm/machine_rig.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

namespace oriel::testing_support {
namespace {

bool is_in_path(const std::string& program) {
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
    std::string folders = path == nullptr ? "" : path;
    while (!folders.empty()) {
        const std::size_t end = std::min(folders.find(':'), folders.size());
        if (::access((folders.substr(0, end) + "/" + program).c_str(), X_OK) == 0) {
            return true;
        }
        folders.erase(0, end + 1);
    }
    return false;
}

}  // namespace

std::string why_no_machine() {
    static const std::string why = [] {
        if (!is_in_path("qemu-system-x86_64")) {
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
