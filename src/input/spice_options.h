// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// Where a SPICE server is, and how to be let in.
struct SpiceOptions {
    std::string host;
    std::uint16_t port = 0;      ///< 0: none.
    std::uint16_t tls_port = 0;  ///< 0: none.
    std::string unix_path;       ///< In place of host and ports.
    std::string ca_file;         ///< Empty: the system's authorities.
    std::string host_subject;    ///< The certificate's subject, in place of the host's name.
    std::string password_file;   ///< Its first line is read at each attempt.

    /// In place of a file, from somebody who was asked.
    std::optional<std::string> password;

    /// In place of an address: a new connection to the server for each call, as libvirt gives one.
    /// Called on the sink's own thread.
    std::function<Result<UniqueFd>()> open_connection;

    /// "unix:/run/vm.sock", "host:5900", for people.
    std::string address() const;
};

/// Takes `spice://HOST[:PORT]`, `spice+unix:///PATH`, `spice:unix:/PATH`, `spice:/PATH`, and each
/// of the first two with `spice:` in front. Behind a `?`, joined by `&`, with %XX for odd
/// characters: tls-port=, ca-file=, host-subject=, password-file=. A password itself is refused:
/// everybody on the machine can read a command line. Errors: Usage.
Result<SpiceOptions> parse_spice_uri(std::string_view uri);

}  // namespace oriel
