// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include <glib.h>

#include "base/clock.h"
#include "input/spice/glib_handle.h"

namespace oriel {

/// The thread on which everything of libspice-client-glib happens. That library uses GLib's default
/// loop, of which there is one a process: all sinks share the thread.
///
/// Lifetime: the last who holds it ends the thread, on a thread other than it.
class GlibThread {
  public:
    /// The running one, or a new one. Threads: any.
    static std::shared_ptr<GlibThread> get();

    ~GlibThread();
    GlibThread(const GlibThread&) = delete;
    GlibThread& operator=(const GlibThread&) = delete;

    /// Has the thread run `work`, in the order of the calls. Threads: any.
    static void post(std::function<void()> work);

  private:
    struct LoopTraits {
        using Raw = GMainLoop*;

        static Raw closed() { return nullptr; }

        static bool is_open(Raw raw) { return raw != nullptr; }

        static void close(Raw raw) noexcept { g_main_loop_unref(raw); }
    };

    GlibThread();

    UniqueHandle<LoopTraits> loop_;
    std::thread thread_;
};

/// Calls back on the GLib thread at a moment that any thread may set.
class GlibTimer {
  public:
    /// Lifetime: made anywhere; destroyed on the GLib thread, or where that is not running.
    explicit GlibTimer(std::function<void()> due);

    /// Threads: any. Replaces what was set before.
    void arm_at(Nanoseconds when);

    void arm_now() { arm_at(Nanoseconds{0}); }

    void disarm();

  private:
    std::unique_ptr<std::function<void()>> due_;
    UniqueSource source_;
};

}  // namespace oriel
