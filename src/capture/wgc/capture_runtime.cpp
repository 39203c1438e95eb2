// SPDX-License-Identifier: MIT
#include "capture/wgc/capture_runtime.h"

#include <bit>
#include <cwchar>
#include <utility>

#include <combaseapi.h>
#include <roapi.h>
#include <winstring.h>

#include "capture/dxgi/com_error.h"

namespace oriel::wgc_capture {
namespace {

using WrapDevice = HRESULT WINAPI(IDXGIDevice*, IInspectable**);

struct Functions {
    decltype(&::CoIncrementMTAUsage) keep_apartment = nullptr;
    decltype(&::CoDecrementMTAUsage) leave_apartment = nullptr;
    decltype(&::RoGetActivationFactory) activation_factory = nullptr;
    decltype(&::WindowsCreateStringReference) string_reference = nullptr;
    WrapDevice* wrap_device = nullptr;
};

/// Libraries stay loaded. False: there is none such.
template <class Function>
bool load(const wchar_t* library, const char* name, Function*& function) {
    const HMODULE module = ::LoadLibraryExW(library, nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
    function =
        module != nullptr ? std::bit_cast<Function*>(::GetProcAddress(module, name)) : nullptr;
    return function != nullptr;
}

class SystemRuntime final : public CaptureRuntime {
  public:
    SystemRuntime() = default;
    SystemRuntime(const SystemRuntime&) = delete;
    SystemRuntime& operator=(const SystemRuntime&) = delete;

    ~SystemRuntime() override {
        if (apartment_ != nullptr) {
            static_cast<void>(functions_.leave_apartment(apartment_));
        }
    }

    HRESULT start() {
        const bool has_all =
            load(L"combase.dll", "CoIncrementMTAUsage", functions_.keep_apartment) &&
            load(L"combase.dll", "CoDecrementMTAUsage", functions_.leave_apartment) &&
            load(L"combase.dll", "RoGetActivationFactory", functions_.activation_factory) &&
            load(L"combase.dll", "WindowsCreateStringReference", functions_.string_reference);
        return has_all ? functions_.keep_apartment(&apartment_) : REGDB_E_CLASSNOTREG;
    }

    HRESULT activate(const wchar_t* class_name, REFIID id, void** factory) override {
        HSTRING_HEADER header{};
        HSTRING name = nullptr;
        const HRESULT result = functions_.string_reference(
            class_name, static_cast<UINT32>(std::wcslen(class_name)), &header, &name);
        return FAILED(result) ? result : functions_.activation_factory(name, id, factory);
    }

    HRESULT wrap(ID3D11Device& device, ComPtr<CaptureDevice>& wrapped) override {
        if (functions_.wrap_device == nullptr &&
            !load(L"d3d11.dll", "CreateDirect3D11DeviceFromDXGIDevice", functions_.wrap_device)) {
            return E_NOTIMPL;
        }
        ComPtr<IDXGIDevice> dxgi;
        HRESULT result = device.QueryInterface(IID_PPV_ARGS(&dxgi));
        if (FAILED(result)) {
            return result;
        }
        ComPtr<IInspectable> made;
        result = functions_.wrap_device(dxgi.Get(), &made);
        return FAILED(result) ? result : made.As(&wrapped);
    }

  private:
    Functions functions_;
    CO_MTA_USAGE_COOKIE apartment_ = nullptr;
};

}  // namespace

Error capture_error(const std::string& action, HRESULT result) {
    if (result == REGDB_E_CLASSNOTREG) {
        return Error::unsupported(
            "this Windows has no Windows.Graphics.Capture (0x80040154): it "
            "needs Windows 10 1903 or newer; use --capture gdi");
    }
    if (result == HRESULT_FROM_WIN32(ERROR_SERVICE_DOES_NOT_EXIST)) {
        return Error::unsupported(
            "Windows.Graphics.Capture is not for the system's own account (0x80070424): start "
            "oriel-guest as the person who is logged on, or use --capture dxgi");
    }
    return com_error(action, result);
}

Result<std::shared_ptr<CaptureRuntime>> load_capture_runtime() {
    auto runtime = std::make_shared<SystemRuntime>();
    const HRESULT result = runtime->start();
    if (FAILED(result)) {
        return Failure(capture_error("start the Windows Runtime", result));
    }
    return std::shared_ptr<CaptureRuntime>(std::move(runtime));
}

Result<void> check_is_there(CaptureRuntime& runtime) {
    ComPtr<CaptureSessionStatics> statics;
    boolean is_supported = FALSE;
    HRESULT result = runtime.activate(kSessionClass, IID_PPV_ARGS(&statics));
    if (SUCCEEDED(result)) {
        result = statics->IsSupported(&is_supported);
    }
    if (FAILED(result)) {
        return Failure(capture_error("ask for Windows.Graphics.Capture", result));
    }
    if (is_supported == FALSE) {
        return Failure(Error::unsupported(
            "Windows.Graphics.Capture is not there in this session: use --capture gdi"));
    }
    return {};
}

}  // namespace oriel::wgc_capture
