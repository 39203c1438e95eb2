// SPDX-License-Identifier: MIT
#include "present/wayland/slot_buffers.h"

#include <array>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>
#include <wayland-client.h>

#include "present/presenter_rig.h"
#include "wayland/compositor.h"

namespace oriel {
namespace {

using test::TestRegion;

/// Buffers of wl_shm that claim to be a dma-buf: the end of a pipe, which is no more writable while
/// somebody has not read what is in it than a dma-buf while somebody reads that.
class BusyMemory final : public RegionMemory {
  public:
    BusyMemory(std::unique_ptr<RegionMemory> shm, std::shared_ptr<const UniqueFd> busy)
        : shm_(std::move(shm)), busy_(std::move(busy)) {}

    const char* name() const override { return "busy"; }

    RegionBuffer make_buffer(const SlotPlace& place) override {
        RegionBuffer buffer = shm_->make_buffer(place);
        buffer.dma_buf = busy_;
        return buffer;
    }

  private:
    std::unique_ptr<RegionMemory> shm_;
    std::shared_ptr<const UniqueFd> busy_;
};

class SlotBuffers : public testing::Test {
  protected:
    SlotBuffers() {
        std::array<int, 2> ends{-1, -1};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
        reader_.reset(ends[0]);
        dma_buf_ = std::make_shared<const UniqueFd>(ends[1]);
    }

    /// As a GPU's commands begin and end.
    void begin_reading() {
        const std::array<char, 4096> bytes{};
        while (::write(dma_buf_->get(), bytes.data(), bytes.size()) > 0) {}
    }

    void end_reading() {
        std::array<char, 4096> bytes{};
        while (::read(reader_.get(), bytes.data(), bytes.size()) > 0) {}
    }

    std::unique_ptr<RegionMemory> shm() const {
        auto mapped = map_region_by_shm(*connection_, region_.fd(), region_.memory());
        EXPECT_TRUE(mapped) << mapped.error().message;
        return std::move(*mapped);
    }

    std::unique_ptr<RegionMemory> busy_memory() const {
        return std::make_unique<BusyMemory>(shm(), dma_buf_);
    }

    bool is_wakened() const {
        pollfd polled{wakeups_.fd(), POLLIN, 0};
        return ::poll(&polled, 1, 0) == 1;
    }

    /// Has the compositor take the first, and let go of it for the second.
    void show_and_replace(wl_buffer* first, wl_buffer* second) {
        const WaylandOwned<wl_surface> surface(
            wl_compositor_create_surface(connection_->globals().compositor.get()));
        for (wl_buffer* buffer : {first, second}) {
            wl_surface_attach(surface.get(), buffer, 0, 0);
            wl_surface_damage_buffer(surface.get(), 0, 0, 64, 64);
            wl_surface_commit(surface.get());
            ASSERT_TRUE(connection_->round_trip());
        }
    }

    UniqueFd reader_;
    std::shared_ptr<const UniqueFd> dma_buf_;
    const SlotPlace first_{.offset = 0, .geometry = {{64, 64}, 256}};
    const SlotPlace second_{.offset = 1U << 16U, .geometry = {{64, 64}, 256}};
    test::Compositor sway_ = test::Compositor::start_sway({{640, 480}}).value();
    std::unique_ptr<WaylandConnection> connection_ =
        WaylandConnection::open(sway_.display()).value();
    TestRegion region_{1U << 20U};
    WaylandWakeups wakeups_ = WaylandWakeups::create().value();
    WaylandSlotBuffers slots_{wakeups_};
};

TEST_F(SlotBuffers, GivesASlotBackWhenNoGpuReadsItAnyMore) {
    slots_.bind(busy_memory());
    wl_buffer* const first = slots_.lend(first_, 1);
    wl_buffer* const second = slots_.lend(second_, 2);
    ASSERT_TRUE(first != nullptr && second != nullptr);

    begin_reading();
    show_and_replace(first, second);
    EXPECT_TRUE(slots_.take_released().empty());
    EXPECT_FALSE(is_wakened());
    end_reading();

    EXPECT_TRUE(is_wakened()) << "nobody would look";
    EXPECT_EQ(slots_.take_released().front(), 1U);
    EXPECT_FALSE(is_wakened()) << "it would never sleep again";
}

TEST_F(SlotBuffers, GoesByTheBetterWayOnceThereIsOne) {
    slots_.bind(shm());
    ASSERT_NE(slots_.lend(first_, 1), nullptr);
    EXPECT_STREQ(slots_.way(), "wl_shm");

    slots_.prefer(busy_memory());
    ASSERT_NE(slots_.lend(first_, 2), nullptr);
    EXPECT_STREQ(slots_.way(), "busy");
    slots_.bind(nullptr);

    EXPECT_EQ(slots_.lend(first_, 3), nullptr);
}

}  // namespace
}  // namespace oriel
