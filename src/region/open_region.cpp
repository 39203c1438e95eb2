// SPDX-License-Identifier: MIT
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "region/broker_region.h"
#include "region/file_region.h"
#include "region/pci_region.h"
#include "region/region.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

/// A path may lead to a broker's socket, or to the folder it is in, as well as to a plain file.
Result<std::unique_ptr<Region>> open_path(const Target& target, Role role) {
    std::error_code ignored;
    if (std::filesystem::is_socket(target.value, ignored)) {
        return BrokerRegion::open(target.value, target.value, role);
    }
    if (target.value.starts_with("/dev/kvmfr")) {
        return FileRegion::open_kvmfr(target.value, role);
    }
    if (std::filesystem::is_directory(target.value, ignored)) {
        return BrokerRegion::open(viewer_socket(target.value), target.value, role);
    }
    return FileRegion::open(target, role);
}

}  // namespace

Result<std::unique_ptr<Region>> Region::open(const Target& target, Role role) {
    switch (target.kind) {
    case Target::Kind::Name:
        return BrokerRegion::open(viewer_socket_of(target.value), target.value, role);
    case Target::Kind::Socket:
        return BrokerRegion::open(target.value, target.value, role);
    case Target::Kind::File:
        return open_path(target, role);
    case Target::Kind::Pci:
        return PciRegion::open(target.value, role);
    case Target::Kind::Kvmfr:
        return FileRegion::open_kvmfr(target.value, role);
    }
    return Failure(Error::usage("no region is named"));
}

}  // namespace oriel
