// SPDX-License-Identifier: MIT
#include "capture/dxgi/system_duplication.h"

#include <utility>

#include <windows.h>

#include "base/windows/wide_text.h"
#include "capture/dxgi/com_error.h"
#include "capture/dxgi/device11.h"
#include "capture/dxgi/system_output.h"
#include "capture/windows/input_desktop.h"
#include "capture/windows/screen.h"

namespace oriel::dxgi_capture {
namespace {

using Outlook = DuplicationFault::Outlook;

bool is_same(const LUID& a, const LUID& b) {
    return a.LowPart == b.LowPart && a.HighPart == b.HighPart;
}

Result<ComPtr<IDXGIFactory1>> make_factory() {
    ComPtr<IDXGIFactory1> factory;
    const HRESULT result = ::CreateDXGIFactory1(IID_PPV_ARGS(&factory));
    if (FAILED(result)) {
        return Failure(com_error("ask for the GPUs", result));
    }
    return factory;
}

LUID luid_of(IDXGIAdapter1& adapter) {
    DXGI_ADAPTER_DESC1 description{};
    static_cast<void>(adapter.GetDesc1(&description));
    return description.AdapterLuid;
}

class SystemDuplicationFactory final : public DuplicationFactory {
  public:
    SystemDuplicationFactory(ComPtr<IDXGIFactory1> factory,
                             const SystemOutput& output,
                             std::wstring device)
        : factory_(std::move(factory)),
          output_(output.output),
          device_(std::move(device)),
          adapter_(luid_of(*output.adapter.Get())) {}

    std::wstring screen() const override { return device_; }

    Result<Duplicated, DuplicationFault> open(ID3D11Device& device) override {
        if (auto entered = desktop_.enter(); !entered) {
            return Failure(DuplicationFault{Outlook::Passes, std::move(entered).error()});
        }
        if (auto found = follow_output(); !found) {
            return Failure(std::move(found).error());
        }
        return duplicate(*output_.Get(), device);
    }

  private:
    /// After a change of screens the objects that stand for them are of the past.
    Result<void, DuplicationFault> follow_output() {
        if (factory_->IsCurrent() != FALSE) {
            return {};
        }
        auto factory = make_factory();
        if (!factory) {
            return Failure(DuplicationFault{Outlook::MayPass, std::move(factory).error()});
        }
        auto found = find_output(*factory->Get(), device_);
        if (!found) {
            return Failure(DuplicationFault{Outlook::MayPass, std::move(found).error()});
        }
        if (!is_same(luid_of(*found->adapter.Get()), adapter_)) {
            return Failure(DuplicationFault{
                Outlook::Stays,
                Error::not_found("the screen " + to_utf8(device_) + " has another GPU now")});
        }
        factory_ = std::move(*factory);
        output_ = found->output;
        return {};
    }

    InputDesktop desktop_;
    ComPtr<IDXGIFactory1> factory_;
    ComPtr<IDXGIOutput> output_;
    const std::wstring device_;
    const LUID adapter_;
};

}  // namespace

Result<SystemDuplication> open_system_duplication(const std::string& output) {
    ORIEL_TRY_ASSIGN(const WindowsScreen screen, find_screen(output));
    ORIEL_TRY_ASSIGN(ComPtr<IDXGIFactory1> factory, make_factory());
    ORIEL_TRY_ASSIGN(const SystemOutput found, find_output(*factory.Get(), screen.device));
    ORIEL_TRY_ASSIGN(ComPtr<ID3D11Device> device, open_device11(found.adapter.Get()));
    return SystemDuplication{
        std::make_unique<SystemDuplicationFactory>(std::move(factory), found, screen.device),
        std::move(device),
        found.adapter};
}

}  // namespace oriel::dxgi_capture
