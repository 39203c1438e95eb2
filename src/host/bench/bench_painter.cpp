// SPDX-License-Identifier: MIT
#include "host/bench/bench_painter.h"

#include <algorithm>

#include "base/linux/sealed_memory.h"

namespace oriel {

Result<std::shared_ptr<BenchPainter>> BenchPainter::open(const std::string& display, Size size) {
    ORIEL_TRY_ASSIGN(const UniqueFd fd,
                     create_sealed_memory("oriel-bench-painter",
                                          BenchWindow::picture_bytes(size) * BenchWindow::kPictures,
                                          PageSize::Normal));
    ORIEL_TRY_ASSIGN(auto window, BenchWindow::open(display, size, fd));
    ORIEL_TRY_ASSIGN(MappedMemory memory,
                     MappedMemory::map(fd, Access::ReadWrite, "a painter's pictures"));
    return std::shared_ptr<BenchPainter>(
        new BenchPainter(std::move(window), std::move(memory), size));
}

Result<Nanoseconds> BenchPainter::draw(const Rect& rect, std::uint32_t colour) {
    ORIEL_TRY(window_->dispatch_ready());
    auto picture = window_->free_picture();
    while (!picture) {
        ORIEL_TRY(window_->dispatch());
        picture = window_->free_picture();
    }
    if (rect == Rect::of(size_)) {
        ground_ = colour;
    }
    fill(*picture, Rect::of(size_), ground_);
    fill(*picture, rect, colour);
    const Nanoseconds start = monotonic_now();
    window_->show(*picture, rect);
    window_->flush();
    return start;
}

void BenchPainter::fill(std::size_t picture, const Rect& rect, std::uint32_t colour) {
    const std::uint64_t bytes = BenchWindow::picture_bytes(size_);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): 4 bytes a pixel
    auto* const pixels =
        reinterpret_cast<std::uint32_t*>(memory_.bytes().subspan(picture * bytes, bytes).data());
    for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
        std::fill_n(pixels + std::size_t{y} * size_.width + rect.x, rect.width, colour);
    }
}

}  // namespace oriel
