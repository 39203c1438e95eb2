// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "capture/dxgi/copy_watch.h"

namespace oriel::test {

/// A GPU that is still at it for as many tries as a test wants: Wine's is always done.
class ScriptedGpu final : public dxgi_capture::CopyWatch {
  public:
    struct Script {
        std::atomic<std::uint32_t> refusals{0};  ///< Of the next tries.
        std::atomic<std::uint32_t> tries{0};
        std::atomic<HRESULT> failure{S_OK};  ///< Of all tries.
        bool tells = false;                  ///< When it is done; Wine's never does.
        NativeHandle told = kNoHandle;       ///< The event to set then.
    };

    explicit ScriptedGpu(std::shared_ptr<Script> script) : script_(std::move(script)) {}

    HRESULT tell_when_done(ID3D11Device& device, NativeHandle event) override {
        if (!script_->tells) {
            return system_.tell_when_done(device, event);
        }
        script_->told = event;
        return S_OK;
    }

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
    dxgi_capture::SystemCopyWatch system_;
};

}  // namespace oriel::test
