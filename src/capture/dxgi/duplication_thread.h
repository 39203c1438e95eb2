// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/native_handle.h"
#include "base/result.h"
#include "capture/dxgi/duplication_factory.h"
#include "capture/dxgi/frame_changes.h"
#include "relay/cursor_image.h"
#include "relay/damage.h"

namespace oriel::dxgi_capture {

/// A duplication that was begun.
struct Begun {
    DXGI_OUTDUPL_DESC description{};
    OutputColour colour;
};

/// A frame that the duplication lent, until DuplicationThread::give_back().
struct LentFrame {
    ComPtr<ID3D11Texture2D> texture;  ///< The whole desktop, never rotated.
    Damage changed;                   ///< In its pixels, not clipped to it.
    Nanoseconds since{0};
};

/// What a duplication brought since it was asked last.
struct DuplicationNews {
    std::optional<Begun> begun;
    std::optional<LentFrame> frame;
    std::optional<CursorPosition> position;
    std::optional<CursorImage> shape;
    std::optional<Nanoseconds> lost_since;  ///< There is none at present.
    std::optional<Error> ended;             ///< There will be none any more.
};

/// Waits for a duplication's frames where it hurts nobody, since no handle tells of them, and
/// begins a new one whenever it is lost. Holds one frame at most, and asks for none while it does.
///
/// Threads: one of its own makes all calls of the factory and its duplications. All here are called
/// on the owner's.
class DuplicationThread {
  public:
    /// `wake`, a manual-reset event, is set with each piece of news.
    DuplicationThread(std::unique_ptr<DuplicationFactory> factory,
                      ComPtr<ID3D11Device> device,
                      NativeHandle wake);

    /// Blocks: until the call of the thread that is under way returns, 100 ms as a rule.
    ~DuplicationThread();

    DuplicationThread(const DuplicationThread&) = delete;
    DuplicationThread& operator=(const DuplicationThread&) = delete;

    const std::wstring& screen() const { return screen_; }

    /// Begins and ends a duplication, to see whether that can be, and of what shape it is.
    /// Blocks: as long as the system takes, milliseconds as a rule.
    Result<Begun> probe();

    void run();

    /// The duplication ends soon: its frames and what is known of it are void at once.
    void rest();

    DuplicationNews take_news();

    /// The frame's texture must not be used any more, nor calls that use it be on their way to the
    /// GPU's driver.
    void give_back();

  private:
    enum class Order : std::uint8_t { Rest, Probe, Run, End };
    using Lock = std::unique_lock<std::mutex>;

    void work();
    void serve();
    void answer_probe();
    std::optional<Duplicated> begin();
    void follow(const Duplicated& duplicated);
    HRESULT acquire(const Duplicated& duplicated);
    HRESULT take_pointer(IDXGIOutputDuplication& duplication, const DXGI_OUTDUPL_FRAME_INFO& info);
    void tell(CursorNews pointer);
    HRESULT lend(IDXGIOutputDuplication& duplication,
                 const DXGI_OUTDUPL_FRAME_INFO& info,
                 IDXGIResource& resource);
    void fail(DuplicationFault fault);
    void wait_to_retry();
    void order(Order order);

    bool goes_on();
    bool goes_on(const Lock& lock) const;

    const std::unique_ptr<DuplicationFactory> factory_;
    const ComPtr<ID3D11Device> device_;
    const NativeHandle wake_;
    const std::wstring screen_;

    // The thread's own.
    FrameChanges changes_;
    std::vector<std::byte> shape_bytes_;
    std::uint32_t hot_x_ = 0;
    std::uint32_t hot_y_ = 0;
    bool is_whole_due_ = false;   ///< The next frame is the first of its duplication.
    std::uint32_t failures_ = 0;  ///< Since the last frame.
    std::uint64_t serving_ = 0;   ///< Which order.
    Nanoseconds failing_since_{0};

    // Shared, under the mutex.
    std::mutex mutex_;
    std::condition_variable changed_;
    Order order_ = Order::Rest;
    std::uint64_t orders_ = 0;
    DuplicationNews news_;
    bool is_lent_ = false;  ///< Until it was given back.
    std::optional<Result<Begun>> probed_;

    std::thread thread_;  ///< Last: it uses all the others.
};

}  // namespace oriel::dxgi_capture
