// SPDX-License-Identifier: MIT
#include "region/target.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "abi/region.h"
#include "base/parse_number.h"
#include "region/region_size.h"

namespace oriel {
namespace {

constexpr std::size_t kMaxNameLength = 64;
constexpr std::string_view kSizeOption = ",size=";
constexpr std::string_view kForms =
    "NAME, socket:PATH, file:PATH[,size=MiB], pci[:BDF|:INDEX] or kvmfr:/dev/kvmfrN";

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_hex_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// `pattern` with x for a hexadecimal digit; anything else stands for itself.
bool looks_like(std::string_view text, std::string_view pattern) {
    return std::ranges::equal(text, pattern, [](char is, char wanted) {
        return wanted == 'x' ? is_hex_digit(is) : is == wanted;
    });
}

bool is_bdf(std::string_view text) {
    return looks_like(text, "xx:xx.x") || looks_like(text, "xxxx:xx:xx.x");
}

Result<Target> file_target(std::string_view rest) {
    Target target{Target::Kind::File, std::string(rest), 0};
    if (const auto option = rest.rfind(kSizeOption); option != std::string_view::npos) {
        const std::string_view number = rest.substr(option + kSizeOption.size());
        const auto mib = parse_number<std::uint64_t>(number);
        if (!mib || *mib > abi::kMaxRegionSize >> 20U) {
            return Failure(Error::usage(
                fmt::format("'{}' is no size: write whole MiB, as in size=128", number)));
        }
        target.value = rest.substr(0, option);
        target.size = *mib << 20U;
        ORIEL_TRY(check_region_size(target.size));
    }
    if (target.value.empty()) {
        return Failure(Error::usage("file: needs a path, as in file:/dev/shm/oriel,size=128"));
    }
    return target;
}

/// An address, or the place among this machine's ivshmem devices, from 0.
Result<Target> pci_target(std::string_view which) {
    if (!is_bdf(which) && !parse_number<std::uint8_t>(which)) {
        return Failure(Error::usage(fmt::format(
            "'{}' is no PCI address: write it as lspci does, 00:05.0, or 0 for the first ivshmem "
            "device",
            which)));
    }
    return Target{Target::Kind::Pci, std::string(which), 0};
}

/// What follows `prefix`, if `text` starts so.
std::optional<std::string_view> after(std::string_view text, std::string_view prefix) {
    if (!text.starts_with(prefix)) {
        return std::nullopt;
    }
    return text.substr(prefix.size());
}

}  // namespace

bool is_region_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxNameLength && is_letter_or_digit(name.front()) &&
           std::ranges::all_of(name, [](char c) {
               return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
           });
}

Result<Target> Target::parse(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
        return Failure(Error::usage("a region's name holds no zero byte"));
    }
    if (const auto path = after(text, "file:")) {
        return file_target(*path);
    }
    if (const auto path = after(text, "socket:")) {
        if (path->empty()) {
            return Failure(Error::usage("socket: needs the path of a broker's viewer.sock"));
        }
        return Target{Kind::Socket, std::string(*path), 0};
    }
    if (const auto path = after(text, "kvmfr:")) {
        if (!path->starts_with('/')) {
            return Failure(Error::usage("kvmfr: needs a device, as in kvmfr:/dev/kvmfr0"));
        }
        return Target{Kind::Kvmfr, std::string(*path), 0};
    }
    if (text == "pci") {
        return Target{Kind::Pci, "", 0};
    }
    if (const auto bdf = after(text, "pci:")) {
        return pci_target(*bdf);
    }
    if (text.find('/') != std::string_view::npos) {
        return file_target(text);
    }
    if (!is_region_name(text)) {
        return Failure(Error::usage(fmt::format(
            "'{}' names no region: write {} (a name is up to {} letters, digits and ._-)",
            text,
            kForms,
            kMaxNameLength)));
    }
    return Target{Kind::Name, std::string(text), 0};
}

std::string Target::text() const {
    switch (kind) {
    case Kind::Name:
        return value;
    case Kind::Socket:
        return "socket:" + value;
    case Kind::File:
        return size == 0 ? "file:" + value
                         : fmt::format("file:{}{}{}", value, kSizeOption, size >> 20U);
    case Kind::Pci:
        return value.empty() ? "pci" : "pci:" + value;
    case Kind::Kvmfr:
        return "kvmfr:" + value;
    }
    return value;
}

}  // namespace oriel
