// SPDX-License-Identifier: MIT
#include "base/error.h"

#include <system_error>
#include <utility>

namespace oriel {

Error Error::system(const std::string& action, int os_code) {
    // system_category() knows errno on Linux and GetLastError() codes on Windows.
    const std::string reason = std::system_category().message(os_code);
    return {ErrorKind::System, os_code, "cannot " + action + ": " + reason};
}

Error Error::protocol(std::string what) {
    return {ErrorKind::Protocol, 0, std::move(what)};
}

Error Error::unsupported(std::string what) {
    return {ErrorKind::Unsupported, 0, std::move(what)};
}

Error Error::usage(std::string what) {
    return {ErrorKind::Usage, 0, std::move(what)};
}

Error Error::not_found(std::string what) {
    return {ErrorKind::NotFound, 0, std::move(what)};
}

Error Error::busy(std::string what) {
    return {ErrorKind::Busy, 0, std::move(what)};
}

}  // namespace oriel
