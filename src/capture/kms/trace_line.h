// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "capture/kms/change_events.h"

namespace oriel::kms_capture {

/// Something in the kernel that we have it tell us of.
struct TraceProbe {
    const char* name;    ///< Ours, in the trace.
    const char* symbol;  ///< The kernel's function; told when it returns.
    enum class About : std::uint8_t { Content, Cursor } about;
};

/// What a kernel of any version has some of. All are known to the DRM core for years; the calls of
/// programs come first, then what the kernel does by itself (its console, a switch to it).
inline constexpr TraceProbe kTraceProbes[] = {
    {"flip", "drm_mode_page_flip_ioctl", TraceProbe::About::Content},
    {"dirty", "drm_mode_dirtyfb_ioctl", TraceProbe::About::Content},
    {"atomic", "drm_mode_atomic_ioctl", TraceProbe::About::Content},
    {"mode", "drm_mode_setcrtc", TraceProbe::About::Content},
    {"plane", "drm_mode_setplane", TraceProbe::About::Content},
    {"console", "drm_fb_helper_damage_work", TraceProbe::About::Content},
    {"client", "drm_client_modeset_commit_locked", TraceProbe::About::Content},
    {"power", "drm_client_modeset_dpms", TraceProbe::About::Content},
    {"cursor", "drm_mode_cursor_ioctl", TraceProbe::About::Cursor},
    {"cursor2", "drm_mode_cursor2_ioctl", TraceProbe::About::Cursor},
};

/// One line of a trace.
struct TraceLine {
    std::string_view name;
    Nanoseconds time{0};  ///< By the trace's clock.

    friend bool operator==(const TraceLine&, const TraceLine&) = default;
};

/// Reads "task-pid [cpu] flags seconds.micros: name: (...)"; nothing for any other line. A task's
/// name is chosen by whoever runs it and may look like anything.
std::optional<TraceLine> parse_trace_line(std::string_view line);

/// What a piece of a trace, whole lines, tells: content for whatever is not understood.
ChangeNotice read_trace(std::string_view text);

}  // namespace oriel::kms_capture
