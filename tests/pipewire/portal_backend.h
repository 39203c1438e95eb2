// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <systemd/sd-bus.h>

#include "base/result.h"

namespace oriel::test {

/// A mock of what GNOME and KDE have behind xdg-desktop-portal (org.freedesktop.impl.portal): it
/// answers in the person's place, and shares the node that it is told.
///
/// Threads: it answers on one of its own.
class PortalBackend {
  public:
    static constexpr const char* kName = "org.freedesktop.impl.portal.desktop.oriel_mock";

    enum class Answer : std::uint32_t { Grant = 0, Refuse = 1, GiveUp = 2 };

    /// Errors: System.
    static Result<std::unique_ptr<PortalBackend>> start(const std::string& bus_address);

    PortalBackend(const PortalBackend&) = delete;
    PortalBackend& operator=(const PortalBackend&) = delete;
    ~PortalBackend();

    std::atomic<Answer> answer{Answer::Grant};
    std::atomic<std::uint32_t> node{0};
    std::atomic<std::uint32_t> cursor_modes{7};
    std::atomic<std::uint32_t> source_types{1};
    std::atomic<bool> hesitates{false};  ///< The person does not answer.

    /// What it was asked for.
    std::atomic<std::uint32_t> cursor_mode{0};
    std::atomic<int> questions{0};  ///< To the person: none where a token has spared it.

    /// As a person who clicks at "stop sharing".
    void close_session();

  private:
    PortalBackend() = default;

    int serve(sd_bus_message* message);
    int tell_properties(sd_bus_message* message) const;
    int select_sources(sd_bus_message* message);
    int start_cast(sd_bus_message* message);

    sd_bus* bus_ = nullptr;
    std::string session_;
    bool has_token_ = false;
    std::atomic<bool> is_ending_{false};
    std::atomic<bool> closes_session_{false};
    std::thread thread_;
};

}  // namespace oriel::test
