// SPDX-License-Identifier: MIT
#include "capture/kms/drm_card.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>

#include "base/parse_number.h"
#include "capture/kms/drm_handles.h"

namespace oriel::kms_capture {
namespace {

constexpr const char* kFolder = "/dev/dri";
constexpr std::string_view kCard = "card";

/// Since Linux 6.6; without it such kernels hide the cursor planes of virtual machines.
constexpr std::uint64_t kCursorPlaneHotspot = 6;

/// Orders card2 before card10; none for what is no card.
std::optional<unsigned> number_of(std::string_view name) {
    if (!name.starts_with(kCard)) {
        return std::nullopt;
    }
    return parse_number<unsigned>(name.substr(kCard.size()));
}

}  // namespace

Result<DrmCard> DrmCard::open(const std::string& name) {
    DrmCard card(name);
    ORIEL_TRY(card.wake());
    return card;
}

std::string DrmCard::path() const {
    return fmt::format("{}/{}", kFolder, name_);
}

Result<void> DrmCard::wake() {
    UniqueFd fd(::open(path().c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        const int code = errno;
        return Failure(code == EACCES || code == EPERM ? may_not_read(name_)
                                                       : Error::system("open " + path(), code));
    }
    // At once: who waits for it (an X server that starts) would be refused.
    static_cast<void>(drmDropMaster(fd.get()));
    if (drmSetClientCap(fd.get(), DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1) != 0) {
        return Failure(Error::unsupported(name_ + " is not a card that shows screens"));
    }
    static_cast<void>(drmSetClientCap(fd.get(), DRM_CLIENT_CAP_ATOMIC, 1));
    static_cast<void>(drmSetClientCap(fd.get(), kCursorPlaneHotspot, 1));
    if (const DrmOwned<drmVersion> version(drmGetVersion(fd.get())); version) {
        driver_.assign(version->name, static_cast<std::size_t>(version->name_len));
    }
    fd_ = std::move(fd);
    return {};
}

Result<DrmCard::Properties> DrmCard::properties(std::uint32_t object, std::uint32_t type) {
    const DrmOwned<drmModeObjectProperties> list(
        drmModeObjectGetProperties(fd_.get(), object, type));
    if (!list) {
        return Failure(errno == ENOENT || errno == EINVAL
                           ? Error::not_found("a part of " + name_ + " vanished")
                           : Error::system("read the state of " + name_, errno));
    }
    Properties properties;
    for (std::uint32_t i = 0; i < list->count_props; ++i) {
        properties[property(list->props[i]).name] = list->prop_values[i];
    }
    return properties;
}

const DrmCard::Property& DrmCard::property(std::uint32_t id) {
    if (const auto known = known_.find(id); known != known_.end()) {
        return known->second;
    }
    Property& property = known_[id];
    if (const DrmOwned<drmModePropertyRes> told(drmModeGetProperty(fd_.get(), id)); told) {
        property.name = told->name;
        for (int i = 0; i < told->count_enums; ++i) {
            property.values[told->enums[i].value] = told->enums[i].name;
        }
    }
    return property;
}

std::string DrmCard::value_name(std::string_view property, std::uint64_t value) const {
    for (const auto& [id, each] : known_) {
        const auto name = each.values.find(value);
        if (each.name == property && name != each.values.end()) {
            return name->second;
        }
    }
    return {};
}

std::vector<std::string> drm_card_names() {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder, none)) {
        if (const std::string name = entry.path().filename(); number_of(name)) {
            names.push_back(name);
        }
    }
    std::ranges::sort(names, {}, [](const std::string& name) { return *number_of(name); });
    return names;
}

Error may_not_read(const std::string& card) {
    return {ErrorKind::System,
            EPERM,
            fmt::format("cannot read the screen of {}: run as root (CAP_SYS_ADMIN)", card)};
}

std::optional<std::uint64_t> value_of(const DrmCard::Properties& properties,
                                      std::string_view name) {
    const auto found = properties.find(name);
    return found == properties.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace oriel::kms_capture
