// SPDX-License-Identifier: MIT
#include "region/vfio_binding.h"

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/linux/child_program.h"
#include "base/linux/fd.h"
#include "base/log.h"
#include "region/sysfs_file.h"

namespace oriel {
namespace {

namespace fs = std::filesystem;

constexpr Nanoseconds kLoadLimit = std::chrono::seconds(10);

/// Clears what was written there.
constexpr const char* kNothing = "\n";

Result<void> write_to(const fs::path& path, const std::string& text) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file || ::write(file.get(), text.data(), text.size()) < 0) {
        return Failure(Error::system("write " + path.string(), errno));
    }
    return {};
}

fs::path override_of(const PciDevice& device) {
    return fs::path(device.folder) / "driver_override";
}

fs::path pci_bus_of(const PciDevice& device) {
    return fs::path(device.folder).parent_path().parent_path();
}

fs::path driver_folder(const PciDevice& device) {
    return pci_bus_of(device) / "drivers" / kVfioDriver;
}

/// By the program that the kernel itself loads modules with.
void load_driver() {
    const std::string modprobe = first_line_in("/proc/sys/kernel/modprobe");
    if (modprobe.empty()) {
        return;
    }
    auto child =
        ChildProgram::start({.label = "modprobe",
                             .arguments = {modprobe, "-a", "-q", kVfioDriver, "vfio_iommu_type1"},
                             .environment = {}});
    if (child) {
        static_cast<void>(child->wait(kLoadLimit));
    }
}

Result<void> have_driver(const PciDevice& device) {
    std::error_code ignored;
    if (fs::exists(driver_folder(device), ignored)) {
        return {};
    }
    load_driver();
    if (fs::exists(driver_folder(device), ignored)) {
        return {};
    }
    return Failure(Error::unsupported("this kernel has no vfio-pci (modprobe vfio-pci)"));
}

}  // namespace

Result<std::unique_ptr<VfioBinding>> VfioBinding::take(const PciDevice& device) {
    std::unique_ptr<VfioBinding> binding(new VfioBinding(device));
    if (driver_of(device) != kVfioDriver) {
        ORIEL_TRY(have_driver(device));
        ORIEL_TRY(binding->bind());
    }
    return binding;
}

Result<void> VfioBinding::bind() const {
    ORIEL_TRY(write_to(override_of(device_), kVfioDriver));
    ORIEL_TRY(write_to(pci_bus_of(device_) / "drivers_probe", device_.address));
    if (driver_of(device_) != kVfioDriver) {
        return Failure(Error::unsupported("vfio-pci does not take the device"));
    }
    return {};
}

VfioBinding::~VfioBinding() {
    if (!is_ours_ || first_line_in(override_of(device_)) != kVfioDriver) {
        return;
    }
    Result<void> given = write_to(override_of(device_), kNothing);
    if (given && driver_of(device_) == kVfioDriver) {
        given = write_to(driver_folder(device_) / "unbind", device_.address);
    }
    if (!given) {
        log(LogLevel::Warning,
            fmt::format("PCI device {} stays bound to vfio-pci: {}",
                        device_.address,
                        given.error().message));
    }
}

}  // namespace oriel
