// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include <dxgi1_2.h>

namespace oriel::dxgi_capture {

// COM's interfaces have no destructor.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// What all duplications that are not the system's have in common: they are counted, and refuse
/// what nobody here calls. Made by `new`, with one reference. Threads: any, for references.
class OwnDuplication : public IDXGIOutputDuplication {
  public:
    OwnDuplication(const OwnDuplication&) = delete;
    OwnDuplication& operator=(const OwnDuplication&) = delete;

    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) final {
        if (id != __uuidof(IUnknown) && id != __uuidof(IDXGIObject) &&
            id != __uuidof(IDXGIOutputDuplication)) {
            *object = nullptr;
            return E_NOINTERFACE;
        }
        *object = static_cast<IDXGIOutputDuplication*>(this);
        AddRef();
        return S_OK;
    }

    ULONG STDMETHODCALLTYPE AddRef() final { return ++references_; }

    ULONG STDMETHODCALLTYPE Release() final {
        const ULONG left = --references_;
        if (left == 0) {
            delete this;
        }
        return left;
    }

    HRESULT STDMETHODCALLTYPE SetPrivateData(REFGUID, UINT, const void*) final { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE SetPrivateDataInterface(REFGUID, const IUnknown*) final {
        return E_NOTIMPL;
    }

    HRESULT STDMETHODCALLTYPE GetPrivateData(REFGUID, UINT*, void*) final { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE GetParent(REFIID, void**) final { return E_NOTIMPL; }

    HRESULT STDMETHODCALLTYPE MapDesktopSurface(DXGI_MAPPED_RECT*) final {
        return DXGI_ERROR_UNSUPPORTED;
    }

    HRESULT STDMETHODCALLTYPE UnMapDesktopSurface() final { return DXGI_ERROR_INVALID_CALL; }

  protected:
    OwnDuplication() = default;
    virtual ~OwnDuplication() = default;

  private:
    std::atomic<ULONG> references_{1};
};

#pragma GCC diagnostic pop

}  // namespace oriel::dxgi_capture
