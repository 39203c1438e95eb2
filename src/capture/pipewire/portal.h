// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/linux/fd.h"
#include "base/result.h"
#include "capture/pipewire/portal_bus.h"

namespace oriel::pipewire_capture {

/// What the portal granted: a screen's node, and the way to it.
struct Grant {
    UniqueFd remote;  ///< A connection to PipeWire that sees this node alone.
    std::uint32_t node = 0;
};

/// One session of the desktop portal's ScreenCast: asks the person for a screen, and hears when the
/// sharing ends. It ends with this object.
///
/// Nothing waits after open(): what the portal says comes with dispatch().
class Portal final : PortalBus::Listener {
  public:
    enum class Stage : std::uint8_t {
        Asking,   ///< The portal, or the person in front of it, has to answer.
        Granted,  ///< take_grant() has it, once.
        Over,     ///< Refused, or ended: reason() says how.
    };

    /// Blocks: until the portal has said what it can, kPatience at most.
    /// Errors: NotFound where there is no session bus or no portal on it; Unsupported where it
    /// shares no screens.
    static Result<std::unique_ptr<Portal>> open();

    Portal(const Portal&) = delete;
    Portal& operator=(const Portal&) = delete;
    ~Portal() = default;

    int fd() const { return bus_->fd(); }

    /// What to poll fd() for. May change after dispatch().
    std::uint32_t events() const { return bus_->events(); }

    /// When to call dispatch() without any event.
    std::optional<Nanoseconds> due() const { return bus_->due(); }

    /// Errors: the bus is gone, or the portal broke its own rules.
    Result<void> dispatch();

    Stage stage() const { return stage_; }

    std::optional<Grant> take_grant() { return std::exchange(grant_, std::nullopt); }

    /// One line, for people.
    const std::string& reason() const { return reason_; }

  private:
    enum class Step : std::uint8_t { CreateSession, SelectSources, Start, OpenRemote, Done };

    Portal() = default;

    Result<void> begin();
    int next(Step step);
    int create_session();
    int select_sources();
    int start();
    int send(PortalBus::Request request);
    int take_response(sd_bus_message* message);
    int take_streams(sd_bus_message* message);
    int take_remote(sd_bus_message* message);
    void end(const std::string& reason);
    void fail(Error error);

    void on_reply(sd_bus_message* message) override;
    void on_response(sd_bus_message* message) override;
    void on_closed(sd_bus_message* message) override;

    std::unique_ptr<PortalBus> bus_;
    PortalAbilities abilities_;
    Stage stage_ = Stage::Asking;
    Step step_ = Step::CreateSession;
    std::string token_path_;
    std::string token_;    ///< Of the last time; "": the person will be asked.
    std::string request_;  ///< The end of the path of the request under way.
    std::string session_;
    std::optional<std::uint32_t> node_;
    std::optional<Grant> grant_;
    std::string reason_;
    std::optional<Error> failure_;
};

}  // namespace oriel::pipewire_capture
