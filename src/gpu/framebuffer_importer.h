// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/linux/fd.h"
#include "base/result.h"
#include "gpu/mapped_pixels.h"
#include "gpu/pixel_layout.h"
#include "relay/geometry.h"

namespace oriel::gpu {

/// A framebuffer's memory, in a form that other devices and programs can be given.
struct FramebufferMemory {
    Size size;
    FramebufferFormat format;  ///< One that readable_layout() knows.

    /// As Framebuffer::Plane, each with a descriptor of its own.
    struct Plane {
        UniqueFd dma_buf;
        std::uint32_t offset = 0;
        std::uint32_t pitch = 0;
    };

    std::vector<Plane> planes;  ///< One to four.
};

/// A framebuffer that a GPU has been given to read.
///
/// Lifetime: keeps the memory from being used for anything else, and whatever it needs of its
/// importer alive.
class ImportedFramebuffer {
  public:
    virtual ~ImportedFramebuffer() = default;
    ImportedFramebuffer(const ImportedFramebuffer&) = delete;
    ImportedFramebuffer& operator=(const ImportedFramebuffer&) = delete;

    /// Has the GPU copy what the framebuffer holds now into memory of ours, row by row, and waits
    /// until that is done. Nobody writes the result but the next read(), until when it is valid.
    /// Colours keep all their bits: eight come as Xr24 or Ar24, ten as Xb30 or Ab30.
    ///
    /// Blocks: for as long as the copy takes, a second at most.
    /// Errors: System; the importer is of no use any more.
    virtual Result<MappedPixels> read() = 0;

  protected:
    ImportedFramebuffer() = default;
};

/// A GPU that can read framebuffers in whatever layout GPUs of its kind draw them.
///
/// Threads: one, also for what it imported.
class FramebufferImporter {
  public:
    virtual ~FramebufferImporter() = default;
    FramebufferImporter(const FramebufferImporter&) = delete;
    FramebufferImporter& operator=(const FramebufferImporter&) = delete;

    /// What the GPU calls itself: for people.
    virtual std::string name() const = 0;

    /// Borrows the memory's descriptors for the call. Drawing on the screen is not disturbed.
    /// Errors: Unsupported where this GPU does not know such a layout; System.
    virtual Result<std::unique_ptr<ImportedFramebuffer>> import(
        const FramebufferMemory& memory) = 0;

  protected:
    FramebufferImporter() = default;
};

}  // namespace oriel::gpu
