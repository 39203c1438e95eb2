// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel::kms_capture {

/// One device of the kernel's mode setting (/dev/dri/card0), opened only to look.
class DrmCard {
  public:
    /// Opens "card0". The right to set modes, which the first to open a card has, is given back.
    /// Errors: System, naming the cure where it is a matter of rights.
    static Result<DrmCard> open(const std::string& name);

    /// Closes it for a while. Errors of wake(): as open().
    void rest() { fd_.reset(); }

    Result<void> wake();

    const UniqueFd& fd() const { return fd_; }

    const std::string& name() const { return name_; }

    std::string path() const;

    /// Its driver, as the kernel names it: "virtio_gpu".
    const std::string& driver() const { return driver_; }

    /// The values of an object's properties, by name.
    /// Errors: NotFound where the object vanished; System.
    using Properties = std::map<std::string, std::uint64_t, std::less<>>;
    Result<Properties> properties(std::uint32_t object, std::uint32_t type);

    /// What a property's enumeration calls the value.
    std::string value_name(std::string_view property, std::uint64_t value) const;

  private:
    struct Property {
        std::string name;
        std::map<std::uint64_t, std::string> values;
    };

    explicit DrmCard(std::string name) : name_(std::move(name)) {}

    const Property& property(std::uint32_t id);

    UniqueFd fd_;
    std::string name_;
    std::string driver_;
    std::map<std::uint32_t, Property> known_;  ///< Their numbers never change.
};

/// The names of the cards that there are, "card0" first.
std::vector<std::string> drm_card_names();

/// "cannot read the screen of card0: run as root (CAP_SYS_ADMIN)"
Error may_not_read(const std::string& card);

/// The value of a property, where the object has it.
std::optional<std::uint64_t> value_of(const DrmCard::Properties& properties, std::string_view name);

}  // namespace oriel::kms_capture
