// SPDX-License-Identifier: MIT
#include "capture/dxgi/duplication_thread.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <windows.h>

#include "capture/dxgi/com_error.h"
#include "capture/dxgi/pointer_shape.h"

namespace oriel::dxgi_capture {
namespace {

using Outlook = DuplicationFault::Outlook;
using std::chrono::milliseconds;

/// How long the order to rest may go unheard. Nothing else wakes a wait for a frame.
constexpr UINT kAcquireMilliseconds = 100;

/// How late a pointer may be that has to be asked for.
constexpr UINT kPointerMilliseconds = 4;

/// A switch of desktops or modes is over after some tens of milliseconds.
constexpr milliseconds kFirstRetry{10};
constexpr milliseconds kLastRetry{500};
constexpr Nanoseconds kPatience = std::chrono::seconds(5);

Nanoseconds from_ticks(LONGLONG ticks) {
    static const LONGLONG frequency = [] {
        LARGE_INTEGER told{};
        static_cast<void>(::QueryPerformanceFrequency(&told));
        return told.QuadPart;
    }();
    constexpr LONGLONG kPerSecond = 1'000'000'000;
    return Nanoseconds(ticks / frequency * kPerSecond + ticks % frequency * kPerSecond / frequency);
}

Begun describe(const Duplicated& duplicated) {
    Begun begun;
    duplicated.duplication->GetDesc(&begun.description);
    begun.colour = duplicated.colour;
    return begun;
}

}  // namespace

DuplicationThread::DuplicationThread(std::unique_ptr<DuplicationFactory> factory,
                                     ComPtr<ID3D11Device> device,
                                     NativeHandle wake)
    : factory_(std::move(factory)),
      device_(std::move(device)),
      wake_(wake),
      screen_(factory_->screen()),
      thread_([this] { work(); }) {}

DuplicationThread::~DuplicationThread() {
    order(Order::End);
    thread_.join();
}

void DuplicationThread::order(Order order) {
    {
        const Lock lock(mutex_);
        order_ = order;
        ++orders_;
        news_ = {};
        is_lent_ = false;
    }
    changed_.notify_all();
}

Result<Begun> DuplicationThread::probe() {
    order(Order::Probe);
    Lock lock(mutex_);
    changed_.wait(lock, [this] { return probed_.has_value(); });
    return *std::exchange(probed_, std::nullopt);
}

void DuplicationThread::run() {
    order(Order::Run);
}

void DuplicationThread::rest() {
    order(Order::Rest);
}

DuplicationNews DuplicationThread::take_news() {
    const Lock lock(mutex_);
    const auto lost_since = news_.lost_since;
    DuplicationNews news = std::exchange(news_, {});
    news_.lost_since = lost_since;
    return news;
}

void DuplicationThread::give_back() {
    {
        const Lock lock(mutex_);
        is_lent_ = false;
    }
    changed_.notify_all();
}

/// The thread's.
void DuplicationThread::work() {
    while (true) {
        Order order{};
        {
            Lock lock(mutex_);
            changed_.wait(lock, [this] { return order_ != Order::Rest; });
            order = order_;
            serving_ = orders_;
        }
        switch (order) {
        case Order::End:
            return;
        case Order::Probe:
            answer_probe();
            break;
        default:
            serve();
        }
    }
}

/// Whether the order that is served still stands.
bool DuplicationThread::goes_on() {
    return goes_on(Lock(mutex_));
}

bool DuplicationThread::goes_on(const Lock& /*lock*/) const {
    return orders_ == serving_ && order_ != Order::Rest;
}

void DuplicationThread::answer_probe() {
    auto duplicated = factory_->open(*device_.Get());
    const Lock lock(mutex_);
    if (duplicated) {
        probed_ = describe(*duplicated);
    } else {
        probed_ = Failure(std::move(duplicated).error().error);
    }
    if (goes_on(lock)) {
        order_ = Order::Rest;
    }
    changed_.notify_all();
}

/// One duplication after the other, until the order is another.
void DuplicationThread::serve() {
    failures_ = 0;
    while (goes_on()) {
        if (const auto duplicated = begin()) {
            follow(*duplicated);
        }
        // A single loss is what each switch brings.
        if (failures_ > 1) {
            wait_to_retry();
        }
    }
}

std::optional<Duplicated> DuplicationThread::begin() {
    auto duplicated = factory_->open(*device_.Get());
    if (!duplicated) {
        fail(std::move(duplicated).error());
        return std::nullopt;
    }
    is_whole_due_ = true;
    const Begun begun = describe(*duplicated);
    const Lock lock(mutex_);
    if (goes_on(lock)) {
        news_.begun = begun;
        ::SetEvent(wake_);
    }
    return *duplicated;
}

/// Until it is lost, or the order is another.
void DuplicationThread::follow(const Duplicated& duplicated) {
    HRESULT result = S_OK;
    while (SUCCEEDED(result) && goes_on()) {
        result = acquire(duplicated);
    }
    if (FAILED(result)) {
        fail({outlook_of(result), com_error("follow the screen", result)});
    }
}

HRESULT DuplicationThread::acquire(const Duplicated& duplicated) {
    IDXGIOutputDuplication& duplication = *duplicated.duplication.Get();
    DXGI_OUTDUPL_FRAME_INFO info{};
    ComPtr<IDXGIResource> resource;
    HRESULT result = duplication.AcquireNextFrame(
        duplicated.ask_pointer ? kPointerMilliseconds : kAcquireMilliseconds, &info, &resource);
    if (duplicated.ask_pointer) {
        tell(duplicated.ask_pointer());
    }
    if (result == DXGI_ERROR_WAIT_TIMEOUT) {
        return S_OK;
    }
    if (FAILED(result)) {
        return result;
    }
    result = take_pointer(duplication, info);
    // The texture of a frame that brought the pointer alone may be anything.
    const bool is_drawn = info.LastPresentTime.QuadPart != 0 || info.AccumulatedFrames != 0;
    if (SUCCEEDED(result) && is_drawn && resource) {
        result = lend(duplication, info, *resource.Get());
    }
    resource.Reset();
    const HRESULT released = duplication.ReleaseFrame();
    return FAILED(result) ? result : released;
}

HRESULT DuplicationThread::take_pointer(IDXGIOutputDuplication& duplication,
                                        const DXGI_OUTDUPL_FRAME_INFO& info) {
    CursorNews pointer;
    std::optional<CursorImage>& shape = pointer.image;
    if (info.PointerShapeBufferSize != 0) {
        shape_bytes_.resize(info.PointerShapeBufferSize);
        UINT bytes = 0;
        DXGI_OUTDUPL_POINTER_SHAPE_INFO told{};
        const HRESULT result = duplication.GetFramePointerShape(
            info.PointerShapeBufferSize, shape_bytes_.data(), &bytes, &told);
        if (FAILED(result)) {
            return result;
        }
        shape = to_cursor_image(
            told, std::span(shape_bytes_).first(std::min<std::size_t>(bytes, shape_bytes_.size())));
        if (shape) {
            hot_x_ = shape->hot_x;
            hot_y_ = shape->hot_y;
        }
    }
    if (info.LastMouseUpdateTime.QuadPart != 0) {
        // Told is where the shape's corner is.
        const DXGI_OUTDUPL_POINTER_POSITION& told = info.PointerPosition;
        pointer.position = {told.Position.x + static_cast<std::int32_t>(hot_x_),
                            told.Position.y + static_cast<std::int32_t>(hot_y_),
                            told.Visible != FALSE ? CursorPosition::Visibility::Shown
                                                  : CursorPosition::Visibility::Hidden};
    }
    tell(std::move(pointer));
    return S_OK;
}

void DuplicationThread::tell(CursorNews pointer) {
    if (!pointer.position && !pointer.image) {
        return;
    }
    const Lock lock(mutex_);
    if (!goes_on(lock)) {
        return;
    }
    if (pointer.image) {
        news_.shape = std::move(pointer.image);
    }
    if (pointer.position) {
        news_.position = pointer.position;
    }
    ::SetEvent(wake_);
}

/// Waits until the owner has what it wants of it.
HRESULT DuplicationThread::lend(IDXGIOutputDuplication& duplication,
                                const DXGI_OUTDUPL_FRAME_INFO& info,
                                IDXGIResource& resource) {
    LentFrame frame;
    HRESULT result = changes_.read(duplication, info, frame.changed);
    if (FAILED(result)) {
        return result;
    }
    if (std::exchange(is_whole_due_, false)) {
        frame.changed = everything();
    }
    if (frame.changed.is_empty()) {
        return S_OK;
    }
    result = resource.QueryInterface(IID_PPV_ARGS(&frame.texture));
    if (FAILED(result)) {
        return result;
    }
    const Nanoseconds now = monotonic_now();
    const LONGLONG presented = info.LastPresentTime.QuadPart;
    frame.since = presented != 0 ? std::min(from_ticks(presented), now) : now;
    Lock lock(mutex_);
    if (!goes_on(lock)) {
        return S_OK;
    }
    failures_ = 0;
    news_.lost_since.reset();
    news_.frame = std::move(frame);
    is_lent_ = true;
    ::SetEvent(wake_);
    changed_.wait(lock, [&] { return !is_lent_ || !goes_on(lock); });
    return S_OK;
}

void DuplicationThread::fail(DuplicationFault fault) {
    const Nanoseconds now = monotonic_now();
    if (failures_++ == 0) {
        failing_since_ = now;
    }
    const bool is_over = fault.outlook == Outlook::Stays ||
                         (fault.outlook == Outlook::MayPass && now - failing_since_ > kPatience);
    const Lock lock(mutex_);
    if (!goes_on(lock)) {
        return;
    }
    news_.lost_since = failing_since_;
    if (is_over) {
        news_.ended = std::move(fault.error);
        order_ = Order::Rest;
    }
    ::SetEvent(wake_);
}

void DuplicationThread::wait_to_retry() {
    const auto pause = std::min(kLastRetry, kFirstRetry * (1U << std::min(failures_, 6U)));
    Lock lock(mutex_);
    changed_.wait_for(lock, pause, [&] { return !goes_on(lock); });
}

}  // namespace oriel::dxgi_capture
