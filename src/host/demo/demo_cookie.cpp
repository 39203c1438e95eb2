// SPDX-License-Identifier: MIT
#include "host/demo/demo_cookie.h"

#include <bit>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"

namespace oriel {
namespace {

/// Any address: libXau's FamilyWild.
constexpr std::uint16_t kAnyFamily = 0xFFFF;

void append_u16(std::string& file, std::uint16_t value) {
    constexpr unsigned kByteBits = 8;
    file.push_back(static_cast<char>(value >> kByteBits));
    file.push_back(static_cast<char>(value & 0xFFU));
}

void append_counted(std::string& file, std::string_view text) {
    append_u16(file, static_cast<std::uint16_t>(text.size()));
    file.append(text);
}

}  // namespace

std::string xauthority(const DemoCookie::Secret& secret) {
    std::string file;
    append_u16(file, kAnyFamily);
    append_counted(file, "");  // Address.
    append_counted(file, "");  // Display number.
    append_counted(file, DemoCookie::kProtocol);
    append_counted(file, {reinterpret_cast<const char*>(secret.data()), secret.size()});
    return file;
}

DemoCookie::DemoCookie(UniqueFd file, const Secret& secret)
    : file_(std::move(file)),
      path_(fmt::format("/proc/{}/fd/{}", ::getpid(), file_.get())),
      secret_(secret) {}

Result<DemoCookie> DemoCookie::create() {
    const auto secret =
        std::bit_cast<Secret>(std::array<std::uint64_t, 2>{random_u64(), random_u64()});
    UniqueFd file(::memfd_create("oriel-demo-cookie", MFD_CLOEXEC));
    const std::string text = xauthority(secret);
    if (!file || ::write(file.get(), text.data(), text.size()) != std::ssize(text)) {
        return Failure(Error::system("make a key for the demo's X servers", errno));
    }
    return DemoCookie(std::move(file), secret);
}

}  // namespace oriel
