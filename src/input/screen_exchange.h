// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "input/machine_screen.h"

namespace oriel {

/// A machine's screen between the thread on which it is drawn and the one that shows it.
///
/// Two buffers change hands under a lock that nobody holds for longer than a few lines; copying is
/// done without it, by the drawing side, into a buffer that is its own then: only what changed
/// since that buffer was filled last. A picture that nobody took is filled up rather than followed
/// by another, so that the newest is the only one that waits.
///
/// Threads: MachineScreen's calls from one, the drawing side's from one other.
class ScreenExchange final : public MachineScreen {
  public:
    /// Of a screen of 7680 x 4320, and of no larger one.
    static constexpr std::uint64_t kMaxBytes = std::uint64_t{7680} * 4320 * 4;

    /// `news` is called on the drawing side's thread: take(), standing() or cursor_news() have
    /// something.
    explicit ScreenExchange(std::function<void()> news) : news_(std::move(news)) {}

    /// `demand` is called on the showing side's thread: is_wanted() is another, or a buffer is free
    /// again. Before any other call.
    void set_demand(std::function<void()> demand) { demand_ = std::move(demand); }

    void want(Wanted wanted) override;
    Standing standing() const override;
    std::string lack() const override;
    std::optional<MachinePicture> take() override;
    void give_back(const MachinePicture& picture) override;
    CursorNews cursor_news() override;

    // The drawing side.

    /// Writes that part of the screen to the same place of `to`, whose rows are `stride` bytes
    /// apart. B, G, R, undefined.
    using Paint =
        std::function<void(const Rect& part, std::span<std::byte> to, std::uint32_t stride)>;

    bool is_wanted() const;

    /// There is a way to a screen, and no picture yet; or no way, and `why` ("" for no reason).
    void expect();
    void refuse(std::string why);

    /// A new screen of that size: all of it is to be drawn. False: larger than kMaxBytes, or
    /// nothing; refused.
    bool begin(Size size);

    /// Outside of the screen nothing counts.
    void note_change(const Rect& part);

    /// Has what changed painted, if it is wanted and a buffer is free.
    void pass_on(const Paint& paint);

    /// Sides are checked here. Bytes are R, G, B, A, rows packed.
    void set_cursor(Size size, std::uint32_t hot_x, std::uint32_t hot_y, const std::byte* rgba);
    void place_cursor(std::int32_t x, std::int32_t y);
    void hide_cursor();

  private:
    struct Buffer {
        enum class Holder : std::uint8_t {
            Nobody,
            Painter,  ///< The drawing side writes it.
            Ready,    ///< For take().
            Shower,   ///< The showing side has it.
        } holder = Holder::Nobody;
        std::shared_ptr<std::vector<std::byte>> pixels;  ///< Its holder's, like what follows.
        FrameGeometry geometry;
    };

    std::optional<std::size_t> claim();
    void fill(std::size_t index, const Paint& paint);
    void drop_pictures();
    void set_standing(Standing standing, std::string lack);
    void change_position(const std::function<void(CursorPosition&)>& change);

    std::function<void()> news_;
    std::function<void()> demand_;

    // The drawing side's alone.
    FrameGeometry geometry_;
    Damage changed_;                 ///< Since the last picture was passed on.
    std::array<Damage, 2> missing_;  ///< What is older in each buffer than on the screen.

    mutable std::mutex mutex_;
    std::array<Buffer, 2> buffers_;
    Damage untaken_;  ///< What pictures since the last taken one changed.
    Wanted wanted_ = Wanted::No;
    bool is_whole_due_ = false;  ///< Who wants pictures again has none to add changes to.
    Standing standing_ = Standing::None;
    std::string lack_;
    CursorPosition position_;
    bool has_shape_ = false;  ///< Of the pointer. Who never set one hides none.
    CursorNews cursor_news_;
};

}  // namespace oriel
