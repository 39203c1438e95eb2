// SPDX-License-Identifier: MIT
#include "input/screen_exchange.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "abi/cursor.h"
#include "abi/region.h"

namespace oriel {
namespace {

constexpr std::uint32_t kPixelBytes = 4;

CursorImage premultiplied(Size size, const std::byte* rgba) {
    CursorImage image;
    image.size = size;
    image.stride = size.width * kPixelBytes;
    image.pixels.resize(std::size_t{image.stride} * size.height);
    for (std::size_t i = 0; i < image.pixels.size(); i += kPixelBytes) {
        // A colour brighter than its alpha would shine through what is below it.
        const std::byte alpha = rgba[i + 3];
        image.pixels[i] = std::min(rgba[i + 2], alpha);
        image.pixels[i + 1] = std::min(rgba[i + 1], alpha);
        image.pixels[i + 2] = std::min(rgba[i], alpha);
        image.pixels[i + 3] = alpha;
    }
    return image;
}

}  // namespace

void ScreenExchange::want(Wanted wanted) {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(wanted_, wanted) == wanted) {
            return;
        }
        if (wanted == Wanted::No) {
            drop_pictures();
            standing_ = std::min(standing_, Standing::Expected);
        }
        is_whole_due_ = wanted == Wanted::Yes;
    }
    demand_();
}

MachineScreen::Standing ScreenExchange::standing() const {
    const std::lock_guard lock(mutex_);
    return standing_;
}

std::string ScreenExchange::lack() const {
    const std::lock_guard lock(mutex_);
    return lack_;
}

bool ScreenExchange::is_wanted() const {
    const std::lock_guard lock(mutex_);
    return wanted_ == Wanted::Yes;
}

std::optional<MachinePicture> ScreenExchange::take() {
    const std::lock_guard lock(mutex_);
    const auto buffer = std::ranges::find(buffers_, Buffer::Holder::Ready, &Buffer::holder);
    if (buffer == buffers_.end()) {
        return std::nullopt;
    }
    buffer->holder = Buffer::Holder::Shower;
    return MachinePicture{buffer->geometry,
                          *buffer->pixels,
                          std::exchange(untaken_, {}),
                          buffer->pixels,
                          this,
                          static_cast<std::size_t>(buffer - buffers_.begin())};
}

void ScreenExchange::give_back(const MachinePicture& picture) {
    {
        const std::lock_guard lock(mutex_);
        Buffer& buffer = buffers_[picture.buffer];
        buffer.holder = Buffer::Holder::Nobody;
        if (wanted_ == Wanted::No) {
            buffer = {};
        }
    }
    demand_();
}

CursorNews ScreenExchange::cursor_news() {
    const std::lock_guard lock(mutex_);
    return std::exchange(cursor_news_, {});
}

/// With the lock. What nobody has is freed; its next picture is whole.
void ScreenExchange::drop_pictures() {
    for (Buffer& buffer : buffers_) {
        if (buffer.holder == Buffer::Holder::Nobody || buffer.holder == Buffer::Holder::Ready) {
            buffer = {};
        }
    }
}

void ScreenExchange::set_standing(Standing standing, std::string lack) {
    {
        const std::lock_guard lock(mutex_);
        if (standing_ == standing && lack_ == lack) {
            return;
        }
        if (standing != Standing::Shown) {
            drop_pictures();
        }
        standing_ = standing;
        lack_ = std::move(lack);
    }
    news_();
}

void ScreenExchange::expect() {
    geometry_ = {};
    set_standing(Standing::Expected, {});
}

void ScreenExchange::refuse(std::string why) {
    geometry_ = {};
    set_standing(Standing::None, std::move(why));
}

bool ScreenExchange::begin(Size size) {
    const FrameGeometry geometry{size, size.width * kPixelBytes, PixelFormat::Bgra8, 0};
    const bool is_side_known = size.width <= abi::kMaxSide && size.height <= abi::kMaxSide;
    if (size.is_empty() || !is_side_known || geometry.bytes() > kMaxBytes) {
        refuse(fmt::format("the VM's screen is {}x{}, which cannot be shown: {} MiB at most",
                           size.width,
                           size.height,
                           kMaxBytes >> 20U));
        return false;
    }
    geometry_ = geometry;
    for (Damage& missing : missing_) {
        missing.clip(Rect::of(size));
    }
    changed_.clear();
    note_change(Rect::of(size));
    return true;
}

void ScreenExchange::note_change(const Rect& part) {
    const Rect seen = part.intersected(Rect::of(geometry_.size));
    if (!seen.is_empty()) {
        changed_.add(seen);
    }
}

/// What waits is filled up before a second one is begun: its reader wants the newest.
std::optional<std::size_t> ScreenExchange::claim() {
    const std::lock_guard lock(mutex_);
    if (wanted_ == Wanted::No || geometry_.size.is_empty()) {
        return std::nullopt;
    }
    if (is_whole_due_) {
        changed_ = Damage::whole(geometry_.size);
    }
    if (changed_.is_empty()) {
        return std::nullopt;
    }
    for (const auto holder : {Buffer::Holder::Ready, Buffer::Holder::Nobody}) {
        const auto found = std::ranges::find(buffers_, holder, &Buffer::holder);
        if (found != buffers_.end()) {
            found->holder = Buffer::Holder::Painter;
            is_whole_due_ = false;
            return static_cast<std::size_t>(found - buffers_.begin());
        }
    }
    return std::nullopt;
}

void ScreenExchange::fill(std::size_t index, const Paint& paint) {
    Buffer& buffer = buffers_[index];
    for (Damage& missing : missing_) {
        missing.add(changed_);
    }
    Damage& missing = missing_[index];
    if (buffer.geometry != geometry_) {
        buffer.geometry = geometry_;
        buffer.pixels =
            std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(geometry_.bytes()));
        missing = Damage::whole(geometry_.size);
    }
    for (const Rect& part : missing.rects()) {
        paint(part, *buffer.pixels, geometry_.stride);
    }
    missing.clear();
}

void ScreenExchange::pass_on(const Paint& paint) {
    const auto index = claim();
    if (!index) {
        return;
    }
    fill(*index, paint);
    {
        const std::lock_guard lock(mutex_);
        buffers_[*index].holder = Buffer::Holder::Ready;
        untaken_.add(changed_);
        untaken_.clip(Rect::of(geometry_.size));
        standing_ = Standing::Shown;
        lack_.clear();
        if (wanted_ == Wanted::No) {
            drop_pictures();
            standing_ = Standing::Expected;
        }
    }
    changed_.clear();
    news_();
}

void ScreenExchange::set_cursor(Size size,
                                std::uint32_t hot_x,
                                std::uint32_t hot_y,
                                const std::byte* rgba) {
    if (size.is_empty() || size.width > abi::kMaxCursorSide || size.height > abi::kMaxCursorSide) {
        return;
    }
    CursorImage image = premultiplied(size, rgba);
    image.hot_x = std::min(hot_x, size.width - 1);
    image.hot_y = std::min(hot_y, size.height - 1);
    {
        const std::lock_guard lock(mutex_);
        cursor_news_.image = std::move(image);
        has_shape_ = true;
        position_.visibility = CursorPosition::Visibility::Shown;
        cursor_news_.position = position_;
    }
    news_();
}

void ScreenExchange::change_position(const std::function<void(CursorPosition&)>& change) {
    {
        const std::lock_guard lock(mutex_);
        const CursorPosition before = position_;
        change(position_);
        if (position_ == before || !has_shape_) {
            return;
        }
        cursor_news_.position = position_;
    }
    news_();
}

void ScreenExchange::place_cursor(std::int32_t x, std::int32_t y) {
    change_position(
        [&](CursorPosition& position) { position = {x, y, CursorPosition::Visibility::Shown}; });
}

void ScreenExchange::hide_cursor() {
    change_position(
        [](CursorPosition& position) { position.visibility = CursorPosition::Visibility::Hidden; });
}

}  // namespace oriel
