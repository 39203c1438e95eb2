// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <d3d11.h>

#include "base/native_handle.h"
#include "base/result.h"
#include "capture/dxgi/duplication_factory.h"
#include "capture/dxgi/slot_writer.h"
#include "capture/source.h"

namespace oriel::dxgi_capture {

/// Makes the writer of a source's slots. `wake` is an event to set when it is to be polled.
using MakeSlotWriter = std::function<Result<std::unique_ptr<SlotWriter>>(
    const ComPtr<ID3D11Device>& device, NativeHandle wake)>;

/// Desktop Duplication. What changed is copied at once into a picture of our own on the GPU, so
/// that the system has its frame back; from there the writer brings it, and what is stale, into a
/// slot that was lent before. Loops never wait for the system or for the GPU.
///
/// `kind` begins its description(): "dxgi". Errors: the screen cannot be duplicated, and why.
Result<std::unique_ptr<Source>> make_duplication_source(std::string kind,
                                                        std::unique_ptr<DuplicationFactory> factory,
                                                        const ComPtr<ID3D11Device>& device,
                                                        const MakeSlotWriter& make_writer);

}  // namespace oriel::dxgi_capture
