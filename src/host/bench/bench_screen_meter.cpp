// SPDX-License-Identifier: MIT
#include "host/bench/bench_screen_meter.h"

#include <chrono>
#include <cstring>
#include <utility>

#include <poll.h>

#include "base/linux/sealed_memory.h"

namespace oriel {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(2);
constexpr std::uint64_t kMostBytes = 64U << 20U;  // 4K and more.

}  // namespace

Result<std::unique_ptr<BenchScreenMeter>> BenchScreenMeter::open(const std::string& display) {
    ORIEL_TRY_ASSIGN(auto connection, wayland_capture::Connection::open(display));
    if (connection->screencopy() == nullptr || connection->outputs().empty()) {
        return Failure(Error::unsupported("the compositor has no wlr-screencopy, or no output"));
    }
    std::unique_ptr<BenchScreenMeter> meter(new BenchScreenMeter(std::move(connection)));
    ORIEL_TRY_ASSIGN(const UniqueFd fd,
                     create_sealed_memory("oriel-bench-meter", kMostBytes, PageSize::Normal));
    ORIEL_TRY_ASSIGN(meter->memory_,
                     MappedMemory::map(fd, Access::ReadWrite, "memory for the compositor"));
    meter->buffers_.bind_region(fd, meter->memory_);
    return meter;
}

Result<void> BenchScreenMeter::await_stage(Stage stage) {
    const Nanoseconds give_up = monotonic_now() + kPatience;
    while (true) {
        ORIEL_TRY(connection_->dispatch());
        if (copier_.stage() == stage) {
            return {};
        }
        const Nanoseconds left = give_up - monotonic_now();
        if (left <= Nanoseconds(0) || copier_.stage() == Stage::Failed) {
            return Failure(Error::protocol("the host's compositor showed no change within 2 s"));
        }
        pollfd one{connection_->fd(), POLLIN, 0};
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(left);
        static_cast<void>(::poll(&one, 1, static_cast<int>(wait.count())));
    }
}

Result<void> BenchScreenMeter::arm() {
    if (copier_.stage() == Stage::Armed) {
        return {};
    }
    copier_.drop();
    copier_.ask(connection_->outputs().front()->get());
    ORIEL_TRY(await_stage(Stage::Offered));
    const auto& offer = copier_.offer();
    ORIEL_TRY_ASSIGN(wl_buffer * buffer,
                     buffers_.find(0, {offer.size, offer.stride}, offer.shm_format));
    copier_.arm(buffer, {}, wayland_capture::FrameCopier::When::Changed);
    return connection_->round_trip();
}

std::uint32_t BenchScreenMeter::pixel(std::uint32_t x, std::uint32_t y) const {
    const std::size_t offset = std::size_t{y} * copier_.offer().stride + std::size_t{x} * 4;
    std::uint32_t pixel = 0;
    std::memcpy(&pixel, memory_.bytes().subspan(offset).data(), sizeof pixel);
    return pixel & 0xFFFFFFU;
}

Result<Nanoseconds> BenchScreenMeter::await(std::uint32_t x,
                                            std::uint32_t y,
                                            std::uint32_t colour) {
    while (true) {
        ORIEL_TRY(await_stage(Stage::Copied));
        if (pixel(x, y) == colour) {
            return copier_.copied().shown;
        }
        ORIEL_TRY(arm());
    }
}

}  // namespace oriel
