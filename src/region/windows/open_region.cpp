// SPDX-License-Identifier: MIT
#include "region/region.h"
#include "region/windows/file_region.h"
#include "region/windows/ivshmem_region.h"

namespace oriel {

Result<std::unique_ptr<Region>> Region::open(const Target& target, Role role) {
    switch (target.kind) {
    case Target::Kind::Pci:
        return IvshmemRegion::open(target.value, role);
    case Target::Kind::File:
        return WindowsFileRegion::open(target, role);
    case Target::Kind::Name:
    case Target::Kind::Socket:
    case Target::Kind::Kvmfr:
        break;
    }
    return Failure(
        Error::usage("cannot open " + target.text() +
                     ": a Windows machine has its region in an ivshmem device, --region pci"));
}

Result<Target> only_guest_target() {
    // Which of several, and what to do where there is none, is said when it is opened.
    return Target{Target::Kind::Pci, "", 0};
}

}  // namespace oriel
