// SPDX-License-Identifier: MIT
#include "capture/dxgi/staging_writer.h"

#include <utility>

#include "base/assert.h"
#include "capture/dxgi/com_error.h"
#include "capture/dxgi/texture.h"

namespace oriel::dxgi_capture {
namespace {

/// Where no event tells: a copy takes from a tenth of a millisecond to some milliseconds.
constexpr Nanoseconds kPollPeriod = std::chrono::microseconds(500);

/// Where one does, in case that the driver's books are behind it.
constexpr Nanoseconds kDoubtPeriod = std::chrono::milliseconds(4);

}  // namespace

StagingWriter::StagingWriter(ComPtr<ID3D11Device> device,
                             NativeHandle wake,
                             std::unique_ptr<CopyWatch> watch)
    : device_(std::move(device)), wake_(wake), watch_(std::move(watch)) {
    device_->GetImmediateContext(&context_);
}

Result<ComPtr<ID3D11Texture2D>> StagingWriter::make_picture(Size size, DXGI_FORMAT format) {
    cancel();
    textures_ = {};
    ORIEL_TRY_ASSIGN(picture_,
                     make_texture(*device_.Get(), texture_of(size, format, D3D11_USAGE_DEFAULT)));
    return picture_;
}

Result<void> StagingWriter::begin(const FrameGeometry& geometry,
                                  std::uint64_t /*region_offset*/,
                                  std::span<const Rect> parts) {
    ORIEL_ASSERT(stage_ == Stage::Idle && picture_);
    current_ = (current_ + 1) % kTextures;
    if (current() == nullptr) {
        ORIEL_TRY(add_texture());
    }
    geometry_ = geometry;
    parts_.assign(parts.begin(), parts.end());
    copy_texture(*context_.Get(), *current(), *picture_.Get(), parts);
    is_told_ = is_told_ && SUCCEEDED(watch_->tell_when_done(*device_.Get(), wake_));
    if (!is_told_) {
        context_->Flush();
    }
    next_poll_ = monotonic_now() + period();
    stage_ = Stage::Copying;
    return {};
}

Nanoseconds StagingWriter::period() const {
    return is_told_ ? kDoubtPeriod : kPollPeriod;
}

Result<void> StagingWriter::add_texture() {
    D3D11_TEXTURE2D_DESC description{};
    picture_->GetDesc(&description);
    ORIEL_TRY_ASSIGN(textures_[current_],
                     make_texture(*device_.Get(),
                                  texture_of({description.Width, description.Height},
                                             description.Format,
                                             D3D11_USAGE_STAGING)));
    return {};
}

Result<SlotWriter::Progress> StagingWriter::poll() {
    if (stage_ == Stage::Copying) {
        const HRESULT result = watch_->try_map(*context_.Get(), *current(), mapped_);
        if (result == DXGI_ERROR_WAS_STILL_DRAWING) {
            next_poll_ = monotonic_now() + period();
            return Progress::UnderWay;
        }
        if (FAILED(result)) {
            return Failure(com_error("read what the GPU copied", result));
        }
        stage_ = Stage::Mapped;
        next_poll_.reset();
    }
    return stage_ == Stage::Mapped ? Progress::Done : Progress::UnderWay;
}

Result<MovedBytes> StagingWriter::finish(std::span<std::byte> slot) {
    ORIEL_ASSERT(stage_ == Stage::Mapped && slot.size() >= geometry_.bytes());
    const auto* const from = static_cast<const std::byte*>(mapped_.pData);
    const std::uint64_t bytes = copy_parts(from, mapped_.RowPitch, geometry_, parts_, slot);
    cancel();
    return MovedBytes{.all = bytes, .by_gpu = 0};
}

void StagingWriter::cancel() {
    if (stage_ == Stage::Mapped) {
        context_->Unmap(current(), 0);
    }
    stage_ = Stage::Idle;
    next_poll_.reset();
}

Result<std::unique_ptr<SlotWriter>> make_staging_writer(const ComPtr<ID3D11Device>& device,
                                                        NativeHandle wake) {
    return std::make_unique<StagingWriter>(device, wake, std::make_unique<SystemCopyWatch>());
}

}  // namespace oriel::dxgi_capture
