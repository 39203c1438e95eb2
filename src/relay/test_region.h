// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "abi/viewer.h"
#include "relay/publisher.h"
#include "relay/shared_bytes.h"

namespace oriel {

/// A region in ordinary memory, or in what a test lends it, with ways to read and spoil single
/// fields. For tests and fuzzers.
class TestRegion {
  public:
    static constexpr std::uint64_t kEpoch = 0xE0;
    static constexpr std::uint64_t kNonce = 0x4E;
    static constexpr Size kPicture{64, 48};

    explicit TestRegion(std::size_t size = abi::kMinRegionSize)
        : memory_(new(std::align_val_t{abi::kPage}) std::byte[size]), bytes_(memory_.get(), size) {
        std::memset(bytes_.data(), 0, bytes_.size());
    }

    explicit TestRegion(std::span<std::byte> lent) : bytes_(lent) {}

    std::span<std::byte> bytes() { return bytes_; }

    SharedBytes shared() { return SharedBytes(bytes()); }

    std::uint64_t size() const { return bytes_.size(); }

    std::uint64_t root() const { return size() - abi::kRootFromEnd; }

    std::uint64_t broker() const { return size() - abi::kBrokerFromEnd; }

    std::uint64_t viewer(std::uint32_t index) const {
        return size() - abi::kViewersFromEnd + index * abi::kViewerStride;
    }

    /// 32- and 64-bit fields; words that others may be using at the same time.
    template <class T>
    T get(std::uint64_t offset) {
        return std::atomic_ref<T>(at<T>(offset)).load();
    }

    template <class T>
    void put(std::uint64_t offset, T value) {
        std::atomic_ref<T>(at<T>(offset)).store(value);
    }

    static FrameGeometry geometry(Size size = kPicture) {
        return {size, aligned_stride(size.width, PixelFormat::Bgra8), PixelFormat::Bgra8, 0};
    }

    static PublisherDescription description(const std::vector<OutputNeeds>& outputs) {
        PublisherDescription description{.agent = "test-agent 1",
                                         .host_name = "guest",
                                         .source = "model",
                                         .clock_domain = 0,
                                         .process = 77,
                                         .outputs = {}};
        std::uint32_t id = 1;
        for (const OutputNeeds& needs : outputs) {
            description.outputs.push_back({.needs = needs,
                                           .id = id,
                                           .name = "OUT-" + std::to_string(id),
                                           .x = 0,
                                           .y = 0,
                                           .refresh_mhz = 60'000});
            ++id;
        }
        return description;
    }

    /// A publisher of one output, small slots.
    Publisher publish(std::uint32_t slots = 3, std::uint64_t epoch = kEpoch) {
        return publish({OutputNeeds{slot_bytes_for(geometry()), slots}}, epoch);
    }

    Publisher publish(std::vector<OutputNeeds> outputs, std::uint64_t epoch = kEpoch) {
        auto publisher = Publisher::start(
            bytes(), description(std::move(outputs)), epoch, epoch + kNonce, Nanoseconds(0));
        ORIEL_ASSERT(publisher);
        return std::move(*publisher);
    }

  private:
    struct Free {
        void operator()(std::byte* memory) const {
            operator delete[](memory, std::align_val_t{abi::kPage});
        }
    };

    template <class T>
    T& at(std::uint64_t offset) {
        ORIEL_ASSERT(offset % sizeof(T) == 0 && offset + sizeof(T) <= size());
        return *reinterpret_cast<T*>(bytes_.data() + offset);
    }

    std::unique_ptr<std::byte[], Free> memory_;  ///< Null where it is lent.
    std::span<std::byte> bytes_;
};

/// Publishes a frame of that damage without writing a pixel; returns its sequence.
inline std::uint64_t publish_frame(Publisher& publisher,
                                   const Damage& damage = Damage::whole(TestRegion::kPicture),
                                   Nanoseconds now = Nanoseconds(0)) {
    const auto lease = publisher.begin_frame(0, TestRegion::geometry(), now);
    ORIEL_ASSERT(lease);
    return publisher.finish_frame({.damage = damage, .colour = {}}, now);
}

}  // namespace oriel
