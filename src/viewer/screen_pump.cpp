// SPDX-License-Identifier: MIT
#include "viewer/screen_pump.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace oriel {
namespace {

/// FramePump counts from 1.
constexpr std::uint64_t kFirstToken = std::uint64_t{1} << 63U;

}  // namespace

void ScreenPump::set_source(MachineScreen* source) {
    if (source == source_) {
        return;
    }
    // Pictures of the one before are nobody's to give back; their memory is theirs until released.
    if (newest_ && newest_->token != 0) {
        in_flight_.push_back(std::move(*newest_));
    }
    newest_.reset();
    is_whole_due_ = true;
    source_ = source;
    if (source_ != nullptr) {
        source_->want(wanted_);
    }
}

void ScreenPump::want(MachineScreen::Wanted wanted) {
    if (std::exchange(wanted_, wanted) == wanted) {
        return;
    }
    if (source_ != nullptr) {
        source_->want(wanted);
    }
    is_whole_due_ = true;
    if (wanted == MachineScreen::Wanted::No) {
        replace_newest(std::nullopt);
    }
}

MachineScreen::Standing ScreenPump::standing() const {
    return source_ == nullptr ? MachineScreen::Standing::None : source_->standing();
}

void ScreenPump::give_back(const MachinePicture& picture) {
    if (source_ != nullptr && picture.owner == source_) {
        source_->give_back(picture);
    }
}

void ScreenPump::replace_newest(std::optional<MachinePicture> picture) {
    if (newest_) {
        if (newest_->token != 0) {
            in_flight_.push_back(std::move(*newest_));
        } else {
            give_back(newest_->picture);
        }
        newest_.reset();
    }
    if (picture) {
        newest_ = Held{std::move(*picture)};
    }
}

Result<ScreenPump::Outcome> ScreenPump::pump() {
    if (source_ == nullptr || wanted_ == MachineScreen::Wanted::No || !presenter_.is_ready()) {
        return Outcome::Nothing;
    }
    Damage damage;
    if (auto picture = source_->take()) {
        damage = picture->damage;
        replace_newest(std::move(picture));
    } else if (!is_whole_due_ || !newest_) {
        return Outcome::Nothing;
    }
    ORIEL_TRY(show(damage));
    return Outcome::Shown;
}

/// For a presenter that copies: what it shows is its own.
std::span<const std::byte> ScreenPump::copied(const MachinePicture& picture, const Damage& damage) {
    const FrameGeometry& geometry = picture.geometry;
    const auto to = presenter_.copy_target(geometry);
    for (const Rect& part : damage.rects()) {
        for (std::uint32_t y = part.y; y < part.bottom(); ++y) {
            const std::size_t at = std::size_t{y} * geometry.stride +
                                   std::size_t{part.x} * bytes_per_pixel(geometry.format);
            std::memcpy(&to[at],
                        &picture.pixels[at],
                        std::size_t{part.width} * bytes_per_pixel(geometry.format));
        }
    }
    return to;
}

Result<void> ScreenPump::show(const Damage& damage) {
    MachinePicture& picture = newest_->picture;
    const bool is_whole =
        std::exchange(is_whole_due_, false) || picture.geometry != shown_geometry_;
    const Damage changed = is_whole ? Damage::whole(picture.geometry.size) : damage;
    shown_geometry_ = picture.geometry;
    FrameInfo info;
    info.sequence = ++count_;
    info.geometry = picture.geometry;
    info.crop = Rect::of(picture.geometry.size);
    PresentFrame frame{info, picture.pixels, std::nullopt, kFirstToken + count_};
    if (presenter_.use() == Presenter::Use::Copies) {
        frame.pixels = copied(picture, changed);
    } else {
        newest_->token = frame.token;
    }
    return presenter_.show(frame, changed);
}

bool ScreenPump::on_released(std::uint64_t token) {
    if (token < kFirstToken) {
        return false;
    }
    if (newest_ && newest_->token == token) {
        newest_->token = 0;
        return true;
    }
    const auto held = std::ranges::find(in_flight_, token, &Held::token);
    if (held != in_flight_.end()) {
        give_back(held->picture);
        in_flight_.erase(held);
    }
    return true;
}

}  // namespace oriel
