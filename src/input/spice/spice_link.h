// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

#include "input/back_off.h"
#include "input/spice/glib_thread.h"
#include "input/spice/spice_client.h"
#include "input/spice/spice_shared.h"
#include "input/spice_options.h"

namespace oriel {

/// The connection to a SPICE server as long as the sink lives: attempts one after the other, what
/// is said of them, and the queue that is sent.
///
/// Threads: the GLib thread, but for the constructor and wake(). Blocks: never.
class SpiceLink : public std::enable_shared_from_this<SpiceLink> {
  public:
    SpiceLink(SpiceOptions options, std::shared_ptr<SpiceShared> shared);

    /// Has what waits in the queue sent. Threads: any, with the lock of SpiceShared.
    void wake() { pump_.arm_now(); }

    void connect();
    void retry();

    /// What is wanted of the screen is another. Threads: any.
    void wake_screen() { screen_timer_.arm_now(); }

    /// Sends what the library has not written yet, then ends; SpiceShared::has_ended tells.
    void end();

  private:
    using Link = InputState::Link;

    /// Why an attempt or a connection came to its end.
    struct Failed {
        SpiceChannelEvent event;
        std::string why;
    };

    struct Looked;

    Result<UniqueFd> connect_to_socket();
    Result<std::string> read_password() const;
    void on_news_of_guest();
    void on_failure(const Failed& failed);
    void refuse(std::string reason);
    void lose(std::string reason);
    void look_who_took_it();
    void on_server_there(bool is_there);
    void on_timer();
    void pump();
    void set_state(InputState state);
    bool was_ready() const;
    void finish();

    SpiceOptions options_;
    std::string place_;  ///< For people.
    std::shared_ptr<SpiceShared> shared_;
    GlibTimer pump_;
    GlibTimer screen_timer_;
    GlibTimer timer_;  ///< What on_timer() does, once the library's own callbacks have returned.
    enum class Next : std::uint8_t { Nothing, Connect, LookWhoTookIt } next_ = Next::Nothing;
    std::optional<Failed> failed_;
    BackOff back_off_;
    std::unique_ptr<SpiceClient> client_;
    std::size_t looks_ = 0;  ///< At who took the connection.
    pid_t server_ = 0;       ///< Behind a socket: who listens there.
    bool is_ending_ = false;
    std::shared_ptr<SpiceLink> self_;  ///< While it is ending, nobody else has it.
};

}  // namespace oriel
