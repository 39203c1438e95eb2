// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "host/machine/screen_picture.h"
#include "region/target.h"
#include "relay/cursor_image.h"
#include "relay/frame_info.h"
#include "relay/session_status.h"

namespace oriel::testing_support {

/// A viewer that keeps a picture of its own up to date by the damage of the frames alone: where the
/// agent tells less than what changed, it goes wrong for good.
///
/// Threads: its own does the watching; the calls may come from any one other.
class ScreenWatcher {
  public:
    /// The region has to be there already.
    explicit ScreenWatcher(Target target);

    /// The last picture, as screendump() gives it; empty where there was none yet.
    ScreenPicture picture() const;

    CursorPosition cursor() const;

    /// The last shape of the pointer.
    std::optional<CursorImage> cursor_image() const;

    std::uint64_t frames() const;
    std::uint64_t damaged_pixels() const;
    SessionStatus::State state() const;

  private:
    /// What the thread found, guarded by mutex_.
    struct Seen {
        FrameGeometry geometry;
        std::vector<std::byte> pixels;
        CursorPosition cursor;
        std::optional<CursorImage> cursor_image;
        std::uint64_t frames = 0;
        std::uint64_t damaged_pixels = 0;
        SessionStatus::State state = SessionStatus::State::NoPublisher;
    };

    class Visit;

    void watch(const std::stop_token& stop);

    const Target target_;
    mutable std::mutex mutex_;
    Seen seen_;
    std::jthread thread_;
};

}  // namespace oriel::testing_support
