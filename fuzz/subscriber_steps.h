// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "relay/frame_copy.h"
#include "relay/relay_subscriber.h"
#include "relay/test_region.h"

namespace oriel {

/// A viewer as fuzzers drive it: whatever it is given must be fit to be used as it stands.
class SubscriberSteps {
  public:
    explicit SubscriberSteps(TestRegion& region)
        : region_(region), subscriber_(region.bytes(), {.viewer = 0}) {}

    void step(std::uint32_t which) {
        switch (which % 6) {
        case 0:
            subscriber_.refresh(++now_);
            break;
        case 1:
            now_ += std::chrono::milliseconds(500);
            subscriber_.tick(now_);
            break;
        case 2:
            use(subscriber_.take(0, FrameReader::Wanted::Finished, 1));
            break;
        case 3:
            use(subscriber_.take(0, FrameReader::Wanted::Announced, 2));
            break;
        case 4:
            use(subscriber_.cursor_news(0));
            break;
        default:
            exchange_messages();
            break;
        }
    }

  private:
    void use(const Result<HeldFrame, RegionFault>& held) {
        if (!held) {
            subscriber_.retake(0);
            return;
        }
        const FrameInfo& info = held->found.info;
        const Rect picture = Rect::of(info.geometry.size);
        const auto pixels = held->found.pixels.unparsed();
        ORIEL_ASSERT(pixels.data() >= region_.bytes().data());
        ORIEL_ASSERT(pixels.data() + pixels.size() <= region_.bytes().data() + region_.size());
        ORIEL_ASSERT(pixels.size() == info.geometry.bytes());
        ORIEL_ASSERT(picture.contains(info.crop) && !info.crop.is_empty());
        ORIEL_ASSERT(picture.contains(held->damage.bounds()));
        copy_.resize(static_cast<std::size_t>(info.geometry.bytes()));
        FrameCopy copy(subscriber_.reader(0), held->found, held->damage, copy_);
        static_cast<void>(copy.step());
        static_cast<void>(copy.step());
        ORIEL_ASSERT(subscriber_.reader(0).progress(held->found).rows <= info.geometry.size.height);
        static_cast<void>(subscriber_.is_lost(*held));
        subscriber_.release(*held);
        subscriber_.retake(0);
    }

    static void use(const Result<CursorNews, RegionFault>& news) {
        if (news && news->image) {
            const CursorImage colour = to_colour(*news->image);
            ORIEL_ASSERT(colour.pixels.size() == colour.size.area() * 4);
            ORIEL_ASSERT(colour.hot_x < colour.size.width && colour.hot_y < colour.size.height);
        }
    }

    void exchange_messages() {
        std::uint32_t received = 0;
        while (const auto message = subscriber_.next_message()) {
            ORIEL_ASSERT(message->bytes().size() <= abi::kMaxMessage);
            ORIEL_ASSERT(++received <= RelaySubscriber::kMailPerRefresh);
        }
        static_cast<void>(subscriber_.want_mode(0, kSmallestMode, 0));
        while (const auto answer = subscriber_.mode_answer()) {
            ORIEL_ASSERT(answer->output < abi::kMaxOutputs);
        }
    }

    TestRegion& region_;
    RelaySubscriber subscriber_;
    Nanoseconds now_{0};
    std::vector<std::byte> copy_;
};

}  // namespace oriel
