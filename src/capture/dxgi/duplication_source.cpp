// SPDX-License-Identifier: MIT
#include "capture/dxgi/duplication_source.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <windows.h>

#include "base/clock.h"
#include "base/windows/last_error.h"
#include "base/windows/wide_text.h"
#include "capture/disjoint_parts.h"
#include "capture/dxgi/com_error.h"
#include "capture/dxgi/duplication_thread.h"
#include "capture/dxgi/texture.h"
#include "capture/dxgi/texture_format.h"
#include "capture/windows/screen_power.h"
#include "capture/windows/windows_mode_setter.h"

namespace oriel::dxgi_capture {
namespace {

/// A switch of desktops or modes is over by then; longer is worth telling.
constexpr Nanoseconds kPatience = std::chrono::seconds(1);

constexpr std::uint64_t kMillihertz = 1000;

std::uint32_t refresh_of(const DXGI_RATIONAL& rate) {
    return rate.Denominator == 0
               ? 0
               : static_cast<std::uint32_t>(rate.Numerator * kMillihertz / rate.Denominator);
}

class DuplicationSource final : public Source {
  public:
    DuplicationSource(std::string kind, OwnedHandle wake)
        : kind_(std::move(kind)), wake_(std::move(wake)) {}

    DuplicationSource(const DuplicationSource&) = delete;
    DuplicationSource& operator=(const DuplicationSource&) = delete;

    ~DuplicationSource() override {
        if (writer_) {
            writer_->cancel();
        }
    }

    Result<void> start(std::unique_ptr<DuplicationFactory> factory,
                       const ComPtr<ID3D11Device>& device,
                       const MakeSlotWriter& make_writer);

    std::string description() const override {
        return kind_ + " " + to_utf8(thread_->screen()) + " by " + writer_->way();
    }

    Result<void> bind_region(const OwnedHandle& file, const MappedMemory& memory) override;

    NativeHandle wake_handle() const override { return wake_.get(); }

    Result<void> dispatch() override;

    std::optional<Nanoseconds> next_due() const override { return writer_->next_poll(); }

    Result<void> set_activity(Activity activity) override;

    FrameGeometry geometry() const override { return geometry_; }

    std::uint32_t refresh_mhz() const override { return refresh_mhz_; }

    bool has_change() const override;

    std::optional<Nanoseconds> changed_since() const override {
        return on_the_way_ ? std::optional(on_the_way_->since) : pending_since_;
    }

    bool has_screen() const override {
        return !lost_since_ || monotonic_now() - *lost_since_ < kPatience;
    }

    SlotUse slot_use() const override;
    Result<void> lend_slot(const CaptureTarget& target) override;
    Result<Captured> capture(const CaptureTarget& target) override;
    void return_damage(const Damage& damage) override;

    std::optional<CursorPosition> cursor_position() const override { return position_; }

    std::optional<CursorImage> take_cursor_image() override {
        return std::exchange(shape_, std::nullopt);
    }

    bool is_kept_on() override { return is_screen_kept_on(); }

    Result<std::unique_ptr<ModeSetter>> open_mode_setter() const override {
        return make_windows_mode_setter(thread_->screen());
    }

  private:
    struct LentSlot {
        std::uint64_t region_offset;
        FrameGeometry geometry;
        Damage stale;
    };

    /// What the writer is bringing into the lent slot.
    struct OnTheWay {
        Damage damage;
        Nanoseconds since;
        bool is_there = false;
    };

    void take_pointer(DuplicationNews& news);
    void take_begun(const Begun& begun);
    Result<void> take_frame(const LentFrame& frame);
    Result<void> match_picture(ID3D11Texture2D& desktop);
    Result<void> lead_on();
    Result<void> poll();
    Result<void> send();
    void drop_slot();
    void owe(const Damage& damage, Nanoseconds since);
    void owe_all();
    Error changed() const;

    const std::string kind_;
    const OwnedHandle wake_;  ///< Outlives the thread and the writer, which set it.
    ComPtr<ID3D11DeviceContext> context_;
    std::unique_ptr<SlotWriter> writer_;
    std::unique_ptr<DuplicationThread> thread_;
    Activity activity_ = Activity::Suspended;
    FrameGeometry geometry_;
    std::uint32_t transform_ = 0;
    std::uint32_t refresh_mhz_ = 0;
    OutputColour colour_;
    ComPtr<ID3D11Texture2D> picture_;
    DXGI_FORMAT picture_format_ = DXGI_FORMAT_UNKNOWN;
    bool is_drawn_ = false;  ///< The picture is the screen's.
    Damage pending_;         ///< Drawn into the picture, and not on its way yet.
    std::optional<Nanoseconds> pending_since_;
    std::optional<LentFrame> held_;  ///< Not drawn yet: the thread waits for it.
    std::optional<LentSlot> slot_;
    std::optional<OnTheWay> on_the_way_;
    std::optional<Nanoseconds> lost_since_;
    std::optional<CursorPosition> position_;
    std::optional<CursorImage> shape_;
    std::optional<Error> ended_;
};

Result<void> DuplicationSource::start(std::unique_ptr<DuplicationFactory> factory,
                                      const ComPtr<ID3D11Device>& device,
                                      const MakeSlotWriter& make_writer) {
    device->GetImmediateContext(&context_);
    ORIEL_TRY_ASSIGN(writer_, make_writer(device, wake_.get()));
    thread_ = std::make_unique<DuplicationThread>(std::move(factory), device, wake_.get());
    ORIEL_TRY_ASSIGN(const Begun begun, thread_->probe());
    const DXGI_MODE_DESC& mode = begun.description.ModeDesc;
    // Until the first frame tells.
    geometry_ = geometry_of({mode.Width, mode.Height},
                            pixel_format(mode.Format).value_or(PixelFormat::Bgra8),
                            transform_of(begun.description.Rotation));
    take_begun(begun);
    return {};
}

Result<void> DuplicationSource::bind_region(const OwnedHandle& /*file*/,
                                            const MappedMemory& memory) {
    drop_slot();
    auto bound = writer_->bind_region(memory.bytes());
    if (!bound) {
        ended_ = bound.error();
    }
    return bound;
}

Result<void> DuplicationSource::dispatch() {
    // First, so that whatever comes from now on sets it again.
    static_cast<void>(::ResetEvent(wake_.get()));
    if (activity_ == Activity::Suspended) {
        return {};
    }
    if (!ended_) {
        DuplicationNews news = thread_->take_news();
        ended_ = std::move(news.ended);
        lost_since_ = news.lost_since;
        take_pointer(news);
        if (news.begun) {
            take_begun(*news.begun);
        }
        if (news.frame) {
            held_ = std::move(news.frame);
        }
    }
    if (!ended_) {
        if (auto led = lead_on(); !led) {
            ended_ = led.error();
        }
    }
    return ended_ ? Result<void>(Failure(*ended_)) : Result<void>();
}

void DuplicationSource::take_pointer(DuplicationNews& news) {
    if (news.position) {
        position_ = news.position;
    }
    if (news.shape) {
        shape_ = std::move(news.shape);
    }
}

void DuplicationSource::take_begun(const Begun& begun) {
    transform_ = transform_of(begun.description.Rotation);
    refresh_mhz_ = refresh_of(begun.description.ModeDesc.RefreshRate);
    colour_ = begun.colour;
}

Result<void> DuplicationSource::take_frame(const LentFrame& frame) {
    ORIEL_TRY(match_picture(*frame.texture.Get()));
    Damage changed = frame.changed;
    changed.clip(Rect::of(geometry_.size));
    copy_texture(*context_.Get(), *picture_.Get(), *frame.texture.Get(), changed.rects());
    ORIEL_TRY(writer_->after_drawing());
    // The system may have its texture back: what reads it is on its way to the GPU before.
    context_->Flush();
    is_drawn_ = true;
    owe(changed, frame.since);
    return {};
}

/// A texture of another size, format or turn begins another picture.
Result<void> DuplicationSource::match_picture(ID3D11Texture2D& desktop) {
    D3D11_TEXTURE2D_DESC description{};
    desktop.GetDesc(&description);
    const auto format = pixel_format(description.Format);
    if (!format) {
        return Failure(
            Error::unsupported("the screen's pixels are in a format that no region can "
                               "carry (DXGI_FORMAT " +
                               std::to_string(description.Format) + ")"));
    }
    const FrameGeometry wanted =
        geometry_of({description.Width, description.Height}, *format, transform_);
    if (picture_ && wanted == geometry_ && description.Format == picture_format_) {
        return {};
    }
    drop_slot();
    is_drawn_ = false;
    ORIEL_TRY_ASSIGN(picture_, writer_->make_picture(wanted.size, description.Format));
    picture_format_ = description.Format;
    geometry_ = wanted;
    owe_all();
    return {};
}

/// As far as it goes without waiting.
Result<void> DuplicationSource::lead_on() {
    ORIEL_TRY(poll());
    if (held_ && writer_->may_draw()) {
        const auto taken = take_frame(*held_);
        held_.reset();
        thread_->give_back();
        ORIEL_TRY(taken);
    }
    if (slot_ && !on_the_way_ && is_drawn_ && !pending_.is_empty()) {
        ORIEL_TRY(send());
    }
    return poll();
}

Result<void> DuplicationSource::poll() {
    if (on_the_way_ && !on_the_way_->is_there) {
        ORIEL_TRY_ASSIGN(const SlotWriter::Progress progress, writer_->poll());
        on_the_way_->is_there = progress == SlotWriter::Progress::Done;
    }
    return {};
}

Result<void> DuplicationSource::send() {
    Damage parts = pending_;
    parts.add(slot_->stale);
    parts.clip(Rect::of(geometry_.size));
    ORIEL_TRY(writer_->begin(geometry_, slot_->region_offset, disjoint_parts(parts)));
    on_the_way_ = {pending_, pending_since_.value_or(monotonic_now()), false};
    pending_.clear();
    pending_since_.reset();
    return {};
}

Result<void> DuplicationSource::set_activity(Activity activity) {
    if (activity == activity_) {
        return {};
    }
    activity_ = activity;
    drop_slot();
    held_.reset();
    lost_since_.reset();
    is_drawn_ = false;
    if (activity == Activity::Suspended) {
        thread_->rest();
        pending_.clear();
        pending_since_.reset();
        return {};
    }
    thread_->run();
    owe_all();
    return {};
}

bool DuplicationSource::has_change() const {
    // Also what came before the duplication was lost.
    return activity_ == Activity::Running && is_drawn_ && (on_the_way_ || !pending_.is_empty());
}

SlotUse DuplicationSource::slot_use() const {
    if (activity_ == Activity::Suspended) {
        return SlotUse::NotYet;
    }
    if (on_the_way_ && on_the_way_->is_there) {
        return SlotUse::Filled;
    }
    if (slot_) {
        return SlotUse::Lent;
    }
    return is_drawn_ ? SlotUse::Wanted : SlotUse::NotYet;
}

Result<void> DuplicationSource::lend_slot(const CaptureTarget& target) {
    if (slot_use() != SlotUse::Wanted || target.geometry != geometry_) {
        return Failure(changed());
    }
    slot_ = LentSlot{target.region_offset, target.geometry, target.stale};
    if (auto led = lead_on(); !led) {
        // Only dispatch() can end a source.
        ended_ = led.error();
        drop_slot();
        static_cast<void>(::SetEvent(wake_.get()));
        return led;
    }
    return {};
}

Result<Captured> DuplicationSource::capture(const CaptureTarget& target) {
    if (activity_ == Activity::Suspended) {
        return Failure(Error::usage("cannot capture: " + description() + " is suspended"));
    }
    if (slot_use() != SlotUse::Filled || target.geometry != slot_->geometry ||
        target.region_offset != slot_->region_offset ||
        target.pixels.size() < target.geometry.bytes()) {
        return Failure(changed());
    }
    ORIEL_TRY_ASSIGN(const MovedBytes moved, writer_->finish(target.pixels));
    Captured captured;
    captured.damage = on_the_way_->damage;
    captured.capture_start = on_the_way_->since;
    captured.bytes_moved = moved.all;
    captured.bytes_moved_by_gpu = moved.by_gpu;
    captured.colour = colour_info(geometry_.format, colour_);
    on_the_way_.reset();
    slot_.reset();
    return captured;
}

void DuplicationSource::return_damage(const Damage& damage) {
    Damage returned = damage;
    returned.clip(Rect::of(geometry_.size));
    owe(returned, monotonic_now());
    static_cast<void>(::SetEvent(wake_.get()));
}

/// What is on its way counts again.
void DuplicationSource::drop_slot() {
    writer_->cancel();
    slot_.reset();
    if (on_the_way_) {
        owe(on_the_way_->damage, on_the_way_->since);
        on_the_way_.reset();
    }
}

void DuplicationSource::owe(const Damage& damage, Nanoseconds since) {
    if (!damage.is_empty()) {
        pending_.add(damage);
        pending_since_ = std::min(pending_since_.value_or(since), since);
    }
}

void DuplicationSource::owe_all() {
    pending_.clear();
    owe(Damage::whole(geometry_.size), monotonic_now());
}

Error DuplicationSource::changed() const {
    return Error::busy("the picture of " + description() + " is not in this slot");
}

}  // namespace

Result<std::unique_ptr<Source>> make_duplication_source(std::string kind,
                                                        std::unique_ptr<DuplicationFactory> factory,
                                                        const ComPtr<ID3D11Device>& device,
                                                        const MakeSlotWriter& make_writer) {
    OwnedHandle wake(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
    if (!wake) {
        return Failure(last_error("make an event"));
    }
    auto source = std::make_unique<DuplicationSource>(std::move(kind), std::move(wake));
    ORIEL_TRY(source->start(std::move(factory), device, make_writer));
    return source;
}

}  // namespace oriel::dxgi_capture
