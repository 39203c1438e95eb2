// SPDX-License-Identifier: MIT
#include "capture/wayland/output_mode.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "capture/wayland/output_heads.h"

namespace oriel {
namespace wayland_capture {
namespace {

/// An output may change just when we do it.
constexpr int kTries = 3;

class WaylandModeSetter final : public ModeSetter {
  public:
    WaylandModeSetter(std::unique_ptr<OutputHeads> heads, std::string output)
        : heads_(std::move(heads)), output_(std::move(output)) {}

    ~WaylandModeSetter() override { restore(); }

    Result<Size> set_mode(Size size, std::uint32_t refresh_mhz) override;

  private:
    Result<const OutputHead*> find() const;
    Result<void> apply(Size size, std::uint32_t refresh_mhz);
    void restore();

    std::unique_ptr<OutputHeads> heads_;
    std::string output_;
    std::optional<OutputMode> former_;  ///< Before the first change.
    Size set_;                          ///< By us, last.
};

/// Of that size with the nearest rate; else one of our own making.
OutputMode mode_for(const OutputHead& head, Size size, std::uint32_t refresh_mhz) {
    OutputMode best{.proxy = nullptr, .size = size, .refresh_mhz = refresh_mhz};
    const auto distance = [refresh_mhz](const OutputMode& mode) {
        return refresh_mhz == 0
                   ? 0
                   : std::abs(std::int64_t{mode.refresh_mhz} - std::int64_t{refresh_mhz});
    };
    for (const OutputMode& mode : head.modes) {
        if (mode.size == size && (best.proxy == nullptr || distance(mode) < distance(best))) {
            best = mode;
        }
    }
    return best;
}

Result<const OutputHead*> WaylandModeSetter::find() const {
    const OutputHead* const head = heads_->find(output_);
    if (head == nullptr) {
        return Failure(Error::unsupported(
            output_.empty() ? "no output of the compositor is on"
                            : fmt::format("the compositor's output {} is not on", output_)));
    }
    return head;
}

Result<void> WaylandModeSetter::apply(Size size, std::uint32_t refresh_mhz) {
    for (int i = 0; i < kTries; ++i) {
        ORIEL_TRY_ASSIGN(const OutputHead* const head, find());
        ORIEL_TRY_ASSIGN(const auto applied,
                         heads_->apply(*head, mode_for(*head, size, refresh_mhz)));
        if (applied == OutputHeads::Applied::Done) {
            return heads_->update();
        }
        if (applied == OutputHeads::Applied::Refused) {
            break;
        }
        ORIEL_TRY(heads_->update());
    }
    return Failure(Error::unsupported(
        fmt::format("the compositor refused {}x{} for its output", size.width, size.height)));
}

Result<Size> WaylandModeSetter::set_mode(Size size, std::uint32_t refresh_mhz) {
    ORIEL_TRY(heads_->update());
    ORIEL_TRY_ASSIGN(const OutputHead* const head, find());
    const OutputMode before = head->current();
    ORIEL_TRY(apply(size, refresh_mhz));
    // Who changed it meanwhile wants that to stay.
    if (!former_ || before.size != set_) {
        former_ = before;
    }
    ORIEL_TRY_ASSIGN(const OutputHead* const after, find());
    set_ = after->current().size;
    return set_;
}

void WaylandModeSetter::restore() {
    if (!former_ || former_->size.is_empty() || !heads_->update()) {
        return;
    }
    const auto head = find();
    if (!head || (*head)->current().size != set_ || former_->size == set_) {
        return;
    }
    if (auto back = apply(former_->size, former_->refresh_mhz); !back) {
        log(LogLevel::Warning, "the former mode did not come back: " + back.error().message);
    }
}

}  // namespace
}  // namespace wayland_capture

Result<std::unique_ptr<ModeSetter>> open_wayland_mode_setter(const std::string& display,
                                                             const std::string& output) {
    ORIEL_TRY_ASSIGN(auto heads, wayland_capture::OutputHeads::open(display));
    return std::make_unique<wayland_capture::WaylandModeSetter>(std::move(heads), output);
}

}  // namespace oriel
