// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "base/native_handle.h"
#include "capture/dxgi/copy_watch.h"
#include "capture/dxgi/slot_writer.h"

namespace oriel::dxgi_capture {

/// Brings pixels from the GPU by Direct3D 11: into a staging texture, and with one copy of the
/// CPU's from there into the slot.
///
/// A ring of staging textures: one whose copy was given up stays out of the way until the GPU is
/// done with it, so nothing here ever waits for the GPU.
class StagingWriter final : public SlotWriter {
  public:
    static constexpr std::size_t kTextures = 3;

    /// `wake`, an event, is set when the GPU is done, where the system can do that (Windows 8).
    StagingWriter(ComPtr<ID3D11Device> device, NativeHandle wake, std::unique_ptr<CopyWatch> watch);

    ~StagingWriter() override { cancel(); }

    StagingWriter(const StagingWriter&) = delete;
    StagingWriter& operator=(const StagingWriter&) = delete;

    std::string way() const override { return "direct3d 11"; }

    Result<ComPtr<ID3D11Texture2D>> make_picture(Size size, DXGI_FORMAT format) override;
    Result<void> begin(const FrameGeometry& geometry,
                       std::uint64_t region_offset,
                       std::span<const Rect> parts) override;
    Result<Progress> poll() override;

    std::optional<Nanoseconds> next_poll() const override { return next_poll_; }

    Result<MovedBytes> finish(std::span<std::byte> slot) override;
    void cancel() override;

  private:
    ID3D11Texture2D* current() const { return textures_[current_].Get(); }

    Nanoseconds period() const;
    Result<void> add_texture();

    const ComPtr<ID3D11Device> device_;
    ComPtr<ID3D11DeviceContext> context_;
    bool is_told_ = true;  ///< When the GPU is done, as long as the system never refused to tell.
    const NativeHandle wake_;
    const std::unique_ptr<CopyWatch> watch_;
    ComPtr<ID3D11Texture2D> picture_;
    std::array<ComPtr<ID3D11Texture2D>, kTextures> textures_;
    std::size_t current_ = 0;
    FrameGeometry geometry_;
    std::vector<Rect> parts_;
    enum class Stage : std::uint8_t { Idle, Copying, Mapped } stage_ = Stage::Idle;
    D3D11_MAPPED_SUBRESOURCE mapped_{};
    std::optional<Nanoseconds> next_poll_;
};

/// As a source takes it (MakeSlotWriter).
Result<std::unique_ptr<SlotWriter>> make_staging_writer(const ComPtr<ID3D11Device>& device,
                                                        NativeHandle wake);

}  // namespace oriel::dxgi_capture
