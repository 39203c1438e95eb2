// SPDX-License-Identifier: MIT
#include "domain/libvirt.h"

#include <cstdlib>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/linux/module.h"
#include "domain/libvirt_module.h"

namespace oriel {

Result<std::unique_ptr<Libvirt>> connect_libvirt(const std::string& uri) {
    ORIEL_TRY_ASSIGN(const void* const functions, load_module(kLibvirtModule));
    return static_cast<const LibvirtModule*>(functions)->open(uri);
}

std::vector<std::string> libvirt_uris(const std::string& wanted) {
    if (!wanted.empty()) {
        return {wanted};
    }
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing of ours changes the environment
    const char* const given = std::getenv("LIBVIRT_DEFAULT_URI");
    if (given != nullptr && given[0] != '\0') {
        return {given};
    }
    return {"qemu:///system", "qemu:///session"};
}

Result<std::unique_ptr<Libvirt>> connect_libvirt_with(const std::string& domain,
                                                      const std::string& wanted_uri) {
    std::optional<Error> first;
    std::vector<std::string> asked;
    for (const std::string& uri : libvirt_uris(wanted_uri)) {
        auto connection = connect_libvirt(uri);
        if (!connection) {
            if (connection.error().kind == ErrorKind::Unsupported) {
                return connection;
            }
            first = first ? first : connection.error();
            continue;
        }
        const auto found = (*connection)->find(domain);
        if (found) {
            return connection;
        }
        if (found.error().kind != ErrorKind::NotFound) {
            return Failure(found.error());
        }
        asked.push_back((*connection)->uri());
    }
    if (asked.empty() && first) {
        return Failure(*first);
    }
    return Failure(Error::not_found(fmt::format("no domain {} at {}{}: see `virsh list --all`",
                                                domain,
                                                fmt::join(asked, " or "),
                                                first ? " (" + first->message + ")" : "")));
}

}  // namespace oriel
