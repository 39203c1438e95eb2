// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "capture/pipewire/bus.h"
#include "capture/pipewire/portal_answers.h"

namespace oriel::pipewire_capture {

/// One option of a request, appended to an a{sv}. Returns a negative errno where that failed.
int append_option(sd_bus_message* message, const char* key, std::uint32_t value);
int append_option(sd_bus_message* message, const char* key, const std::string& value);

/// The session bus, and the calls of the desktop portal's ScreenCast over it. None of these waits
/// but ask_abilities(): what comes of them is told in dispatch().
class PortalBus {
  public:
    /// Told of the portal's messages.
    class Listener {
      public:
        virtual void on_reply(sd_bus_message* message) = 0;     ///< To a call.
        virtual void on_response(sd_bus_message* message) = 0;  ///< From a request.
        virtual void on_closed(sd_bus_message* message) = 0;    ///< A session has ended.

      protected:
        ~Listener() = default;
    };

    /// `listener` outlives it. Errors: NotFound where there is no session bus.
    static Result<std::unique_ptr<PortalBus>> open(Listener& listener);

    PortalBus(const PortalBus&) = delete;
    PortalBus& operator=(const PortalBus&) = delete;
    ~PortalBus() = default;

    /// Blocks: kPatience at most. Errors: NotFound where no portal answers.
    Result<PortalAbilities> ask_abilities() const;

    /// One of the methods that answer by a signal from a request of their own.
    struct Request {
        const char* member;
        const char* session;  ///< Null: the first argument is none.
        enum class Parent : std::uint8_t { None, Nobody } parent = Parent::None;

        /// Appends options. Returns a negative errno where that failed.
        std::function<int(sd_bus_message*)> options;
    };

    /// `token` ends the path of the signal. Returns a negative errno where it was not sent.
    int send(const Request& request, const std::string& token);

    /// As above.
    int open_remote(const std::string& session);

    int fd() const { return sd_bus_get_fd(bus_.get()); }

    /// What to poll fd() for. May change after dispatch().
    std::uint32_t events() const;

    /// When to call dispatch() without any event.
    std::optional<Nanoseconds> due() const;

    /// Tells the listener what came. Errors: the bus is gone.
    Result<void> dispatch();

  private:
    PortalBus(UniqueBus bus, Listener& listener) : bus_(std::move(bus)), listener_(listener) {}

    Result<void> listen();
    int hear(const char* interface, const char* member, sd_bus_message_handler_t handler);

    static int on_reply(sd_bus_message* message, void* self, sd_bus_error* error);
    static int on_response(sd_bus_message* message, void* self, sd_bus_error* error);
    static int on_closed(sd_bus_message* message, void* self, sd_bus_error* error);

    UniqueBus bus_;
    Listener& listener_;
};

}  // namespace oriel::pipewire_capture
