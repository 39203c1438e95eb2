// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace oriel {

/// The key, or the keys together, by which a person speaks to the viewer instead of the guest.
class HostKey {
  public:
    static constexpr std::size_t kMaxParts = 3;

    /// Right Ctrl.
    HostKey();

    /// One name, or up to three joined by +: "rightctrl", "scrolllock", "ctrl+alt". "ctrl", "alt",
    /// "shift" and "super" are the keys of either side. Errors: Usage.
    static Result<HostKey> parse(std::string_view text);

    /// "Right Ctrl", "Ctrl+Alt": for people.
    const std::string& name() const { return name_; }

    std::size_t part_count() const { return parts_.size(); }

    /// Which of its parts the key (KEY_...) is.
    std::optional<std::size_t> part_of(std::uint32_t code) const;

    friend bool operator==(const HostKey&, const HostKey&) = default;

  private:
    struct Part {
        std::uint32_t left;
        std::uint32_t right;

        friend bool operator==(const Part&, const Part&) = default;
    };

    std::vector<Part> parts_;
    std::string name_;
};

}  // namespace oriel
