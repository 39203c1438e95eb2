// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// The secret that lets a program connect to the demo's own X servers, so that no other user of
/// the machine can. It lives in memory: nothing has to be removed afterwards.
class DemoCookie {
  public:
    static constexpr const char* kProtocol = "MIT-MAGIC-COOKIE-1";
    using Secret = std::array<std::uint8_t, 16>;

    static Result<DemoCookie> create();

    /// An Xauthority file for the processes of this user, while this object lives.
    const std::string& path() const { return path_; }

    const Secret& secret() const { return secret_; }

  private:
    DemoCookie(UniqueFd file, const Secret& secret);

    UniqueFd file_;
    std::string path_;
    Secret secret_;
};

/// An Xauthority file with one entry, for every display.
std::string xauthority(const DemoCookie::Secret& secret);

}  // namespace oriel
