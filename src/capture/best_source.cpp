// SPDX-License-Identifier: MIT
#include "capture/best_source.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"

namespace oriel {
namespace {

class BestSource final : public Source {
  public:
    BestSource(std::vector<CaptureWay> ways, ClimbPace pace)
        : ways_(std::move(ways)), pace_(pace) {}

    Result<void> take_best() { return take_best_of(ways_.size()); }

    std::string description() const override { return current_->description(); }

    Result<void> bind_region(const OwnedHandle& file, const MappedMemory& memory) override {
        return current_->bind_region(file, memory);
    }

    NativeHandle wake_handle() const override { return current_->wake_handle(); }

    Result<void> dispatch() override;

    std::optional<Nanoseconds> next_due() const override { return current_->next_due(); }

    Result<void> set_activity(Activity activity) override {
        activity_ = activity;
        return current_->set_activity(activity);
    }

    FrameGeometry geometry() const override { return current_->geometry(); }

    std::uint32_t refresh_mhz() const override { return current_->refresh_mhz(); }

    bool has_change() const override { return current_->has_change(); }

    std::optional<Nanoseconds> changed_since() const override { return current_->changed_since(); }

    bool has_screen() const override { return current_->has_screen(); }

    SlotUse slot_use() const override { return current_->slot_use(); }

    Result<void> lend_slot(const CaptureTarget& target) override {
        return current_->lend_slot(target);
    }

    Result<Captured> capture(const CaptureTarget& target) override {
        return current_->capture(target);
    }

    void return_damage(const Damage& damage) override { current_->return_damage(damage); }

    std::optional<CursorPosition> cursor_position() const override {
        return current_->cursor_position();
    }

    std::optional<CursorImage> take_cursor_image() override {
        return current_->take_cursor_image();
    }

    bool is_kept_on() override { return current_->is_kept_on(); }

    Result<std::unique_ptr<ModeSetter>> open_mode_setter() const override {
        return current_->open_mode_setter();
    }

  private:
    /// The first of the first `count` ways that works.
    Result<void> take_best_of(std::size_t count);
    void climb();

    std::vector<CaptureWay> ways_;
    ClimbPace pace_;
    std::unique_ptr<Source> current_;  ///< Never null once it was opened.
    std::size_t index_ = 0;            ///< Of its way.
    Activity activity_ = Activity::Suspended;
    Nanoseconds climb_pause_ = pace_.first;
    Nanoseconds climb_at_{0};  ///< 0: not planned yet.
};

Result<void> BestSource::take_best_of(std::size_t count) {
    std::string refusals;
    for (std::size_t i = 0; i < count; ++i) {
        auto opened = ways_[i].open();
        if (opened) {
            // The old one goes when the new one is there: so their handles differ.
            current_ = std::move(*opened);
            activity_ = Activity::Suspended;
            index_ = i;
            log(LogLevel::Info,
                refusals.empty()
                    ? fmt::format("capturing by {}", ways_[i].name)
                    : fmt::format("capturing by {}: not by {}", ways_[i].name, refusals));
            return {};
        }
        refusals += fmt::format(
            "{}{} ({})", refusals.empty() ? "" : ", ", ways_[i].name, opened.error().message);
    }
    return Failure(Error::not_found("no screen to capture: not by " + refusals));
}

Result<void> BestSource::dispatch() {
    if (auto done = current_->dispatch(); !done) {
        log(LogLevel::Info,
            fmt::format("{} came to an end: {}", ways_[index_].name, done.error().message));
        ORIEL_TRY(take_best());
        climb_pause_ = pace_.first;
        climb_at_ = monotonic_now() + climb_pause_;
    } else if (index_ != 0 && activity_ == Activity::Running) {
        climb();
    }
    return {};
}

void BestSource::climb() {
    const Nanoseconds now = monotonic_now();
    if (climb_at_ == Nanoseconds(0)) {
        climb_at_ = now + climb_pause_;
    }
    if (now < climb_at_) {
        return;
    }
    if (auto taken = take_best_of(index_); !taken) {
        log(LogLevel::Debug, taken.error().message);
        climb_pause_ = std::min(2 * climb_pause_, pace_.longest);
    } else {
        climb_pause_ = pace_.first;
    }
    climb_at_ = monotonic_now() + climb_pause_;
}

}  // namespace

Result<std::unique_ptr<Source>> open_best_source(std::vector<CaptureWay> ways, ClimbPace pace) {
    auto source = std::make_unique<BestSource>(std::move(ways), pace);
    ORIEL_TRY(source->take_best());
    return source;
}

}  // namespace oriel
