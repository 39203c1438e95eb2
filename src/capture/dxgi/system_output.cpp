// SPDX-License-Identifier: MIT
#include "capture/dxgi/system_output.h"

#include "base/windows/wide_text.h"

namespace oriel::dxgi_capture {

Result<SystemOutput> find_output(IDXGIFactory1& factory, const std::wstring& device) {
    SystemOutput found;
    for (UINT i = 0; SUCCEEDED(factory.EnumAdapters1(i, found.adapter.ReleaseAndGetAddressOf()));
         ++i) {
        for (UINT j = 0;
             SUCCEEDED(found.adapter->EnumOutputs(j, found.output.ReleaseAndGetAddressOf()));
             ++j) {
            DXGI_OUTPUT_DESC description{};
            if (SUCCEEDED(found.output->GetDesc(&description)) &&
                device == description.DeviceName) {
                return found;
            }
        }
    }
    return Failure(Error::not_found("no GPU drives the screen " + to_utf8(device)));
}

}  // namespace oriel::dxgi_capture
