// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// A connection to a libvirt daemon.
///
/// What implements it lives in a module that is loaded on demand (libvirt_module.h), so that
/// nothing else of ours needs libvirt to be there.
///
/// Blocks: each call, until the daemon has answered.
/// Errors: in libvirt's own words, each with what was tried in front; NotFound for a domain that
/// is not there.
class Libvirt {
  public:
    struct Domain {
        std::string name;
        bool is_running = false;
        bool is_persistent = false;     ///< Has a definition that outlives its run.
        bool has_managed_save = false;  ///< Its next start resumes what was saved, old devices too.
    };

    Libvirt() = default;
    virtual ~Libvirt() = default;
    Libvirt(const Libvirt&) = delete;
    Libvirt& operator=(const Libvirt&) = delete;

    /// The one that answered: "qemu:///system".
    virtual std::string uri() const = 0;

    virtual Result<std::vector<Domain>> domains() = 0;

    /// By name, else by UUID.
    virtual Result<Domain> find(const std::string& name) = 0;

    /// The persistent definition as it will be used at the next start, passwords included.
    virtual Result<std::string> xml(const std::string& name) = 0;

    /// Makes `xml` the definition of the domain it names.
    virtual Result<void> define(const std::string& xml) = 0;

    /// What the host can do, as XML: its security models among it.
    virtual Result<std::string> capabilities() = 0;

    /// A connection to the SPICE server of a running domain, already admitted: no password is asked
    /// for. Each of SPICE's channels needs one of its own.
    /// Errors: NotFound where it has no SPICE graphics; libvirt's where it does not run.
    virtual Result<UniqueFd> open_spice(const std::string& name) = 0;
};

/// Connects to exactly this URI. Errors: Unsupported where the module or libvirt itself is not
/// installed, naming the package.
Result<std::unique_ptr<Libvirt>> connect_libvirt(const std::string& uri);

/// The URIs to try: `wanted`, else LIBVIRT_DEFAULT_URI, else the system's QEMU, then the user's.
std::vector<std::string> libvirt_uris(const std::string& wanted);

/// LIBVIRT_DEFAULT_URI, the daemon that a person wants to be asked; "" where it is not set.
std::string default_libvirt_uri();

/// A libvirt daemon of this user's own is there already: connecting to qemu:///session would start
/// one that is not, and its virtual machines keep it running.
bool is_user_libvirt_running();

/// The first of libvirt_uris() that answers and has a domain of that name.
/// Errors: NotFound, naming what was asked; that of the first URI where none answered.
Result<std::unique_ptr<Libvirt>> connect_libvirt_with(const std::string& domain,
                                                      const std::string& wanted_uri);

}  // namespace oriel
