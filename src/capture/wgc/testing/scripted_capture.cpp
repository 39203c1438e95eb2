// SPDX-License-Identifier: MIT
#include "capture/wgc/testing/scripted_capture.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "capture/dxgi/texture.h"

namespace oriel::test {

using namespace wgc_capture;

struct ScriptedCapture::Shared {
    Shared(ComPtr<ID3D11Device> its_device, const ModelPicture& its_picture)
        : device(std::move(its_device)), picture(its_picture) {}

    std::mutex mutex;
    const ComPtr<ID3D11Device> device;
    ModelPicture picture;
    std::deque<ModelPicture> frames;  ///< Of the capture that runs.
    std::uint64_t closings = 0;       ///< Of all pools.
    HRESULT refusal = S_OK;
    bool is_supported = true;
    CaptureRecord record;
};

namespace {

using Shared = ScriptedCapture::Shared;
using SharedPtr = std::shared_ptr<Shared>;
using Lock = std::lock_guard<std::mutex>;

constexpr HRESULT kClosed = static_cast<HRESULT>(0x80000013);

// COM's interfaces have no destructor.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
// Whether the methods of IInspectable override anything depends on the interface.
#pragma GCC diagnostic ignored "-Wsuggest-override"

/// The methods that all objects have; counts those that live.
template <class... Interfaces>
class ScriptedObject : public Interfaces... {
  public:
    explicit ScriptedObject(SharedPtr shared) : shared_(std::move(shared)) {
        const Lock lock(shared_->mutex);
        ++shared_->record.alive;
    }

    ScriptedObject(const ScriptedObject&) = delete;
    ScriptedObject& operator=(const ScriptedObject&) = delete;

    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override {
        *object = nullptr;
        const bool is_one = (offer<Interfaces>(id, object) || ...);
        if (!is_one) {
            return E_NOINTERFACE;
        }
        AddRef();
        return S_OK;
    }

    ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }

    ULONG STDMETHODCALLTYPE Release() override {
        const ULONG left = --references_;
        if (left == 0) {
            delete this;
        }
        return left;
    }

    HRESULT STDMETHODCALLTYPE GetIids(ULONG* /*count*/, IID** /*ids*/) { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE GetRuntimeClassName(HSTRING* /*name*/) { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE GetTrustLevel(TrustLevel* /*level*/) { return E_NOTIMPL; }

  protected:
    virtual ~ScriptedObject() {
        const Lock lock(shared_->mutex);
        --shared_->record.alive;
    }

    Shared& shared() { return *shared_; }

    const SharedPtr& shared_pointer() const { return shared_; }

  private:
    template <class Interface>
    bool offer(REFIID id, void** object) {
        if (id == __uuidof(Interface) || id == __uuidof(IUnknown)) {
            *object = static_cast<Interface*>(this);
            return true;
        }
        return false;
    }

    std::atomic<ULONG> references_{1};
    SharedPtr shared_;
};

/// The one reference of a new object goes to who asked for it.
template <class Object, class Interface, class... Arguments>
void hand_out(Interface** place, Arguments&&... arguments) {
    *place = new Object(std::forward<Arguments>(arguments)...);
}

class Surface final : public ScriptedObject<IInspectable, DxgiAccess> {
  public:
    Surface(SharedPtr shared, ComPtr<ID3D11Texture2D> texture)
        : ScriptedObject(std::move(shared)), texture_(std::move(texture)) {}

    HRESULT STDMETHODCALLTYPE GetInterface(REFIID id, void** object) override {
        return texture_.CopyTo(id, object);
    }

  private:
    const ComPtr<ID3D11Texture2D> texture_;
};

class Frame final : public ScriptedObject<CaptureFrame, Closable> {
  public:
    Frame(SharedPtr shared, ComPtr<ID3D11Texture2D> texture, Size content)
        : ScriptedObject(std::move(shared)), texture_(std::move(texture)), content_(content) {}

    HRESULT STDMETHODCALLTYPE get_Surface(IInspectable** surface) override {
        hand_out<Surface>(surface, shared_pointer(), texture_);
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE get_SystemRelativeTime(INT64* time) override {
        *time = time_;
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE get_ContentSize(PictureSize* size) override {
        *size = {static_cast<INT32>(content_.width), static_cast<INT32>(content_.height)};
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE Close() override {
        const Lock lock(shared().mutex);
        ++shared().record.closed_frames;
        --shared().record.lent;
        return S_OK;
    }

  private:
    static INT64 now() {
        LARGE_INTEGER ticks{};
        LARGE_INTEGER frequency{};
        static_cast<void>(::QueryPerformanceCounter(&ticks));
        static_cast<void>(::QueryPerformanceFrequency(&frequency));
        return static_cast<INT64>(static_cast<double>(ticks.QuadPart) * 1e7 /
                                  static_cast<double>(frequency.QuadPart));
    }

    const ComPtr<ID3D11Texture2D> texture_;
    const Size content_;
    const INT64 time_ = now();
};

class Session final
    : public ScriptedObject<CaptureSession, CaptureSession2, CaptureSession3, Closable> {
  public:
    using ScriptedObject::ScriptedObject;

    /// The first frame is there at once.
    HRESULT STDMETHODCALLTYPE StartCapture() override {
        const Lock lock(shared().mutex);
        ++shared().record.sessions;
        shared().frames.assign(1, shared().picture);
        return shared().refusal;
    }

    HRESULT STDMETHODCALLTYPE get_IsCursorCaptureEnabled(boolean*) override { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE put_IsCursorCaptureEnabled(boolean is_enabled) override {
        const Lock lock(shared().mutex);
        shared().record.is_cursor_left_out = is_enabled == FALSE;
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE get_IsBorderRequired(boolean*) override { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE put_IsBorderRequired(boolean is_required) override {
        const Lock lock(shared().mutex);
        shared().record.is_border_left_out = is_required == FALSE;
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE Close() override {
        const Lock lock(shared().mutex);
        ++shared().record.closed_sessions;
        return S_OK;
    }
};

class Pool final : public ScriptedObject<CaptureFramePool, Closable> {
  public:
    Pool(SharedPtr shared, DXGI_FORMAT format, PictureSize size)
        : ScriptedObject(std::move(shared)),
          format_(format),
          size_(size),
          closings_(shared_pointer()->closings) {}

    HRESULT STDMETHODCALLTYPE TryGetNextFrame(CaptureFrame** frame) override {
        *frame = nullptr;
        std::optional<ModelPicture> picture;
        {
            const Lock lock(shared().mutex);
            if (closings_ != shared().closings) {
                return kClosed;
            }
            if (shared().frames.empty()) {
                return S_OK;
            }
            picture = shared().frames.front();
            shared().frames.pop_front();
            CaptureRecord& record = shared().record;
            ++record.frames;
            record.most_lent = std::max(record.most_lent, ++record.lent);
        }
        hand_out<Frame>(frame, shared_pointer(), texture_of_content(*picture), picture->size());
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE CreateCaptureSession(CaptureItem*,
                                                   CaptureSession** session) override {
        hand_out<Session>(session, shared_pointer());
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE Close() override {
        const Lock lock(shared().mutex);
        ++shared().record.closed_pools;
        return S_OK;
    }

    // Nobody calls these.
    HRESULT STDMETHODCALLTYPE Recreate(CaptureDevice*,
                                       PixelFormatNumber,
                                       INT32,
                                       PictureSize) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE add_FrameArrived(IUnknown*, EventRegistrationToken*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE remove_FrameArrived(EventRegistrationToken) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE get_DispatcherQueue(IInspectable**) override { return E_NOTIMPL; }

  private:
    /// Of the pool's size: content of another leaves it empty.
    ComPtr<ID3D11Texture2D> texture_of_content(const ModelPicture& content) {
        const Size size{static_cast<std::uint32_t>(size_.width),
                        static_cast<std::uint32_t>(size_.height)};
        const auto description = dxgi_capture::texture_of(size, format_, D3D11_USAGE_DEFAULT);
        const D3D11_SUBRESOURCE_DATA data{
            content.bytes().data(), static_cast<UINT>(content.row_bytes()), 0};
        ComPtr<ID3D11Texture2D> texture;
        static_cast<void>(shared().device->CreateTexture2D(
            &description, content.size() == size ? &data : nullptr, &texture));
        return texture;
    }

    const DXGI_FORMAT format_;
    const PictureSize size_;
    const std::uint64_t closings_;
};

class Item final : public ScriptedObject<CaptureItem> {
  public:
    using ScriptedObject::ScriptedObject;

    HRESULT STDMETHODCALLTYPE get_Size(PictureSize* size) override {
        const Lock lock(shared().mutex);
        const Size told = shared().picture.size();
        *size = {static_cast<INT32>(told.width), static_cast<INT32>(told.height)};
        return S_OK;
    }

    HRESULT STDMETHODCALLTYPE get_DisplayName(HSTRING*) override { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE add_Closed(IUnknown*, EventRegistrationToken*) override {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE remove_Closed(EventRegistrationToken) override { return E_NOTIMPL; }
};

class Device final : public ScriptedObject<CaptureDevice> {
  public:
    using ScriptedObject::ScriptedObject;

    HRESULT STDMETHODCALLTYPE Trim() override { return S_OK; }
};

class ItemFactory final : public ScriptedObject<CaptureItemInterop> {
  public:
    using ScriptedObject::ScriptedObject;

    HRESULT STDMETHODCALLTYPE CreateForMonitor(HMONITOR monitor, REFIID id, void** item) override {
        {
            const Lock lock(shared().mutex);
            shared().record.monitor = monitor;
        }
        ComPtr<Item> made;
        hand_out<Item>(made.GetAddressOf(), shared_pointer());
        return made->QueryInterface(id, item);
    }

    HRESULT STDMETHODCALLTYPE CreateForWindow(HWND, REFIID, void**) override { return E_NOTIMPL; }
};

class PoolFactory final : public ScriptedObject<CaptureFramePoolStatics> {
  public:
    using ScriptedObject::ScriptedObject;

    HRESULT STDMETHODCALLTYPE CreateFreeThreaded(CaptureDevice* device,
                                                 PixelFormatNumber format,
                                                 INT32 /*frames*/,
                                                 PictureSize size,
                                                 CaptureFramePool** pool) override {
        if (device == nullptr) {
            return E_INVALIDARG;
        }
        {
            const Lock lock(shared().mutex);
            shared().record.format = static_cast<DXGI_FORMAT>(format);
        }
        hand_out<Pool>(pool, shared_pointer(), static_cast<DXGI_FORMAT>(format), size);
        return S_OK;
    }
};

class SessionStatics final : public ScriptedObject<CaptureSessionStatics> {
  public:
    using ScriptedObject::ScriptedObject;

    HRESULT STDMETHODCALLTYPE IsSupported(boolean* is_supported) override {
        const Lock lock(shared().mutex);
        *is_supported = shared().is_supported ? TRUE : FALSE;
        return S_OK;
    }
};

template <class Factory>
HRESULT query_new(const SharedPtr& shared, REFIID id, void** object) {
    ComPtr<Factory> made;
    hand_out<Factory>(made.GetAddressOf(), shared);
    return made->QueryInterface(id, object);
}

class ScriptedRuntime final : public CaptureRuntime {
  public:
    explicit ScriptedRuntime(SharedPtr shared) : shared_(std::move(shared)) {}

    HRESULT activate(const wchar_t* class_name, REFIID id, void** factory) override {
        const std::wstring_view name = class_name;
        if (name == kItemClass) {
            return query_new<ItemFactory>(shared_, id, factory);
        }
        if (name == kPoolClass) {
            return query_new<PoolFactory>(shared_, id, factory);
        }
        return name == kSessionClass ? query_new<SessionStatics>(shared_, id, factory)
                                     : REGDB_E_CLASSNOTREG;
    }

    HRESULT wrap(ID3D11Device& /*device*/, ComPtr<CaptureDevice>& wrapped) override {
        return query_new<Device>(shared_,
                                 __uuidof(CaptureDevice),
                                 reinterpret_cast<void**>(wrapped.ReleaseAndGetAddressOf()));
    }

  private:
    const SharedPtr shared_;
};

}  // namespace

ScriptedCapture::ScriptedCapture(ComPtr<ID3D11Device> device, const ModelPicture& picture)
    : shared_(std::make_shared<Shared>(std::move(device), picture)) {}

std::shared_ptr<CaptureRuntime> ScriptedCapture::runtime() const {
    return std::make_shared<ScriptedRuntime>(shared_);
}

void ScriptedCapture::paint(const Rect& rect, std::uint32_t seed) {
    const Lock lock(shared_->mutex);
    shared_->picture.paint(rect, seed);
    shared_->frames.push_back(shared_->picture);
}

void ScriptedCapture::become(const ModelPicture& picture) {
    const Lock lock(shared_->mutex);
    shared_->picture = picture;
    shared_->frames.push_back(picture);
}

void ScriptedCapture::close_pools() {
    const Lock lock(shared_->mutex);
    ++shared_->closings;
}

void ScriptedCapture::refuse(HRESULT result) {
    const Lock lock(shared_->mutex);
    shared_->refusal = result;
}

void ScriptedCapture::say_not_supported() {
    const Lock lock(shared_->mutex);
    shared_->is_supported = false;
}

ComPtr<ID3D11Device> ScriptedCapture::device() const {
    return shared_->device;
}

ModelPicture ScriptedCapture::picture() const {
    const Lock lock(shared_->mutex);
    return shared_->picture;
}

CaptureRecord ScriptedCapture::record() const {
    const Lock lock(shared_->mutex);
    return shared_->record;
}

bool ScriptedCapture::is_quiet() const {
    const Lock lock(shared_->mutex);
    return shared_->frames.empty() && shared_->record.lent == 0;
}

}  // namespace oriel::test
