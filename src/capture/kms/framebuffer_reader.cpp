// SPDX-License-Identifier: MIT
#include "capture/kms/framebuffer_reader.h"

#include <utility>

#include <fmt/format.h>

#include "capture/kms/importer_nodes.h"
#include "gpu/open_importer.h"

namespace oriel::kms_capture {
namespace {

Error cannot_read(const DrmCard& card, const std::string& why) {
    return Error::unsupported(fmt::format("cannot read the screen of {}: {}", card.name(), why));
}

FramebufferImports::Open importer_of(const DrmCard& card, Reading reading) {
    if (reading == Reading::AllByImport) {
        // Only the card itself lets a driver on the CPU at its memory.
        return [&card] {
            return open_importer({card.path()}, Renderer::Software);
        };
    }
    return [&card] {
        return open_importer(importer_nodes(card).paths, Renderer::Gpu);
    };
}

}  // namespace

FramebufferReader::FramebufferReader(const DrmCard& card, Reading reading)
    : card_(card), reading_(reading), imports_(importer_of(card, reading)) {}

Result<std::shared_ptr<const MappedPixels>> FramebufferReader::read(std::uint32_t id) {
    maps_.drop_unused();
    imports_.drop_unused();
    ORIEL_TRY_ASSIGN(const Framebuffer framebuffer, Framebuffer::open(card_, id));
    const auto layout = readable_layout(framebuffer.format());
    if (!layout) {
        return Failure(cannot_read(card_, layout.error().message));
    }
    if (reading_ == Reading::Cheapest && is_linear(framebuffer.format(), card_.driver())) {
        return maps_.find(card_, framebuffer, *layout);
    }
    auto pixels = import(framebuffer);
    if (!pixels && pixels.error().kind == ErrorKind::Unsupported) {
        return Failure(
            cannot_read(card_,
                        fmt::format("its framebuffer has {}, which takes a GPU to read: {}",
                                    name_of(framebuffer.format()),
                                    pixels.error().message)));
    }
    return pixels;
}

Result<std::shared_ptr<const MappedPixels>> FramebufferReader::import(
    const Framebuffer& framebuffer) {
    if (reading_ == Reading::Cheapest && !framebuffer.format().modifier &&
        importer_nodes(card_).kin == ImporterNodes::Kin::Other) {
        return Failure(Error::unsupported("its own driver does not draw, and no other knows"));
    }
    FramebufferMemory memory{framebuffer.size(), framebuffer.format(), {}};
    for (const Framebuffer::Plane& plane : framebuffer.planes()) {
        ORIEL_TRY_ASSIGN(UniqueFd dma_buf, framebuffer.export_memory(plane));
        memory.planes.push_back({std::move(dma_buf), plane.offset, plane.pitch});
    }
    return imports_.find(std::move(memory));
}

void FramebufferReader::clear() {
    maps_.clear();
    imports_.clear();
}

}  // namespace oriel::kms_capture
