// SPDX-License-Identifier: MIT
#include "region/windows/ivshmem_choice.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/parse_number.h"

namespace oriel {
namespace {

constexpr std::size_t kDomainLength = 5;  ///< "0000:"

std::string lower_case(std::string text) {
    std::ranges::transform(
        text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Windows has no domains: each segment's buses have numbers of their own.
std::string without_domain(const std::string& place) {
    return std::ranges::count(place, ':') == 2 ? place.substr(kDomainLength) : place;
}

std::string list_of(const std::vector<IvshmemDevice>& devices) {
    std::string list;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        list += (i == 0 ? "pci:" : ", pci:") + device_name(devices, i);
    }
    return list;
}

}  // namespace

std::string PciPlace::text() const {
    return fmt::format("{:02x}:{:02x}.{:x}", bus, device, function);
}

void sort_devices(std::vector<IvshmemDevice>& devices) {
    std::ranges::stable_sort(devices, [](const IvshmemDevice& a, const IvshmemDevice& b) {
        return a.place && (!b.place || *a.place < *b.place);
    });
}

Result<std::size_t> choose_device(const std::vector<IvshmemDevice>& devices,
                                  const std::string& wanted) {
    if (wanted.empty()) {
        if (devices.size() == 1) {
            return 0U;
        }
        return Failure(Error::not_found(
            fmt::format("this machine has several ivshmem devices: name one with --region: {}",
                        list_of(devices))));
    }
    if (const auto index = parse_number<std::size_t>(wanted); index && *index < devices.size()) {
        return *index;
    }
    const std::string place = without_domain(lower_case(wanted));
    const auto found = std::ranges::find_if(devices, [&place](const IvshmemDevice& device) {
        return device.place && device.place->text() == place;
    });
    if (found == devices.end()) {
        return Failure(Error::not_found(fmt::format(
            "there is no ivshmem device pci:{}; there is {}", wanted, list_of(devices))));
    }
    return static_cast<std::size_t>(found - devices.begin());
}

std::string device_name(const std::vector<IvshmemDevice>& devices, std::size_t index) {
    const auto& place = devices.at(index).place;
    return place ? place->text() : std::to_string(index);
}

}  // namespace oriel
