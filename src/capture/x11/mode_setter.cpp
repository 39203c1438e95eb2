// SPDX-License-Identifier: MIT
#include "capture/x11/mode_setter.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "capture/x11/connection.h"
#include "capture/x11/monitor.h"
#include "edid/cvt.h"

namespace oriel {
namespace x11_capture {
namespace {

constexpr std::uint32_t kUsualMhz = 60'000;

/// Modes whose rates differ by less are as good as each other: 59.94 Hz and 60 Hz.
constexpr std::uint32_t kSameMhz = 1'000;

/// Some hardware cannot have a width that is no multiple of it.
constexpr std::uint32_t kWidthStep = 8;

bool is_rate(const xcb_randr_mode_info_t& mode, std::uint32_t refresh_mhz) {
    const std::uint32_t has = refresh_of(mode);
    return refresh_mhz == 0 || has == 0 ||
           std::abs(std::int64_t{has} - std::int64_t{refresh_mhz}) < kSameMhz;
}

class X11ModeSetter final : public ModeSetter {
  public:
    explicit X11ModeSetter(Connection connection) : connection_(std::move(connection)) {}

    ~X11ModeSetter() override { restore(); }

    Result<Size> set_mode(Size size, std::uint32_t refresh_mhz) override;

  private:
    Result<xcb_randr_mode_info_t> switch_to(const Monitor& monitor,
                                            Size size,
                                            std::uint32_t refresh_mhz);
    Result<xcb_randr_mode_info_t> switch_to_new(const Monitor& monitor,
                                                Size size,
                                                std::uint32_t refresh_mhz);
    void restore();

    /// A mode that was added, and for which monitor.
    struct Added {
        xcb_randr_output_t output;
        xcb_randr_mode_t mode;
    };

    void forget_added();

    Connection connection_;
    std::optional<xcb_randr_mode_info_t> former_;  ///< Before the first change.
    xcb_randr_mode_t set_ = XCB_NONE;              ///< By us, last.
    std::optional<Added> added_;
};

Result<Size> X11ModeSetter::set_mode(Size size, std::uint32_t refresh_mhz) {
    ORIEL_TRY_ASSIGN(const Monitor monitor, Monitor::read(connection_));
    auto mode = switch_to(monitor, size, refresh_mhz);
    if (!mode && size.width % kWidthStep != 0) {
        const Size narrower{size.width / kWidthStep * kWidthStep, size.height};
        if (auto second = switch_to(monitor, narrower, refresh_mhz)) {
            mode = std::move(second);
        }
    }
    if (!mode) {
        return Failure(mode.error());
    }
    // Who changed it meanwhile wants that to stay: then there is nothing to put back but this.
    if (!former_ || monitor.mode != set_) {
        const xcb_randr_mode_info_t* const present = monitor.find(monitor.mode);
        former_ = present == nullptr ? std::nullopt : std::optional(*present);
    }
    set_ = mode->id;
    return Size{mode->width, mode->height};
}

Result<xcb_randr_mode_info_t> X11ModeSetter::switch_to(const Monitor& monitor,
                                                       Size size,
                                                       std::uint32_t refresh_mhz) {
    const auto nearest = nearest_mode(monitor, size, refresh_mhz);
    if (!nearest || !is_rate(*nearest, refresh_mhz)) {
        auto made = switch_to_new(monitor, size, refresh_mhz);
        if (made || !nearest) {
            return made;
        }
    }
    ORIEL_TRY(switch_mode(connection_, monitor, *nearest));
    if (!added_ || added_->mode != nearest->id) {
        forget_added();
    }
    return *nearest;
}

Result<xcb_randr_mode_info_t> X11ModeSetter::switch_to_new(const Monitor& monitor,
                                                           Size size,
                                                           std::uint32_t refresh_mhz) {
    const std::uint32_t rate =
        refresh_mhz == 0 ? kUsualMhz
                         : std::clamp(refresh_mhz, kMinEdidRefreshMhz, kMaxEdidRefreshMhz);
    ORIEL_TRY_ASSIGN(const Timing timing,
                     cvt_timing({size.width, size.height, rate}, CvtFormula::Reduced2));
    ORIEL_TRY_ASSIGN(const auto mode, add_mode(connection_, monitor, timing));
    if (auto switched = switch_mode(connection_, monitor, mode); !switched) {
        remove_mode(connection_, monitor.output, mode.id);
        return Failure(switched.error());
    }
    forget_added();
    added_ = Added{monitor.output, mode.id};
    return mode;
}

void X11ModeSetter::forget_added() {
    if (const auto gone = std::exchange(added_, std::nullopt)) {
        remove_mode(connection_, gone->output, gone->mode);
    }
}

void X11ModeSetter::restore() {
    if (!former_ || connection_.is_gone()) {
        return;
    }
    const auto monitor = Monitor::read(connection_);
    if (!monitor || monitor->mode != set_ || former_->id == set_) {
        forget_added();
        return;
    }
    if (auto back = switch_mode(connection_, *monitor, *former_); !back) {
        log(LogLevel::Warning, "the former mode did not come back: " + back.error().message);
        return;
    }
    forget_added();
}

}  // namespace
}  // namespace x11_capture

Result<std::unique_ptr<ModeSetter>> open_x11_mode_setter(const std::string& display) {
    ORIEL_TRY_ASSIGN(auto connection, x11_capture::Connection::open(display));
    return std::make_unique<x11_capture::X11ModeSetter>(std::move(connection));
}

}  // namespace oriel
