// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <xcb/xcb.h>

#include "base/result.h"

namespace oriel::x11_capture {

struct FreeReply {
    void operator()(void* memory) const noexcept;
};

/// What xcb allocated with malloc: replies, events, errors.
template <class T>
using Reply = std::unique_ptr<T, FreeReply>;

/// Whether memory can be shared with the X server by handing it a descriptor.
enum class FdPassing : std::uint8_t { Possible, Impossible };

/// What this X server can do beyond the core protocol.
struct Extensions {
    std::uint8_t damage_event = 0;  ///< Number of its first event.
    std::uint8_t xfixes_event = 0;
    std::uint8_t randr_event = 0;
    std::uint8_t xinput_opcode = 0;  ///< 0: no XInput 2.
    FdPassing fd_passing = FdPassing::Impossible;
    bool shared_pixmaps = false;
};

/// A connection to an X server whose root window can be captured: its pixels are BGRX in 32 bits,
/// and it tells what changes.
///
/// Writing to a server that is gone raises SIGPIPE: the process must ignore it (PollLoop does).
class Connection {
  public:
    /// Empty: what $DISPLAY says. Errors: NotFound where no server answers; Unsupported, naming
    /// what is missing.
    static Result<Connection> open(const std::string& display);

    xcb_connection_t* get() const { return connection_.get(); }

    const std::string& display() const { return display_; }

    xcb_window_t root() const { return screen_->root; }

    const xcb_screen_t& screen() const { return *screen_; }

    const Extensions& extensions() const { return extensions_; }

    void avoid_shared_pixmaps() { extensions_.shared_pixmaps = false; }

    void flush() const { xcb_flush(get()); }

    bool is_gone() const { return xcb_connection_has_error(get()) != 0; }

    Error gone() const;

    /// The next event, without waiting; empty if there is none.
    Reply<xcb_generic_event_t> poll_event() const;

    /// Where a request's reply is: none if the server refused it.
    template <class T>
    struct Polled {
        bool has_come = false;
        Reply<T> reply;
    };

    /// Without waiting. Reads nothing from the socket: poll_event() does.
    template <class T>
    Polled<T> poll_reply(unsigned int sequence) const {
        auto polled = poll_any_reply(sequence);
        return {polled.has_come, Reply<T>(static_cast<T*>(polled.reply.release()))};
    }

    /// Waits; nothing where the server refused, or is gone.
    Reply<void> wait_for_reply(unsigned int sequence) const;

  private:
    struct Disconnect {
        void operator()(xcb_connection_t* connection) const noexcept { xcb_disconnect(connection); }
    };

    Connection(std::unique_ptr<xcb_connection_t, Disconnect> connection, std::string display)
        : connection_(std::move(connection)), display_(std::move(display)) {}

    Polled<void> poll_any_reply(unsigned int sequence) const;
    Result<void> find_screen(int number);
    Result<void> find_extensions();
    void find_shared_memory();
    void find_raw_motion();

    std::unique_ptr<xcb_connection_t, Disconnect> connection_;
    std::string display_;
    const xcb_screen_t* screen_ = nullptr;
    Extensions extensions_;
};

}  // namespace oriel::x11_capture
