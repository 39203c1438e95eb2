// SPDX-License-Identifier: MIT
// Runs in a guest: what the module `egl` reads of a card's memory is what is in it, to the bit.
// Mesa draws on the CPU there, and knows linear memory alone: all but the layouts of real GPUs.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <drm_fourcc.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <xf86drm.h>

#include "base/clock.h"
#include "base/mapped_memory.h"
#include "capture/kms/drm_card.h"
#include "capture/kms/drm_device.h"
#include "capture/kms/importer_nodes.h"
#include "capture/kms/kms_device.h"
#include "gpu/open_importer.h"

namespace oriel::kms_capture {
namespace {

constexpr const char* kCard = "card0";
constexpr Size kPart{211, 97};  ///< Of a buffer that is larger on each side.
constexpr Size kBuffer{256, 128};
constexpr std::uint32_t kRowsAbove = 5;

/// How many pixels differ. Where the one is of fewer bits, those alone count.
std::uint64_t different(const MappedPixels& a, const MappedPixels& b) {
    if (a.size != b.size) {
        return std::max(a.size.area(), b.size.area());
    }
    std::vector<DeepPixel> row_a(a.size.width);
    std::vector<DeepPixel> row_b(a.size.width);
    // GPUs make eight bits of five and six by rounding, not by repeating.
    const bool is_short = a.layout == PixelLayout::Rg16 || b.layout == PixelLayout::Rg16;
    const auto is_same = [&](const DeepPixel& one, const DeepPixel& other) {
        return is_short
                   ? one.red >> 11U == other.red >> 11U && one.green >> 10U == other.green >> 10U &&
                         one.blue >> 11U == other.blue >> 11U
                   : one == other;
    };
    std::uint64_t count = 0;
    for (std::uint32_t y = 0; y < a.size.height; ++y) {
        unpack_row(a.layout, a.bytes.data() + y * a.stride, row_a.data(), row_a.size());
        unpack_row(b.layout, b.bytes.data() + y * b.stride, row_b.data(), row_b.size());
        for (std::size_t x = 0; x < row_a.size(); ++x) {
            count += is_same(row_a[x], row_b[x]) ? 0U : 1U;
        }
    }
    return count;
}

/// Memory of the card, that we draw into.
struct DumbBuffer {
    UniqueFd dma_buf;
    std::uint32_t pitch = 0;
    MappedMemory memory;

    static Result<DumbBuffer> make(const DrmCard& card) {
        drm_mode_create_dumb dumb{};
        dumb.width = kBuffer.width;
        dumb.height = kBuffer.height;
        dumb.bpp = 32;  // All that some drivers make; others' pixels take less of each row.
        drm_mode_map_dumb place{};
        int raw = -1;
        const int fd = card.fd().get();
        if (drmIoctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &dumb) != 0) {
            return Failure(Error::system("make a buffer", errno));
        }
        place.handle = dumb.handle;
        if (drmIoctl(fd, DRM_IOCTL_MODE_MAP_DUMB, &place) != 0 ||
            drmPrimeHandleToFD(fd, dumb.handle, DRM_CLOEXEC, &raw) != 0) {
            return Failure(Error::system("share a buffer", errno));
        }
        DumbBuffer buffer{UniqueFd(raw), dumb.pitch, {}};
        ORIEL_TRY_ASSIGN(
            buffer.memory,
            MappedMemory::map(
                card.fd(), Access::ReadWrite, {place.offset, dumb.size}, "a buffer of ours"));
        return buffer;
    }

    void fill(std::uint32_t seed) const {
        for (std::byte& each : memory.bytes()) {
            seed = seed * 1664525U + 1013904223U;
            each = static_cast<std::byte>(seed >> 24U);
        }
    }

    std::uint32_t offset() const { return kRowsAbove * pitch; }

    MappedPixels part(PixelLayout layout) const {
        return {kPart, pitch, layout, memory.bytes().subspan(offset())};
    }
};

/// Reads it twice, with other pixels the second time.
Result<std::string> check_format(const DrmCard& card,
                                 FramebufferImporter& importer,
                                 const FramebufferFormat& format) {
    ORIEL_TRY_ASSIGN(const PixelLayout layout, readable_layout(format));
    ORIEL_TRY_ASSIGN(const DumbBuffer buffer, DumbBuffer::make(card));
    FramebufferMemory memory{kPart, format, {}};
    memory.planes.push_back({UniqueFd(::fcntl(buffer.dma_buf.get(), F_DUPFD_CLOEXEC, 0)),
                             buffer.offset(),
                             buffer.pitch});
    ORIEL_TRY_ASSIGN(const auto imported, importer.import(memory));
    memory.planes.clear();
    std::uint64_t count = 0;
    for (const std::uint32_t seed : {1U, 2U}) {
        buffer.fill(seed);
        ORIEL_TRY_ASSIGN(const MappedPixels pixels, imported->read());
        if (pixels.layout != layout_as_imported(layout)) {
            return std::string("another layout than was promised");
        }
        count += different(buffer.part(layout), pixels);
    }
    return count == 0 ? std::string("equal") : fmt::format("{} pixels differ", count);
}

Result<void> check_formats() {
    ORIEL_TRY_ASSIGN(const DrmCard card, DrmCard::open(kCard));
    ORIEL_TRY_ASSIGN(const auto importer, open_importer({card.path()}, Renderer::Software));
    fmt::print("{}\n", importer->name());
    for (const std::uint32_t fourcc : {DRM_FORMAT_XRGB8888,
                                       DRM_FORMAT_ARGB8888,
                                       DRM_FORMAT_XBGR8888,
                                       DRM_FORMAT_ABGR8888,
                                       DRM_FORMAT_RGB565,
                                       DRM_FORMAT_XRGB2101010,
                                       DRM_FORMAT_ARGB2101010,
                                       DRM_FORMAT_XBGR2101010,
                                       DRM_FORMAT_ABGR2101010}) {
        for (const FramebufferFormat& format :
             {FramebufferFormat{fourcc, std::nullopt},
              FramebufferFormat{fourcc, DRM_FORMAT_MOD_LINEAR},
              FramebufferFormat{fourcc, I915_FORMAT_MOD_Y_TILED}}) {
            const auto said = check_format(card, *importer, format);
            fmt::print("{}: {}\n", name_of(format), said ? *said : said.error().message);
        }
    }
    return {};
}

/// The pixels of the screen's one plane, and how long it took to get them.
struct Look {
    std::shared_ptr<const MappedPixels> pixels;
    Nanoseconds took{0};
};

Result<Look> look(KmsDevice& device) {
    ORIEL_TRY(device.screen());
    ORIEL_TRY_ASSIGN(const auto planes, device.planes());
    if (planes.empty()) {
        return Failure(Error::not_found("no plane shows anything"));
    }
    const Nanoseconds start = monotonic_now();
    ORIEL_TRY_ASSIGN(auto pixels, device.pixels(planes.front().framebuffer));
    return Look{std::move(pixels), monotonic_now() - start};
}

/// Once the console has drawn what it was told.
std::vector<std::byte> settled(std::span<const std::byte> bytes,
                               const std::vector<std::byte>& before) {
    std::vector<std::byte> now;
    for (int i = 0; i < 100; ++i) {
        std::vector<std::byte> next(bytes.begin(), bytes.end());
        if (next == now && next != before) {
            break;
        }
        now = std::move(next);
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return now;
}

/// How many devices that show or draw this process has open: as long as there are any, the kernel
/// does not bring its console back.
std::size_t open_cards() {
    std::size_t count = 0;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", none)) {
        const std::string file = std::filesystem::read_symlink(entry.path(), none);
        count += file.starts_with("/dev/dri/") ? 1U : 0U;
    }
    return count;
}

Result<void> check_screen() {
    ORIEL_TRY_ASSIGN(const auto mapped, open_drm_device(kCard, Reading::Cheapest));
    ORIEL_TRY_ASSIGN(const auto imported, open_drm_device(kCard, Reading::AllByImport));
    const UniqueFd console(::open("/dev/tty1", O_WRONLY | O_CLOEXEC));
    std::vector<std::byte> before;
    for (int round = 0; round < 4; ++round) {
        if (round == 2) {
            // All is given back, and taken again.
            imported->rest();
            fmt::print("resting: {} of two devices open\n", open_cards());
            ORIEL_TRY(imported->wake());
        }
        const std::string line = fmt::format("\033[3{}mround {}\n", round + 1, round);
        static_cast<void>(::write(console.get(), line.data(), line.size()));
        ORIEL_TRY_ASSIGN(const Look by_map, look(*mapped));
        std::vector<std::byte> now = settled(by_map.pixels->bytes, before);
        if (now == before) {
            return Failure(Error::protocol("the console draws nothing"));
        }
        before = std::move(now);
        ORIEL_TRY_ASSIGN(const Look by_import, look(*imported));
        fmt::print("round {}: {} of {}x{} pixels differ; {} ms\n",
                   round,
                   different(*by_map.pixels, *by_import.pixels),
                   by_import.pixels->size.width,
                   by_import.pixels->size.height,
                   by_import.took / std::chrono::milliseconds(1));
    }
    return {};
}

/// As the agent does it where no GPU is.
Result<void> check_refusal() {
    ORIEL_TRY_ASSIGN(const DrmCard card, DrmCard::open(kCard));
    const auto importer = open_importer(importer_nodes(card).paths, Renderer::Gpu);
    fmt::print("{}\n", importer ? "there is a GPU" : importer.error().message);
    return {};
}

int run(std::string_view what) {
    Result<void> done = what == "formats"  ? check_formats()
                        : what == "screen" ? check_screen()
                                           : check_refusal();
    if (!done) {
        fmt::print("{}\n", done.error().message);
    }
    static_cast<void>(std::fflush(stdout));
    return done ? 0 : 1;
}

}  // namespace
}  // namespace oriel::kms_capture

int main(int argc, char** argv) {
    return oriel::kms_capture::run(argc > 1 ? argv[1] : "");
}
