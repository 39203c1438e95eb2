// SPDX-License-Identifier: MIT
#include "input/spice_options.h"

#include "base/parse_number.h"

namespace oriel {
namespace {

Error unusable(std::string_view uri, const std::string& why) {
    return Error::usage("cannot use \"" + std::string(uri) + "\": " + why);
}

std::optional<std::uint16_t> port_of(std::string_view text) {
    const auto port = parse_number<std::uint16_t>(text);
    return port != 0 ? port : std::nullopt;
}

std::optional<std::string> decoded(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        if (text.front() != '%') {
            plain += text.front();
            text.remove_prefix(1);
            continue;
        }
        const std::string_view digits = text.substr(1, 2);
        const auto value = parse_number<unsigned>(digits, 16);
        if (digits.size() != 2 || !value || *value == 0) {
            return std::nullopt;
        }
        plain += static_cast<char>(*value);
        text.remove_prefix(3);
    }
    return plain;
}

/// "host", "host:5900", "[::1]:5900"
bool take_host(std::string_view text, SpiceOptions& options) {
    std::size_t host_end = text.find(':');
    std::string_view host = text.substr(0, host_end);
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos) {
            return false;
        }
        host = text.substr(1, bracket - 1);
        host_end = bracket + 1 == text.size() ? std::string_view::npos : bracket + 1;
    }
    options.host = host;
    if (host_end != std::string_view::npos) {
        const auto port = port_of(text.substr(host_end + 1));
        if (text[host_end] != ':' || !port) {
            return false;
        }
        options.port = *port;
    }
    return !host.empty();
}

Result<void> take_option(std::string_view uri, std::string_view option, SpiceOptions& options) {
    const std::size_t equals = option.find('=');
    const std::string_view name = option.substr(0, equals);
    const auto value =
        equals == std::string_view::npos ? std::nullopt : decoded(option.substr(equals + 1));
    if (!value || value->empty()) {
        return Failure(unusable(uri, "\"" + std::string(option) + "\" is not name=value"));
    }
    if (name == "tls-port") {
        const auto port = port_of(*value);
        if (!port) {
            return Failure(unusable(uri, "tls-port is not a port"));
        }
        options.tls_port = *port;
    } else if (name == "ca-file") {
        options.ca_file = *value;
    } else if (name == "host-subject") {
        options.host_subject = *value;
    } else if (name == "password-file") {
        options.password_file = *value;
    } else if (name == "password") {
        return Failure(Error::usage(
            "a password in an address can be read by everybody here: use password-file=FILE"));
    } else {
        return Failure(
            unusable(uri,
                     "no option \"" + std::string(name) +
                         "\": there are tls-port, ca-file, host-subject, password-file"));
    }
    return {};
}

Result<void> take_options(std::string_view uri, std::string_view query, SpiceOptions& options) {
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        ORIEL_TRY(take_option(uri, query.substr(0, end), options));
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return {};
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) {
        return false;
    }
    text.remove_prefix(prefix.size());
    return true;
}

/// False: no place that we know.
bool take_place(std::string_view place, SpiceOptions& options) {
    if (place.starts_with("spice:spice")) {
        take_prefix(place, "spice:");
    }
    if (take_prefix(place, "spice://")) {
        if (place.ends_with('/')) {
            place.remove_suffix(1);
        }
        return take_host(place, options);
    }
    if (take_prefix(place, "spice+unix://") || take_prefix(place, "spice:unix:") ||
        take_prefix(place, "spice:")) {
        const auto path = decoded(place);
        options.unix_path = path.value_or("");
        return options.unix_path.starts_with('/');
    }
    return false;
}

}  // namespace

std::string SpiceOptions::address() const {
    if (open_connection) {
        return "through libvirt";
    }
    if (!unix_path.empty()) {
        return "unix:" + unix_path;
    }
    return host + ":" + std::to_string(port != 0 ? port : tls_port);
}

Result<SpiceOptions> parse_spice_uri(std::string_view uri) {
    SpiceOptions options;
    const std::size_t query = uri.find('?');
    if (!take_place(uri.substr(0, query), options)) {
        return Failure(
            unusable(uri, "give spice://HOST:PORT, spice+unix:///PATH or spice:unix:/PATH"));
    }
    if (query != std::string_view::npos) {
        ORIEL_TRY(take_options(uri, uri.substr(query + 1), options));
    }
    if (options.unix_path.empty() && options.port == 0 && options.tls_port == 0) {
        return Failure(unusable(uri, "it names no port: give spice://HOST:PORT, or tls-port="));
    }
    return options;
}

}  // namespace oriel
