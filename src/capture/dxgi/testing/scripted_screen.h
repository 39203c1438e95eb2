// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <d3d11.h>
#include <dxgi1_6.h>
#include <wrl/client.h>

#include "capture/dxgi/duplication_factory.h"
#include "relay/frame_info.h"
#include "relay/geometry.h"

namespace oriel::test {

using Microsoft::WRL::ComPtr;

/// A screen's picture as bytes: what a slot has to hold.
class ModelPicture {
  public:
    ModelPicture(Size size, PixelFormat format);

    Size size() const { return size_; }

    PixelFormat format() const { return format_; }

    std::size_t row_bytes() const { return size_.width * pixel_; }

    std::span<const std::byte> bytes() const { return bytes_; }

    const std::byte* at(std::uint32_t x, std::uint32_t y) const {
        return &bytes_[y * row_bytes() + x * pixel_];
    }

    /// Pixels that differ from place to place and from seed to seed.
    void paint(const Rect& rect, std::uint32_t seed);

    void move(const Rect& from, std::uint32_t to_x, std::uint32_t to_y);

    /// Whether rows `stride` bytes apart hold the same, what formats leave undefined included.
    bool is_in(std::span<const std::byte> slot, std::uint32_t stride) const;

  private:
    Size size_;
    PixelFormat format_;
    std::size_t pixel_;
    std::vector<std::byte> bytes_;
};

/// What one AcquireNextFrame() of a duplication brings.
struct Step {
    /// Of the call; a failure ends the duplication's use.
    HRESULT result = S_OK;

    bool is_drawn = false;
    bool is_told = true;  ///< With rectangles; otherwise there is no metadata.
    std::vector<RECT> dirty{};
    std::vector<DXGI_OUTDUPL_MOVE_RECT> moved{};
    /// The whole picture after the step, and the rectangles of it that are new in the texture.
    std::optional<ModelPicture> picture{};

    std::optional<DXGI_OUTDUPL_POINTER_POSITION> pointer{};
    std::optional<DXGI_OUTDUPL_POINTER_SHAPE_INFO> shape{};
    std::vector<std::byte> shape_bytes{};
};

/// What a test's system did and saw.
struct DuplicationRecord {
    std::uint32_t opens = 0;
    std::uint32_t alive = 0;  ///< Duplications.
    std::uint32_t acquires = 0;
    std::uint32_t frames = 0;  ///< Lent.
    std::uint32_t releases = 0;
    std::uint32_t violations = 0;  ///< Calls that the documentation forbids.
};

/// A screen whose duplications do what a test says, on a real Direct3D 11 device.
///
/// Threads: any.
class ScriptedScreen {
  public:
    ScriptedScreen(ComPtr<ID3D11Device> device, const ModelPicture& picture);

    // What happens on the screen. Frames are pushed for whoever has a duplication at the time; a
    // new one begins with the whole picture.
    void paint(const Rect& rect, std::uint32_t seed);
    void move(const Rect& from, std::uint32_t to_x, std::uint32_t to_y);
    void push(Step step);

    /// Changes the mode: whoever has a duplication loses it.
    void become(const ModelPicture& picture, DXGI_MODE_ROTATION rotation);

    /// The next so many calls to begin a duplication fail so.
    void refuse(HRESULT result, std::uint32_t times);

    ComPtr<ID3D11Device> device() const;
    ModelPicture picture() const;
    DuplicationRecord record() const;

    /// Every step was taken and given back.
    bool is_quiet() const;

    // The duplications' side.
    Result<dxgi_capture::Duplicated, dxgi_capture::DuplicationFault> open();

    struct Shared;

  private:
    std::shared_ptr<Shared> shared_;
};

/// Whose duplications are the screen's.
std::unique_ptr<dxgi_capture::DuplicationFactory> make_scripted_factory(
    std::shared_ptr<ScriptedScreen> screen);

}  // namespace oriel::test
