// SPDX-License-Identifier: MIT
#include "capture/x11/screen_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace oriel::x11_capture {
namespace {

/// How often an announced frame says how far it got: each time wakes this process.
std::uint32_t bands_for(const FrameGeometry& geometry) {
    constexpr std::uint64_t kMostBands = 8;
    constexpr std::uint64_t kLeastBytes = std::uint64_t{2} << 20U;
    return static_cast<std::uint32_t>(
        std::clamp<std::uint64_t>(geometry.bytes() / kLeastBytes, 1, kMostBands));
}

/// All that the bands bring: what is wanted, and what is read along.
Damage area_of(const Damage& wanted, std::span<const Band> bands) {
    Damage area = wanted;
    for (const Band& band : bands) {
        for (const Piece& piece : band.pieces) {
            area.add(piece.rect);
        }
    }
    return area;
}

/// The rectangles of `damage` that no single one of `area` covers.
Damage outside(const Damage& damage, const Damage& area) {
    Damage left;
    for (const Rect& rect : damage.rects()) {
        if (!area.covers(rect)) {
            left.add(rect);
        }
    }
    return left;
}

/// What `late` has inside `area`, added to `damage`.
void add_inside(Damage& damage, const Damage& late, const Damage& area) {
    for (const Rect& changed : late.rects()) {
        for (const Rect& rect : area.rects()) {
            damage.add(changed.intersected(rect));
        }
    }
}

/// `changed` and what is stale, within the picture.
Damage wanted_in(const CaptureTarget& target, const Damage& changed) {
    Damage wanted = changed;
    wanted.add(target.stale);
    wanted.clip(Rect::of(target.geometry.size));
    return wanted;
}

/// Large enough for readers to start early. What is announced counts as changed, so it must not
/// be much more than what did change: else a caret after a film would be whole frames for ever.
bool is_worth_announcing(const Damage& changed, const Damage& wanted, Size size) {
    return 4 * changed.area() > size.area() && 4 * wanted.area() <= 5 * changed.area();
}

}  // namespace

Result<ScreenReader::Frame> ScreenReader::read(const CaptureTarget& target, Damage& changed) {
    Progress progress;
    const auto done = may_guess(target, changed) ? read_guess(target, changed, progress)
                                                 : read_known(target, changed, progress);
    if (!done) {
        changed.add(progress.late);
        return Failure(done.error());
    }
    Frame frame{
        progress.is_announced ? progress.area : changed, progress.late, progress.bytes_moved};
    add_inside(frame.damage, progress.late, progress.area);
    return frame;
}

/// Two round trips: the changes, then their pixels.
Result<void> ScreenReader::read_known(const CaptureTarget& target,
                                      Damage& changed,
                                      Progress& progress) {
    const Size size = target.geometry.size;
    ORIEL_TRY_ASSIGN(const Damage taken, damage_.wait(damage_.take(), size));
    learn(taken);
    changed.add(taken);
    const Damage wanted = wanted_in(target, changed);
    progress.is_announced = target.announce && is_worth_announcing(changed, wanted, size);
    const auto bands = plan_bands(wanted,
                                  size,
                                  transfer_.means_for(target),
                                  progress.is_announced ? bands_for(target.geometry) : 1);
    progress.area = area_of(wanted, bands);
    if (progress.is_announced) {
        target.announce(progress.area);
    }
    const bool is_reported = progress.is_announced || outside(progress.area, changed).is_empty();
    return transfer(target, bands, is_reported ? Late::Leave : Late::Take, progress);
}

/// One round trip if all that changed lies where the last change was, as with a clock, a film or
/// a caret; else a second one for what does not.
Result<void> ScreenReader::read_guess(const CaptureTarget& target,
                                      Damage& changed,
                                      Progress& progress) {
    const Size size = target.geometry.size;
    const Means means = transfer_.means_for(target);
    Damage guess = changed;
    guess.add(last_taken_);
    const Damage wanted = wanted_in(target, guess);
    const auto bands = plan_bands(wanted, size, means, 1);
    progress.area = area_of(wanted, bands);
    const auto taking = damage_.take();
    const auto transferred = transfer(target, bands, Late::Take, progress);
    ORIEL_TRY_ASSIGN(const Damage taken, damage_.wait(taking, size));
    learn(taken);
    changed.add(taken);
    ORIEL_TRY(transferred);
    const Damage missed = outside(changed, progress.area);
    if (missed.is_empty()) {
        return {};
    }
    const auto more = plan_bands(missed, size, means, 1);
    progress.area.add(area_of(missed, more));
    return transfer(target, more, Late::Take, progress);
}

Result<void> ScreenReader::transfer(const CaptureTarget& target,
                                    std::span<const Band> bands,
                                    Late late,
                                    Progress& progress) {
    ORIEL_TRY(transfer_.request(target, bands));
    progress.bytes_moved += transfer_.bytes_moved();
    if (late == Late::Leave) {
        return transfer_.finish(target, target.rows_ready);
    }
    const auto taking = damage_.take();
    auto finished = transfer_.finish(target, {});
    ORIEL_TRY_ASSIGN(const Damage taken, damage_.wait(taking, target.geometry.size));
    progress.late.add(taken);
    return finished;
}

/// Only where a wrong guess costs little.
bool ScreenReader::may_guess(const CaptureTarget& target, const Damage& changed) const {
    const std::uint64_t guessed = last_taken_.area() + changed.area() + target.stale.area();
    return is_steady_ && 4 * guessed <= target.geometry.size.area();
}

void ScreenReader::learn(const Damage& taken) {
    if (!taken.is_empty()) {
        is_steady_ = outside(taken, last_taken_).is_empty();
        last_taken_ = taken;
    }
}

}  // namespace oriel::x11_capture
