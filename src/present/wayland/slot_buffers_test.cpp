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

bool is_readable(const WaylandWakeups& wakeups) {
    pollfd polled{wakeups.fd(), POLLIN, 0};
    return ::poll(&polled, 1, 0) == 1;
}

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

    static std::unique_ptr<RegionMemory> shm(const WaylandConnection& connection,
                                             const TestRegion& region) {
        auto mapped = map_region_by_shm(connection, region.fd(), region.memory());
        EXPECT_TRUE(mapped) << mapped.error().message;
        return std::move(*mapped);
    }

    /// Has the compositor take the first, and let go of it for the second.
    static void show_and_replace(WaylandConnection& connection,
                                 wl_buffer* first,
                                 wl_buffer* second) {
        const WaylandOwned<wl_surface> surface(
            wl_compositor_create_surface(connection.globals().compositor.get()));
        for (wl_buffer* buffer : {first, second}) {
            wl_surface_attach(surface.get(), buffer, 0, 0);
            wl_surface_damage_buffer(surface.get(), 0, 0, 64, 64);
            wl_surface_commit(surface.get());
            ASSERT_TRUE(connection.round_trip());
        }
    }

    UniqueFd reader_;
    std::shared_ptr<const UniqueFd> dma_buf_;
    const SlotPlace first_{.offset = 0, .geometry = {{64, 64}, 256}};
    const SlotPlace second_{.offset = 1U << 16U, .geometry = {{64, 64}, 256}};
};

TEST_F(SlotBuffers, GivesASlotBackWhenNoGpuReadsItAnyMore) {
    const auto sway = test::Compositor::start_sway({{640, 480}});
    ASSERT_TRUE(sway) << sway.error().message;
    const auto wakeups = WaylandWakeups::create();
    ASSERT_TRUE(wakeups);
    auto connection = WaylandConnection::open(sway->display());
    ASSERT_TRUE(connection) << connection.error().message;
    const TestRegion region(1U << 20U);
    WaylandSlotBuffers slots(*wakeups);
    slots.bind(std::make_unique<BusyMemory>(shm(**connection, region), dma_buf_));
    wl_buffer* const first = slots.lend(first_, 1);
    wl_buffer* const second = slots.lend(second_, 2);
    ASSERT_TRUE(first != nullptr && second != nullptr);

    begin_reading();
    show_and_replace(**connection, first, second);
    EXPECT_TRUE(slots.take_released().empty());
    EXPECT_FALSE(is_readable(*wakeups));
    end_reading();

    EXPECT_TRUE(is_readable(*wakeups)) << "nobody would look";
    EXPECT_EQ(slots.take_released().front(), 1U);
    EXPECT_FALSE(is_readable(*wakeups)) << "it would never sleep again";
}

TEST_F(SlotBuffers, GoesByTheBetterWayOnceThereIsOne) {
    const auto sway = test::Compositor::start_sway({{640, 480}});
    ASSERT_TRUE(sway) << sway.error().message;
    const auto wakeups = WaylandWakeups::create();
    ASSERT_TRUE(wakeups);
    auto connection = WaylandConnection::open(sway->display());
    ASSERT_TRUE(connection) << connection.error().message;
    const TestRegion region(1U << 20U);
    WaylandSlotBuffers slots(*wakeups);
    slots.bind(shm(**connection, region));
    ASSERT_NE(slots.lend(first_, 1), nullptr);
    EXPECT_STREQ(slots.way(), "wl_shm");

    slots.prefer(std::make_unique<BusyMemory>(shm(**connection, region), dma_buf_));
    ASSERT_NE(slots.lend(first_, 2), nullptr);
    EXPECT_STREQ(slots.way(), "busy");
    slots.bind(nullptr);

    EXPECT_EQ(slots.lend(first_, 3), nullptr);
}

}  // namespace
}  // namespace oriel
