// SPDX-License-Identifier: MIT
#include "capture/wayland/wayland_source.h"

#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/log.h"
#include "capture/wayland/connection.h"
#include "capture/wayland/image_copy.h"
#include "capture/wayland/output_choice.h"
#include "capture/wayland/output_mode.h"
#include "capture/wayland/screencopy.h"
#include "capture/wayland/slot_buffers.h"

namespace oriel {
namespace wayland_capture {
namespace {

using Stage = FrameCopier::Stage;

/// After a refusal, where nothing tells when it may be different.
constexpr Nanoseconds kRefusedPause = std::chrono::seconds(1);

/// On top of any transform, for a picture whose first row is the lowest: mirrored the other way and
/// turned by half.
constexpr std::uint32_t kUpsideDown = 6;

class WaylandSource final : public Source {
  public:
    WaylandSource(std::unique_ptr<Connection> connection,
                  std::unique_ptr<FrameCopier> copier,
                  std::string output)
        : connection_(std::move(connection)),
          copier_(std::move(copier)),
          buffers_(*connection_),
          wanted_output_(std::move(output)) {}

    /// Errors: no such output, or its pixels cannot be carried. Blocks: as a round trip.
    Result<void> start();

    std::string description() const override {
        return fmt::format("wayland {} {}", connection_->display(), output_name_);
    }

    Result<void> bind_region(const UniqueFd& fd, const MappedMemory& memory) override;

    NativeHandle wake_handle() const override { return connection_->fd(); }

    Result<void> dispatch() override;

    std::optional<Nanoseconds> next_due() const override {
        return activity_ == Activity::Running ? retry_at_ : std::nullopt;
    }

    Result<void> set_activity(Activity activity) override;

    FrameGeometry geometry() const override { return geometry_; }

    std::uint32_t refresh_mhz() const override { return refresh_mhz_; }

    bool has_change() const override;

    bool has_screen() const override { return has_screen_; }

    SlotUse slot_use() const override;
    Result<void> lend_slot(const CaptureTarget& target) override;
    Result<Captured> capture(const CaptureTarget& target) override;
    void return_damage(const Damage& damage) override;

    Result<std::unique_ptr<ModeSetter>> open_mode_setter() const override {
        return open_wayland_mode_setter(connection_->display(), output_name_);
    }

  private:
    struct Lent {
        std::uint64_t region_offset;
        FrameGeometry geometry;
        Damage stale;
        Nanoseconds since;
    };

    const Output* find_output() const {
        return wayland_capture::find_output(*connection_, wanted_output_, output_);
    }

    Result<void> settle();
    void follow_output();
    void ask_if_wanted(const Output& output);
    Result<void> take_offer(const Output& output);
    void owe_all();
    Error changed() const;

    std::uint32_t transform_of(const Output& output) const {
        return is_upside_down_ ? output.transform() ^ kUpsideDown : output.transform();
    }

    std::unique_ptr<Connection> connection_;
    std::unique_ptr<FrameCopier> copier_;
    SlotBuffers buffers_;
    const std::string wanted_output_;
    std::string output_name_;
    std::optional<std::uint32_t> output_;  ///< Its number in the registry.
    std::uint64_t output_version_ = 0;
    std::uint32_t refresh_mhz_ = 0;
    FrameGeometry geometry_;
    bool is_upside_down_ = false;
    bool has_screen_ = true;
    std::uint32_t failures_ = 0;  ///< Since the last frame.
    Activity activity_ = Activity::Suspended;
    bool owes_all_ = true;  ///< The next frame has to be whole.
    std::optional<Lent> lent_;
    std::optional<Nanoseconds> retry_at_;
};

Result<void> WaylandSource::start() {
    const Output* output = find_output();
    if (output == nullptr) {
        return Failure(no_output(*connection_, wanted_output_));
    }
    follow_output();
    copier_->ask(output->get());
    ORIEL_TRY(connection_->round_trip());
    ORIEL_TRY(settle());
    // It was only to learn of what shape the picture is.
    copier_->drop();
    connection_->flush();
    return {};
}

Result<void> WaylandSource::bind_region(const UniqueFd& fd, const MappedMemory& memory) {
    owe_all();
    buffers_.bind_region(fd, memory);
    return dispatch();
}

Result<void> WaylandSource::dispatch() {
    ORIEL_TRY(connection_->dispatch());
    return settle();
}

Result<void> WaylandSource::set_activity(Activity activity) {
    if (activity != activity_) {
        activity_ = activity;
        owe_all();
    }
    return settle();
}

/// What the compositor said leads on.
Result<void> WaylandSource::settle() {
    follow_output();
    const Output* output = find_output();
    if (output != nullptr && copier_->stage() == Stage::Offered && !lent_) {
        ORIEL_TRY(take_offer(*output));
    }
    if (copier_->stage() == Stage::Failed) {
        owe_all();
        // Once is what a change of mode brings; then the output is off, or cannot be read.
        if (++failures_ > 1) {
            retry_at_ = monotonic_now() + kRefusedPause;
        }
    }
    has_screen_ = output != nullptr && failures_ < 2;
    if (output != nullptr) {
        ask_if_wanted(*output);
    }
    connection_->flush();
    return {};
}

/// Another output, or the same in another mode: what was asked of it is void.
void WaylandSource::follow_output() {
    const Output* output = find_output();
    if (output == nullptr) {
        if (std::exchange(output_, std::nullopt)) {
            owe_all();
        }
        return;
    }
    if (output_ == output->global() && output_version_ == output->version()) {
        return;
    }
    output_ = output->global();
    output_version_ = output->version();
    output_name_ = output->name();
    refresh_mhz_ = output->refresh_mhz();
    owe_all();
    failures_ = 0;
    retry_at_.reset();
    buffers_.forget();
    // Until the compositor offers, as it most likely will.
    geometry_.size = output->mode();
    geometry_.stride = geometry_.size.width * bytes_per_pixel(geometry_.format);
    geometry_.transform = transform_of(*output);
}

void WaylandSource::ask_if_wanted(const Output& output) {
    if (activity_ == Activity::Suspended || copier_->stage() != Stage::Idle ||
        (retry_at_ && monotonic_now() < *retry_at_)) {
        return;
    }
    retry_at_.reset();
    copier_->ask(output.get());
}

Result<void> WaylandSource::take_offer(const Output& output) {
    const BufferOffer& offer = copier_->offer();
    if (!offer.format) {
        return Failure(Error::unsupported(fmt::format(
            "the compositor at {} offers pixels in a format that no region can carry ({:#x})",
            connection_->display(),
            offer.shm_format)));
    }
    const std::uint64_t least = std::uint64_t{offer.size.width} * bytes_per_pixel(*offer.format);
    const std::uint32_t stride =
        offer.stride != 0 ? offer.stride : static_cast<std::uint32_t>(least);
    if (stride < least || stride % 4 != 0) {
        return Failure(Error::protocol(fmt::format(
            "the compositor at {} offers rows of {} bytes", connection_->display(), stride)));
    }
    geometry_ = {offer.size, stride, *offer.format, transform_of(output)};
    return {};
}

bool WaylandSource::has_change() const {
    return activity_ == Activity::Running && has_screen_ &&
           (owes_all_ || copier_->stage() == Stage::Copied);
}

SlotUse WaylandSource::slot_use() const {
    switch (copier_->stage()) {
    case Stage::Offered:
        return SlotUse::Wanted;
    case Stage::Armed:
        return SlotUse::Lent;
    case Stage::Copied:
        return SlotUse::Filled;
    default:
        return SlotUse::NotYet;
    }
}

Result<void> WaylandSource::lend_slot(const CaptureTarget& target) {
    if (copier_->stage() != Stage::Offered || target.geometry != geometry_) {
        return Failure(changed());
    }
    ORIEL_TRY_ASSIGN(wl_buffer * buffer,
                     buffers_.find(target.region_offset, geometry_, copier_->offer().shm_format));
    lent_ = Lent{target.region_offset, geometry_, target.stale, monotonic_now()};
    copier_->arm(
        buffer, target.stale, owes_all_ ? FrameCopier::When::AtOnce : FrameCopier::When::Changed);
    connection_->flush();
    return {};
}

Result<Captured> WaylandSource::capture(const CaptureTarget& target) {
    if (activity_ == Activity::Suspended) {
        return Failure(Error::usage("cannot capture: " + description() + " is suspended"));
    }
    if (copier_->stage() != Stage::Copied || !lent_ || target.geometry != lent_->geometry ||
        target.region_offset != lent_->region_offset) {
        return Failure(changed());
    }
    const CopiedFrame frame = copier_->copied();
    if (frame.is_upside_down != is_upside_down_) {
        is_upside_down_ = frame.is_upside_down;
        output_version_ = 0;
        owe_all();
        ORIEL_TRY(settle());
        return Failure(changed());
    }
    const Nanoseconds now = monotonic_now();
    Captured captured;
    captured.damage = owes_all_ || is_upside_down_ ? Damage::whole(geometry_.size) : frame.damage;
    captured.capture_start = frame.shown > lent_->since && frame.shown < now ? frame.shown : now;
    Damage written = captured.damage;
    written.add(lent_->stale);
    captured.bytes_moved =
        (copier_->copies_all() ? geometry_.size.area() : written.area()) *
            bytes_per_pixel(geometry_.format) +
        buffers_.copy_over(target.pixels, lent_->region_offset, geometry_, written);
    owes_all_ = false;
    failures_ = 0;
    lent_.reset();
    copier_->finish();
    ORIEL_TRY(settle());
    return captured;
}

/// All of it, since a part cannot be asked for.
void WaylandSource::return_damage(const Damage& damage) {
    if (!damage.is_empty()) {
        owe_all();
        static_cast<void>(settle());
    }
}

void WaylandSource::owe_all() {
    copier_->drop();
    lent_.reset();
    owes_all_ = true;
}

Error WaylandSource::changed() const {
    return Error::busy("the picture of " + description() + " is not in this slot");
}

using Protocol = WaylandSourceOptions::Protocol;

Result<std::unique_ptr<FrameCopier>> make_copier(const Connection& connection, Protocol protocol) {
    if (connection.image_copy() != nullptr && protocol != Protocol::Screencopy) {
        return std::make_unique<ImageCopy>(connection.image_copy(), connection.image_sources());
    }
    if (connection.screencopy() != nullptr && protocol != Protocol::ImageCopy) {
        return std::make_unique<Screencopy>(connection.screencopy());
    }
    return Failure(Error::unsupported(
        fmt::format("the compositor at {} lets nobody capture it by ext-image-copy-capture or "
                    "wlr-screencopy 2: use --capture kms as root",
                    connection.display())));
}

}  // namespace
}  // namespace wayland_capture

Result<std::unique_ptr<Source>> open_wayland_source(const WaylandSourceOptions& options) {
    using namespace wayland_capture;
    ORIEL_TRY_ASSIGN(auto connection, Connection::open(options.display));
    if (connection->shm() == nullptr) {
        return Failure(Error::unsupported("the compositor at " + connection->display() +
                                          " takes no shared memory"));
    }
    ORIEL_TRY_ASSIGN(auto copier, make_copier(*connection, options.protocol));
    auto source =
        std::make_unique<WaylandSource>(std::move(connection), std::move(copier), options.output);
    ORIEL_TRY(source->start());
    return source;
}

bool is_wayland_session(const std::string& display) {
    return wayland_capture::Connection::open(display).has_value();
}

}  // namespace oriel
