// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/mapped_memory.h"
#include "base/native_handle.h"
#include "base/result.h"
#include "capture/mode_setter.h"
#include "relay/cursor_image.h"
#include "relay/damage.h"
#include "relay/frame_info.h"

namespace oriel {

/// A slot for a source to fill. The part named by `stale` is older than the frame before this one
/// and has to be written along with whatever changed since; the rest is right already.
///
/// `announce` and `rows_ready` let readers start early; a source that knows its damage only at
/// the end calls neither.
struct CaptureTarget {
    std::span<std::byte> pixels;  ///< geometry.stride * (height - 1) + row bytes.
    std::uint64_t region_offset;  ///< Of pixels[0], for those who hand the region's file on.
    FrameGeometry geometry;       ///< What the source's own geometry() said.
    const Damage& stale;

    /// At most once, before the first pixel is written: what this frame will change.
    std::function<void(const Damage&)> announce;

    /// Every damaged or stale pixel above row `rows` is in place.
    std::function<void(std::uint32_t rows)> rows_ready;
};

/// What capturing one frame brought.
struct Captured {
    Damage damage;                  ///< What changed since the frame before; never less.
    Nanoseconds capture_start{0};   ///< When the source learned of the (oldest) change.
    Nanoseconds vblank{0};          ///< 0: unknown.
    std::uint64_t bytes_moved = 0;  ///< Written into the slot or beside it, for the statistics.
    std::uint64_t bytes_moved_by_gpu = 0;  ///< Of those: no CPU touched them.
    ColourInfo colour{};
};

/// When a source needs a slot.
enum class SlotUse : std::uint8_t {
    AtCapture,  ///< Always: capture() writes into it.
    // A source that is lent its slots: somebody else writes into one as soon as something changes.
    NotYet,  ///< None for now; dispatch() leads on.
    Wanted,  ///< lend_slot() next.
    Lent,    ///< It has one, and nothing has changed.
    Filled,  ///< capture() next, with the same slot.
};

/// A way to capture one output of the guest. (Reads: a screen; writes: a slot.)
///
/// The guest's loop waits for wake_handle(), calls dispatch(), and when has_change() says so takes
/// a slot and calls capture(). A source starts suspended and costs the guest nothing until
/// resume(). One that is lent its slots (SlotUse) takes them before there is a change.
///
/// Threads: one.
class Source {
  public:
    enum class Activity : std::uint8_t { Suspended, Running };

    virtual ~Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    /// "x11 :1", "pattern 1920x1080": for people.
    virtual std::string description() const = 0;

    /// Lends the region to sources that let somebody else (an X server, a compositor) write into
    /// the slots. Called again for each new region.
    virtual Result<void> bind_region(const OwnedHandle& file, const MappedMemory& memory) = 0;

    /// Ready when dispatch() has something to do; kNoHandle: none, see next_due(). Another one
    /// after dispatch() says that the source captures another way now, and is as new: suspended,
    /// lent no region and no slot.
    virtual NativeHandle wake_handle() const = 0;

    /// Reads what came in. Errors: the source has ended (its screen is gone); make a new one.
    virtual Result<void> dispatch() = 0;

    /// Sources on a timer: when has_change() will next be true without any event. Of one that is
    /// lent its slots: when to call dispatch() without any.
    virtual std::optional<Nanoseconds> next_due() const { return std::nullopt; }

    /// Somebody looks (Running) or nobody does (Suspended). After resuming, all is stale.
    virtual Result<void> set_activity(Activity activity) = 0;

    /// The picture's present shape, as capture() will write it. May change after dispatch().
    virtual FrameGeometry geometry() const = 0;

    /// 0: unknown.
    virtual std::uint32_t refresh_mhz() const = 0;

    virtual bool has_change() const = 0;

    /// When the source learned of the oldest change not captured yet, where it can tell.
    virtual std::optional<Nanoseconds> changed_since() const { return std::nullopt; }

    /// False: there is nothing to see at present (the screen is off) and the last picture stays.
    /// May change after dispatch().
    virtual bool has_screen() const { return true; }

    virtual SlotUse slot_use() const { return SlotUse::AtCapture; }

    /// Only when Wanted. The slot is the source's until capture(), or until slot_use() says
    /// neither Lent nor Filled: then it is given back, with who knows what in it.
    /// Errors: as capture().
    virtual Result<void> lend_slot(const CaptureTarget& /*target*/) {
        return Failure(Error::usage(description() + " takes its slots when it captures"));
    }

    /// Writes the changes since the last capture, and what is stale, into the slot.
    /// Errors: this frame failed (the geometry changed under it: call dispatch() and look again);
    /// nothing is lost: what changed stays pending.
    virtual Result<Captured> capture(const CaptureTarget& target) = 0;

    /// The last captured change did not get published: it has to count again.
    virtual void return_damage(const Damage& damage) = 0;

    /// The pointer, if the source knows one.
    virtual std::optional<CursorPosition> cursor_position() const { return std::nullopt; }

    /// The shape if it changed since the last call.
    virtual std::optional<CursorImage> take_cursor_image() { return std::nullopt; }

    /// Somebody in the guest keeps its screen from going dark, so far as that can be told.
    /// Asked at each tick while a viewer looks. Blocks: a round trip at most.
    virtual bool is_kept_on() { return false; }

    /// What sets the mode of the screen that this captures; for as long as this lives.
    /// Errors: Unsupported: nobody can from here, and who else could.
    virtual Result<std::unique_ptr<ModeSetter>> open_mode_setter() const {
        return Failure(Error::unsupported("the size of " + description() + " is fixed"));
    }

  protected:
    Source() = default;
};

}  // namespace oriel
