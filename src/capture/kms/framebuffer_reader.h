// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "capture/kms/drm_card.h"
#include "capture/kms/framebuffer.h"
#include "capture/kms/framebuffer_imports.h"
#include "capture/kms/framebuffer_maps.h"
#include "capture/kms/kms_device.h"

namespace oriel::kms_capture {

/// How framebuffers are read.
enum class Reading : std::uint8_t {
    Cheapest,     ///< Those whose rows lie one after the other are mapped, a GPU reads the others.
    AllByImport,  ///< For tests: also the linear ones, by any driver, one on the CPU included.
};

/// Reads framebuffers of a card, in whatever layout they are.
class FramebufferReader {
  public:
    /// `card` outlives it.
    FramebufferReader(const DrmCard& card, Reading reading);

    /// As KmsDevice::pixels().
    Result<std::shared_ptr<const MappedPixels>> read(std::uint32_t id);

    /// Gives everything back, a GPU included.
    void clear();

  private:
    Result<std::shared_ptr<const MappedPixels>> import(const Framebuffer& framebuffer);

    const DrmCard& card_;
    Reading reading_;
    FramebufferMaps maps_;
    FramebufferImports imports_;
};

}  // namespace oriel::kms_capture
