// SPDX-License-Identifier: MIT
#include "present/wayland/dmabuf_way.h"

#include <cerrno>
#include <cstdlib>
#include <utility>

#include <drm_fourcc.h>
#include <fcntl.h>
#include <fmt/format.h>

#include "base/log.h"
#include "gpu/drm_node.h"
#include "present/wayland/dmabuf_region.h"

namespace oriel {
namespace {

/// Set to anything: for whoever looks for a fault.
constexpr const char* kForbid = "ORIEL_NO_DMABUF";

bool is_forbidden() {
    const char* const value =
        std::getenv(kForbid);  // NOLINT(concurrency-mt-unsafe): nobody sets it
    return value != nullptr && *value != '\0';
}

/// NVIDIA's own driver imports memory, and shows other pages of it behind the first 2 MB.
constexpr std::string_view kKnownBad = "nvidia";

}  // namespace

WaylandDmabufWay::WaylandDmabufWay(const WaylandConnection& connection,
                                   const WaylandWakeups& wakeups)
    : wakeups_(&wakeups), feedback_(connection) {}

WaylandDmabufWay::~WaylandDmabufWay() {
    if (probe_) {
        wakeups_->remove(probe_->fd());
    }
}

Result<void> WaylandDmabufWay::bind(const UniqueFd& memory, std::uint64_t size) {
    memory_.reset(::fcntl(memory.get(), F_DUPFD_CLOEXEC, 0));
    if (!memory_) {
        return Failure(Error::system("keep the region's descriptor", errno));
    }
    size_ = size;
    if (!is_good_ && !probe_) {
        reason_.clear();
    }
    return {};
}

void WaylandDmabufWay::try_with(const SlotPlace& shown) {
    if (!memory_ || is_good_ || probe_ || !reason_.empty()) {
        return;
    }
    if (auto begun = begin(shown); !begun) {
        reason_ = begun.error().message;
        log(LogLevel::Debug, fmt::format("no linux-dmabuf: {}", reason_));
    }
}

Result<void> WaylandDmabufWay::begin(const SlotPlace& shown) {
    if (is_forbidden()) {
        return Failure(Error::unsupported(fmt::format("{} is set", kForbid)));
    }
    if (!feedback_.linear_modifier(DRM_FORMAT_XRGB8888)) {
        return Failure(
            Error::unsupported("the compositor takes none whose rows lie one after the other"));
    }
    ORIEL_TRY_ASSIGN(const std::string node, node_of_compositor());
    ORIEL_TRY(gpu::Udmabuf::check_memory(memory_));
    if (!udmabuf_) {
        ORIEL_TRY_ASSIGN(udmabuf_, gpu::Udmabuf::open());
    }
    const auto memory = WaylandDmabufRegion::footprint(shown, size_);
    if (!memory || bytes_per_pixel(shown.geometry.format) != 4 || memory->picture != 0) {
        return Failure(Error::unsupported(
            fmt::format("rows {} bytes apart are none that a GPU takes", shown.geometry.stride)));
    }
    ORIEL_TRY_ASSIGN(probe_,
                     gpu::ImportProbe::start({.node = node,
                                              .size = shown.geometry.size,
                                              .stride = shown.geometry.stride,
                                              .slot = memory->part,
                                              .memory_size = size_}));
    return wakeups_->add(probe_->fd(), WaylandWakeups::For::Reading);
}

/// Empty: the CPU.
Result<std::string> WaylandDmabufWay::node_of_compositor() const {
    const auto device = feedback_.main_device();
    if (!device) {
        // Where there is none, both draw on the CPU, by the same library.
        return gpu::has_no_gpu()
                   ? Result<std::string>("")
                   : Failure(Error::unsupported("the compositor does not name its GPU"));
    }
    ORIEL_TRY_ASSIGN(gpu::DrmNode node, gpu::find_drm_node(*device));
    if (node.driver == kKnownBad) {
        return Failure(Error::unsupported(fmt::format(
            "the driver {} shows wrong parts of memory that is not its own", kKnownBad)));
    }
    return std::move(node.path);
}

void WaylandDmabufWay::hear_probe() {
    const auto answer = probe_->take_answer();
    if (!answer) {
        return;
    }
    wakeups_->remove(probe_->fd());
    probe_.reset();
    is_good_ = answer->has_value();
    if (is_good_) {
        log(LogLevel::Debug, fmt::format("linux-dmabuf works on {}", **answer));
    } else {
        reason_ = answer->error().message;
        log(LogLevel::Debug, fmt::format("no linux-dmabuf: {}", reason_));
    }
}

std::unique_ptr<RegionMemory> WaylandDmabufWay::take_way() {
    if (probe_) {
        hear_probe();
    }
    if (!is_good_ || !memory_) {
        return nullptr;
    }
    if (auto fit = gpu::Udmabuf::check_memory(memory_); !fit) {
        reason_ = fit.error().message;
        memory_.reset();
        return nullptr;
    }
    reason_.clear();
    return std::make_unique<WaylandDmabufRegion>(feedback_, *udmabuf_, std::move(memory_), size_);
}

}  // namespace oriel
