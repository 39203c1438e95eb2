// SPDX-License-Identifier: MIT
#include "host/bench/bench_wayland_floor.h"

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include <poll.h>

#include "base/linux/event_fd.h"
#include "base/linux/sealed_memory.h"
#include "host/bench/bench_window.h"

namespace oriel {

namespace {

/// One window, its pictures, and the count of those it showed.
class Floor {
  public:
    static Result<Floor> open(const std::string& display,
                              Size size,
                              std::atomic<std::uint64_t>& frames) {
        ORIEL_TRY_ASSIGN(
            const UniqueFd memory,
            create_sealed_memory("oriel-bench-floor",
                                 BenchWindow::picture_bytes(size) * BenchWindow::kPictures,
                                 PageSize::Normal));
        ORIEL_TRY_ASSIGN(auto window, BenchWindow::open(display, size, memory));
        return Floor(std::move(window), size, frames);
    }

    BenchWindow& window() { return *window_; }

    /// False: the compositor is not ready for it.
    bool show_next() {
        const auto picture = window_->free_picture();
        if (!picture || !window_->is_ready()) {
            return false;
        }
        window_->show(*picture, Rect::of(size_));
        // A count, read by another process: nothing else hangs on it.
        frames_->fetch_add(1, std::memory_order_relaxed);
        return true;
    }

  private:
    Floor(std::unique_ptr<BenchWindow> window, Size size, std::atomic<std::uint64_t>& frames)
        : window_(std::move(window)), size_(size), frames_(&frames) {}

    std::unique_ptr<BenchWindow> window_;
    Size size_;
    std::atomic<std::uint64_t>* frames_;
};

}  // namespace

Result<void> commit_by_floor(const std::string& display,
                             Size size,
                             std::atomic<std::uint64_t>& frames) {
    ORIEL_TRY_ASSIGN(Floor floor, Floor::open(display, size, frames));
    while (true) {
        floor.show_next();
        ORIEL_TRY(floor.window().dispatch());
    }
}

Result<void> commit_when_rung(const std::string& display,
                              Size size,
                              const UniqueFd& bell,
                              std::atomic<std::uint64_t>& frames) {
    ORIEL_TRY_ASSIGN(Floor floor, Floor::open(display, size, frames));
    bool is_rung = true;
    while (true) {
        if (is_rung && floor.show_next()) {
            is_rung = false;
        }
        floor.window().flush();
        std::array<pollfd, 2> polled{pollfd{bell.get(), POLLIN, 0},
                                     {floor.window().fd(), POLLIN, 0}};
        if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) {
            return Failure(Error::system("wait for a compositor", errno));
        }
        if (polled[0].revents != 0) {
            is_rung = drain_event_fd(bell) != 0 || is_rung;
        }
        if (polled[1].revents != 0) {
            ORIEL_TRY(floor.window().dispatch_ready());
        }
    }
}

}  // namespace oriel
