// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <d3d11.h>
#include <dxgi1_6.h>
#include <wrl/client.h>

#include "base/result.h"
#include "capture/dxgi/output_colour.h"
#include "relay/cursor_image.h"

namespace oriel::dxgi_capture {

using Microsoft::WRL::ComPtr;

/// An output that the system duplicates for us, for as long as the duplication lives.
struct Duplicated {
    ComPtr<IDXGIOutputDuplication> duplication;
    OutputColour colour;
    /// What is new of the pointer, where the duplication does not tell of it; empty where it does.
    std::function<CursorNews()> ask_pointer;
};

/// Why there is no duplication.
struct DuplicationFault {
    enum class Outlook : std::uint8_t {
        Passes,  ///< With the next switch of desktops or modes: try again, for as long as it takes.
        MayPass,  ///< Try again, but not for ever.
        Stays,    ///< Another device or another way is needed.
    };

    Outlook outlook = Outlook::Stays;
    Error error;
};

DuplicationFault::Outlook outlook_of(HRESULT result);

/// Begins the duplication of one output, again and again: each switch of desktops ends it.
/// Threads: open() is called on a thread of its own, which the factory may move to another desktop.
class DuplicationFactory {
  public:
    virtual ~DuplicationFactory() = default;
    DuplicationFactory(const DuplicationFactory&) = delete;
    DuplicationFactory& operator=(const DuplicationFactory&) = delete;

    /// "\\.\DISPLAY1".
    virtual std::wstring screen() const = 0;

    /// `device` is of the adapter that drives the output.
    virtual Result<Duplicated, DuplicationFault> open(ID3D11Device& device) = 0;

  protected:
    DuplicationFactory() = default;
};

/// By IDXGIOutput5::DuplicateOutput1(), which brings pixels as they are, HDR included, else by
/// IDXGIOutput1::DuplicateOutput(), which brings BGRA8 always.
Result<Duplicated, DuplicationFault> duplicate(IDXGIOutput& output, ID3D11Device& device);

}  // namespace oriel::dxgi_capture
