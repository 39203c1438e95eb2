// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "capture/kms/kms_device.h"
#include "gpu/framebuffer_importer.h"

namespace oriel::kms_capture {

/// Framebuffers that a GPU reads for us, imported for as long as they are in use.
///
/// An import is found again by the memory itself: the numbers of its dma-bufs, which it holds, so
/// that nobody else gets them. No GPU is opened before the first framebuffer comes.
class FramebufferImports {
  public:
    using Open = std::function<Result<std::unique_ptr<FramebufferImporter>>()>;

    explicit FramebufferImports(Open open) : open_(std::move(open)) {}

    /// What the framebuffer holds now. Where drawing into it is under way, that is waited for, a
    /// tenth of a second at most.
    /// Errors: as FramebufferImporter; where no GPU could be opened that is remembered until
    /// clear(). After an error of the System's all is given back, and the next call begins anew.
    Result<std::shared_ptr<const MappedPixels>> find(FramebufferMemory memory,
                                                     Nanoseconds now = monotonic_now());

    /// Gives back what nobody asked for in kFramebufferUnused. To be called with each framebuffer,
    /// also with those that no GPU has to read.
    void drop_unused(Nanoseconds now = monotonic_now());

    /// Gives all back, the GPU included, once no pixels of it are held any more.
    void clear();

  private:
    struct Import;

    Result<std::shared_ptr<Import>> known_or_added(FramebufferMemory memory, Nanoseconds now);
    Result<FramebufferImporter*> importer();

    Open open_;
    std::unique_ptr<FramebufferImporter> importer_;
    std::optional<Error> refusal_;  ///< Of what there is.
    std::vector<std::shared_ptr<Import>> imports_;
};

}  // namespace oriel::kms_capture
