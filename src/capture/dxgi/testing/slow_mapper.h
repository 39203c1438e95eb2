// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "capture/dxgi/texture_mapper.h"

namespace oriel::test {

/// A GPU that is still at it for as many tries as a test wants: Wine's is always done.
class SlowMapper final : public dxgi_capture::TextureMapper {
  public:
    struct Script {
        std::atomic<std::uint32_t> refusals{0};  ///< Of the next tries.
        std::atomic<std::uint32_t> tries{0};
        std::atomic<HRESULT> failure{S_OK};  ///< Of all tries.
    };

    explicit SlowMapper(std::shared_ptr<Script> script) : script_(std::move(script)) {}

    HRESULT try_map(ID3D11DeviceContext& context,
                    ID3D11Texture2D& texture,
                    D3D11_MAPPED_SUBRESOURCE& mapped) override {
        ++script_->tries;
        if (FAILED(script_->failure)) {
            return script_->failure;
        }
        if (script_->refusals > 0) {
            --script_->refusals;
            return DXGI_ERROR_WAS_STILL_DRAWING;
        }
        return system_.try_map(context, texture, mapped);
    }

  private:
    std::shared_ptr<Script> script_;
    dxgi_capture::SystemTextureMapper system_;
};

}  // namespace oriel::test
