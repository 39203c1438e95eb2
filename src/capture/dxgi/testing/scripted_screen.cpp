// SPDX-License-Identifier: MIT
#include "capture/dxgi/testing/scripted_screen.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include <windows.h>

#include "capture/dxgi/com_error.h"
#include "capture/dxgi/own_duplication.h"
#include "capture/dxgi/texture.h"
#include "capture/dxgi/texture_format.h"

namespace oriel::test {

using namespace dxgi_capture;

/// What the screen and its duplications have in common.
struct ScriptedScreen::Shared {
    Shared(ComPtr<ID3D11Device> its_device, const ModelPicture& its_picture)
        : device(std::move(its_device)), picture(its_picture) {}

    std::mutex mutex;
    std::condition_variable changed;
    ComPtr<ID3D11Device> device;
    ModelPicture picture;
    DXGI_MODE_ROTATION rotation = DXGI_MODE_ROTATION_IDENTITY;
    std::uint64_t mode = 0;
    std::deque<Step> steps;
    HRESULT refusal = S_OK;
    std::uint32_t refusals = 0;
    bool is_lent = false;
    DuplicationRecord record;
};

namespace {

using Shared = ScriptedScreen::Shared;
using Lock = std::unique_lock<std::mutex>;

RECT to_system(const Rect& rect) {
    return {static_cast<LONG>(rect.x),
            static_cast<LONG>(rect.y),
            static_cast<LONG>(rect.right()),
            static_cast<LONG>(rect.bottom())};
}

/// IDXGIOutputDuplication, with the frames of a script in a texture of the device.
class ScriptedDuplication final : public OwnDuplication {
  public:
    explicit ScriptedDuplication(std::shared_ptr<Shared> shared)
        : shared_(std::move(shared)), mode_(shared_->mode), desktop_(shared_->picture) {
        ++shared_->record.alive;
        shared_->steps.clear();
        auto texture = make_texture(
            *shared_->device.Get(),
            texture_of(desktop_.size(), dxgi_format(desktop_.format()), D3D11_USAGE_DEFAULT));
        texture_ = texture.value_or(nullptr);
        Step first{.is_drawn = true, .picture = desktop_};
        first.dirty.push_back(to_system(Rect::of(desktop_.size())));
        shared_->steps.push_back(std::move(first));
    }

    void STDMETHODCALLTYPE GetDesc(DXGI_OUTDUPL_DESC* description) override {
        const Lock lock(shared_->mutex);
        *description = {};
        description->ModeDesc.Width = desktop_.size().width;
        description->ModeDesc.Height = desktop_.size().height;
        description->ModeDesc.RefreshRate = {60'000, 1001};
        description->ModeDesc.Format = dxgi_format(desktop_.format());
        description->Rotation = shared_->rotation;
    }

    HRESULT STDMETHODCALLTYPE AcquireNextFrame(UINT timeout,
                                               DXGI_OUTDUPL_FRAME_INFO* info,
                                               IDXGIResource** resource) override {
        *info = {};
        *resource = nullptr;
        Lock lock(shared_->mutex);
        ++shared_->record.acquires;
        if (shared_->is_lent) {
            ++shared_->record.violations;
            return DXGI_ERROR_INVALID_CALL;
        }
        shared_->changed.wait_for(lock, std::chrono::milliseconds(timeout), [this] {
            return !shared_->steps.empty() || shared_->mode != mode_;
        });
        if (shared_->mode != mode_) {
            return DXGI_ERROR_ACCESS_LOST;
        }
        if (shared_->steps.empty()) {
            return DXGI_ERROR_WAIT_TIMEOUT;
        }
        current_ = std::move(shared_->steps.front());
        shared_->steps.pop_front();
        shared_->changed.notify_all();
        if (FAILED(current_.result)) {
            return current_.result;
        }
        shared_->is_lent = true;
        ++shared_->record.frames;
        if (current_.is_drawn) {
            draw();
        }
        fill(*info);
        return texture_.CopyTo(resource);
    }

    HRESULT STDMETHODCALLTYPE GetFrameDirtyRects(UINT room, RECT* rects, UINT* needed) override {
        return copy_out(current_.dirty, room, rects, *needed);
    }

    HRESULT STDMETHODCALLTYPE GetFrameMoveRects(UINT room,
                                                DXGI_OUTDUPL_MOVE_RECT* rects,
                                                UINT* needed) override {
        return copy_out(current_.moved, room, rects, *needed);
    }

    HRESULT STDMETHODCALLTYPE GetFramePointerShape(UINT room,
                                                   void* bytes,
                                                   UINT* needed,
                                                   DXGI_OUTDUPL_POINTER_SHAPE_INFO* info) override {
        const HRESULT result = copy_out(current_.shape_bytes, room, bytes, *needed);
        if (SUCCEEDED(result)) {
            *info = current_.shape.value_or(DXGI_OUTDUPL_POINTER_SHAPE_INFO{});
        }
        return result;
    }

    HRESULT STDMETHODCALLTYPE ReleaseFrame() override {
        const Lock lock(shared_->mutex);
        if (!std::exchange(shared_->is_lent, false)) {
            ++shared_->record.violations;
            return DXGI_ERROR_INVALID_CALL;
        }
        ++shared_->record.releases;
        shared_->changed.notify_all();
        return shared_->mode != mode_ ? DXGI_ERROR_ACCESS_LOST : S_OK;
    }

  private:
    ~ScriptedDuplication() override {
        const Lock lock(shared_->mutex);
        // One that holds a frame gives it back with its end; ours is to do so before.
        if (std::exchange(shared_->is_lent, false)) {
            ++shared_->record.violations;
        }
        --shared_->record.alive;
    }

    /// The texture becomes the step's picture, all of it: what is not told has to be right in the
    /// slots all the same, or the model differs.
    void draw() {
        desktop_ = *current_.picture;
        ComPtr<ID3D11DeviceContext> context;
        shared_->device->GetImmediateContext(&context);
        context->UpdateSubresource(texture_.Get(),
                                   0,
                                   nullptr,
                                   desktop_.bytes().data(),
                                   static_cast<UINT>(desktop_.row_bytes()),
                                   0);
    }

    void fill(DXGI_OUTDUPL_FRAME_INFO& info) const {
        LARGE_INTEGER now{};
        static_cast<void>(::QueryPerformanceCounter(&now));
        if (current_.is_drawn) {
            info.LastPresentTime = now;
            info.AccumulatedFrames = 1;
        }
        if (current_.is_told) {
            info.TotalMetadataBufferSize =
                static_cast<UINT>(current_.dirty.size() * sizeof(RECT) +
                                  current_.moved.size() * sizeof(DXGI_OUTDUPL_MOVE_RECT));
        }
        if (current_.pointer) {
            info.LastMouseUpdateTime = now;
            info.PointerPosition = *current_.pointer;
        }
        info.PointerShapeBufferSize = static_cast<UINT>(current_.shape_bytes.size());
    }

    template <class Item>
    HRESULT copy_out(const std::vector<Item>& items, UINT room, void* to, UINT& needed) {
        const Lock lock(shared_->mutex);
        if (!shared_->is_lent) {
            ++shared_->record.violations;
            return DXGI_ERROR_INVALID_CALL;
        }
        needed = static_cast<UINT>(items.size() * sizeof(Item));
        if (room < needed) {
            return DXGI_ERROR_MORE_DATA;
        }
        if (needed != 0) {
            std::memcpy(to, items.data(), needed);
        }
        return S_OK;
    }

    std::shared_ptr<Shared> shared_;
    const std::uint64_t mode_;
    ModelPicture desktop_;
    ComPtr<ID3D11Texture2D> texture_;
    Step current_;
};

class ScriptedFactory final : public DuplicationFactory {
  public:
    explicit ScriptedFactory(std::shared_ptr<ScriptedScreen> screen) : screen_(std::move(screen)) {}

    std::wstring screen() const override { return L"scripted"; }

    Result<Duplicated, DuplicationFault> open(ID3D11Device& /*device*/) override {
        return screen_->open();
    }

  private:
    std::shared_ptr<ScriptedScreen> screen_;
};

}  // namespace

ModelPicture::ModelPicture(Size size, PixelFormat format)
    : size_(size),
      format_(format),
      pixel_(bytes_per_pixel(format)),
      bytes_(std::size_t{size.width} * size.height * pixel_) {
    paint(Rect::of(size), 1);
}

void ModelPicture::paint(const Rect& rect, std::uint32_t seed) {
    for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
        for (std::uint32_t x = rect.x; x < rect.right(); ++x) {
            std::uint64_t value = (std::uint64_t{seed} << 32U | y << 16U | x) * 0x9E3779B97F4A7C15U;
            value ^= value >> 32U;
            // No binary16 that is not a number, which a GPU might make another of.
            value = format_ == PixelFormat::Rgba16f ? value & 0x3BFF3BFF3BFF3BFFU : value;
            std::memcpy(&bytes_[y * row_bytes() + x * pixel_], &value, pixel_);
        }
    }
}

void ModelPicture::move(const Rect& from, std::uint32_t to_x, std::uint32_t to_y) {
    const std::vector<std::byte> before = bytes_;
    for (std::uint32_t y = 0; y < from.height; ++y) {
        std::memcpy(&bytes_[(to_y + y) * row_bytes() + to_x * pixel_],
                    &before[(from.y + y) * row_bytes() + from.x * pixel_],
                    from.width * pixel_);
    }
}

bool ModelPicture::is_in(std::span<const std::byte> slot, std::uint32_t stride) const {
    for (std::uint32_t y = 0; y < size_.height; ++y) {
        if (std::memcmp(&slot[std::size_t{y} * stride], at(0, y), row_bytes()) != 0) {
            return false;
        }
    }
    return true;
}

ScriptedScreen::ScriptedScreen(ComPtr<ID3D11Device> device, const ModelPicture& picture)
    : shared_(std::make_shared<Shared>(std::move(device), picture)) {}

void ScriptedScreen::push(Step step) {
    {
        const Lock lock(shared_->mutex);
        if (step.is_drawn && !step.picture) {
            step.picture = shared_->picture;
        }
        shared_->steps.push_back(std::move(step));
    }
    shared_->changed.notify_all();
}

void ScriptedScreen::paint(const Rect& rect, std::uint32_t seed) {
    {
        const Lock lock(shared_->mutex);
        shared_->picture.paint(rect, seed);
    }
    push({.is_drawn = true, .dirty = {to_system(rect)}});
}

void ScriptedScreen::move(const Rect& from, std::uint32_t to_x, std::uint32_t to_y) {
    {
        const Lock lock(shared_->mutex);
        shared_->picture.move(from, to_x, to_y);
    }
    const Rect to{to_x, to_y, from.width, from.height};
    push({.is_drawn = true,
          .moved = {{{static_cast<LONG>(from.x), static_cast<LONG>(from.y)}, to_system(to)}}});
}

void ScriptedScreen::become(const ModelPicture& picture, DXGI_MODE_ROTATION rotation) {
    {
        const Lock lock(shared_->mutex);
        shared_->picture = picture;
        shared_->rotation = rotation;
        shared_->steps.clear();
        ++shared_->mode;
    }
    shared_->changed.notify_all();
}

void ScriptedScreen::refuse(HRESULT result, std::uint32_t times) {
    const Lock lock(shared_->mutex);
    shared_->refusal = result;
    shared_->refusals = times;
}

ComPtr<ID3D11Device> ScriptedScreen::device() const {
    return shared_->device;
}

ModelPicture ScriptedScreen::picture() const {
    const Lock lock(shared_->mutex);
    return shared_->picture;
}

DuplicationRecord ScriptedScreen::record() const {
    const Lock lock(shared_->mutex);
    return shared_->record;
}

bool ScriptedScreen::is_quiet() const {
    const Lock lock(shared_->mutex);
    return shared_->steps.empty() && !shared_->is_lent;
}

Result<Duplicated, DuplicationFault> ScriptedScreen::open() {
    const Lock lock(shared_->mutex);
    ++shared_->record.opens;
    if (shared_->refusals > 0) {
        --shared_->refusals;
        return Failure(DuplicationFault{outlook_of(shared_->refusal),
                                        com_error("duplicate the screen", shared_->refusal)});
    }
    Duplicated duplicated;
    // Not by Attach(), which adds a reference as mingw has it.
    *duplicated.duplication.GetAddressOf() = new ScriptedDuplication(shared_);
    return duplicated;
}

std::unique_ptr<DuplicationFactory> make_scripted_factory(std::shared_ptr<ScriptedScreen> screen) {
    return std::make_unique<ScriptedFactory>(std::move(screen));
}

}  // namespace oriel::test
