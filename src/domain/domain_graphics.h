// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/linux/fd.h"
#include "base/result.h"
#include "domain/libvirt.h"

namespace oriel {

/// The SPICE server of the libvirt domain that has a region: where a viewer's input goes if nobody
/// said otherwise.
class DomainGraphics {
  public:
    /// Looks for the running domain whose region has this name, at each of libvirt_uris().
    /// Blocks: until the daemons have answered. Errors: as connect_libvirt(); NotFound where no
    /// such domain runs.
    static Result<DomainGraphics> of_region(const std::string& region,
                                            const std::string& wanted_uri = "");

    /// Another connection, already admitted: one for each channel. Errors: as
    /// Libvirt::open_spice().
    Result<UniqueFd> open() const { return libvirt_->open_spice(domain_); }

    const std::string& domain() const { return domain_; }

  private:
    DomainGraphics(std::unique_ptr<Libvirt> libvirt, std::string domain)
        : libvirt_(std::move(libvirt)), domain_(std::move(domain)) {}

    std::unique_ptr<Libvirt> libvirt_;
    std::string domain_;
};

/// A region's name for a domain of any name: what may not be in it becomes '-'.
std::string region_name_for(std::string_view domain);

}  // namespace oriel
