// SPDX-License-Identifier: MIT
// The guest controls every byte of a Looking Glass region. Whatever they are, a viewer goes on, and
// what it is given lies inside the region. The input patches a sound region between the viewer's
// steps, and posts messages without asking whether there is room.
// Planted fault: looking-glass-cursor
// Planted fault: looking-glass-damage
// Planted fault: looking-glass-pixels
// Planted fault: looking-glass-record
// Planted fault: looking-glass-ring
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "interop/looking_glass/mock/mock_host.h"
#include "interop/looking_glass/subscriber.h"
#include "region_input.h"
#include "relay/frame_copy.h"

namespace oriel {
namespace {

using looking_glass::LookingGlassSubscriber;
using looking_glass::mock::MockHost;

constexpr std::size_t kSize = 4U << 20U;
constexpr std::uint32_t kPages = 3;

/// Words of a frame's header before its damage: patched far more often than its many rectangles.
constexpr std::uint32_t kFrameFields = 7;

/// A region after its host started, with two frames and a pointer in its blocks. Of each run only
/// what is parsed is brought back.
class SoundRegion {
  public:
    SoundRegion() {
        host_.start(1);
        frame_ring_ = host_.queue(MockHost::kFrameQueue).messages_offset;
        pointer_ring_ = host_.queue(MockHost::kPointerQueue).messages_offset;
        for (std::uint32_t which = 0; which < 2; ++which) {
            fill_frame(host_.frame_block(which), which + 1);
        }
        parts_ = {{0, 4},
                  {32, 143},
                  {32 + 1144, 143},
                  {5752, 24},
                  {std::uint64_t{frame_ring_} / 8 * 8, 48},
                  {host_.frame_block(0), 136},
                  {host_.frame_block(1), 136},
                  {host_.frame_block(0), kFrameFields},
                  {host_.frame_block(1), kFrameFields},
                  {host_.frame_block(0) + MockHost::kPageAlignment - 8, 1},
                  {shape_block(), 3}};
        for (const FuzzPart& part : saved()) {
            const auto bytes = region_.bytes().subspan(part.offset, part.words * kWordSize);
            snapshot_.insert(snapshot_.end(), bytes.begin(), bytes.end());
        }
    }

    void reset() {
        auto from = snapshot_.begin();
        for (const FuzzPart& part : saved()) {
            std::copy_n(from,
                        part.words * kWordSize,
                        region_.bytes().begin() + static_cast<long>(part.offset));
            from += part.words * kWordSize;
        }
    }

    void beat() { region_.put(16, region_.get<std::uint64_t>(16) + 10); }

    /// As a host posts that looks at nothing. `which` of the blocks.
    void post(std::uint32_t queue, std::uint32_t flags, std::uint32_t which) {
        const std::uint64_t at = 32 + 1144 * std::uint64_t{queue};
        const std::uint32_t slots = queue == 0 ? 3 : 21;
        const std::uint32_t ring = queue == 0 ? frame_ring_ : pointer_ring_;
        const std::uint32_t position = region_.get<std::uint32_t>(at + 16) % slots;
        const std::uint64_t entry = ring + std::uint64_t{16} * position;
        region_.put(entry, flags);
        region_.put(entry + 8, queue == 0 ? host_.frame_block(which % 2) : shape_block());
        region_.put<std::uint32_t>(entry + 12, ~0U);
        region_.put(at + 16, (position + 1) % slots);
    }

    TestRegion& region() { return region_; }

    std::span<const FuzzPart> parts() const { return parts_; }

  private:
    std::uint32_t shape_block() const { return pointer_ring_ + 21 * 16 + 20 * 24; }

    std::vector<FuzzPart> saved() const {
        return {{0, shape_block() / 8 + kPages},
                {host_.frame_block(0), 512},
                {host_.frame_block(1), 512}};
    }

    void fill_frame(std::uint32_t block, std::uint32_t serial) {
        auto& frame = host_.frame_at(block);
        frame = {.format_ver = 1,
                 .frame_serial = serial,
                 .type = 1,
                 .screen_width = 64,
                 .screen_height = 48,
                 .data_width = 64,
                 .data_height = 48,
                 .frame_width = 64,
                 .frame_height = 48,
                 .rotation = 0,
                 .stride = 64,
                 .pitch = 256,
                 .offset = MockHost::kPageAlignment - 4,
                 .damage_rects_count = 1,
                 .damage_rects = {{1, 2, 3, 4}},
                 .flags = 0};
        region_.put<std::uint32_t>(block + MockHost::kPageAlignment - 4, 256 * 48);
    }

    TestRegion region_{kSize};
    MockHost host_{region_.bytes()};
    std::uint32_t frame_ring_ = 0;
    std::uint32_t pointer_ring_ = 0;
    std::vector<FuzzPart> parts_;
    std::vector<std::byte> snapshot_;
};

/// A viewer: whatever it is given must be fit to be used as it stands.
class Viewer {
  public:
    explicit Viewer(SoundRegion& sound)
        : sound_(sound),
          subscriber_(sound.region().bytes(), LookingGlassSubscriber::Part::Takes),
          watcher_(sound.region().bytes(), LookingGlassSubscriber::Part::Watches) {}

    void step(std::uint32_t which) {
        switch (which) {
        case 0:
            pass(std::chrono::milliseconds(1));
            break;
        case 1:
            pass(std::chrono::milliseconds(500));
            break;
        case 2:
            use(subscriber_.take(0, Subscriber::Wanted::Finished, 1));
            break;
        case 3:
            use(subscriber_.take(0, Subscriber::Wanted::Announced, 2));
            break;
        case 4:
            use_pointer();
            break;
        default:
            watch();
            break;
        }
    }

  private:
    void pass(Nanoseconds time) {
        now_ += time;
        sound_.beat();
        subscriber_.refresh(now_);
    }

    void watch() {
        watcher_.refresh(now_);
        if (!watcher_.outputs().empty()) {
            if (const auto newest = watcher_.reader(0).newest(Subscriber::Wanted::Announced)) {
                check(*newest);
            }
        }
    }

    void check(const FoundFrame& found) {
        const FrameInfo& info = found.info;
        const auto all = sound_.region().bytes();
        const auto pixels = found.pixels.unparsed();
        ORIEL_ASSERT(pixels.data() >= all.data());
        ORIEL_ASSERT(pixels.data() + pixels.size() <= all.data() + all.size());
        ORIEL_ASSERT(pixels.size() == info.geometry.bytes());
        ORIEL_ASSERT(Rect::of(info.geometry.size).contains(info.crop) && !info.crop.is_empty());
        ORIEL_ASSERT(info.geometry.transform < 4);
    }

    void use(const Result<HeldFrame, RegionFault>& held) {
        if (!held) {
            subscriber_.retake(0);
            return;
        }
        check(held->found);
        ORIEL_ASSERT(Rect::of(held->found.info.geometry.size).contains(held->damage.bounds()));
        copy_.resize(static_cast<std::size_t>(held->found.info.geometry.bytes()));
        FrameCopy copy(subscriber_.reader(0), held->found, held->damage, copy_);
        static_cast<void>(copy.step());
        ORIEL_ASSERT(subscriber_.reader(0).progress(held->found).rows <=
                     held->found.info.geometry.size.height);
        static_cast<void>(subscriber_.is_lost(*held));
        if (!subscriber_.is_full(0)) {
            subscriber_.release(*held);
        }
    }

    void use_pointer() {
        const auto news = subscriber_.cursor_news(0);
        if (news && news->image) {
            const CursorImage colour = to_colour(*news->image);
            ORIEL_ASSERT(colour.pixels.size() == colour.size.area() * 4);
            ORIEL_ASSERT(colour.hot_x < colour.size.width && colour.hot_y < colour.size.height);
        }
    }

    SoundRegion& sound_;
    LookingGlassSubscriber subscriber_;
    LookingGlassSubscriber watcher_;
    Nanoseconds now_ = std::chrono::seconds(1);
    std::vector<std::byte> copy_;
};

}  // namespace
}  // namespace oriel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static oriel::SoundRegion sound;
    sound.reset();
    oriel::FuzzInput input({data, std::min<std::size_t>(size, 512)});
    oriel::Viewer viewer(sound);
    // Half of the inputs spoil a session from its start, the others one that is live.
    if (input.below(2) == 0) {
        viewer.step(0);
        viewer.step(0);
    }
    while (!input.is_empty()) {
        const std::uint32_t action = input.below(20);
        if (action < 8) {
            oriel::FuzzPatch::read(input, sound.parts()).apply(sound.region());
        } else if (action < 14) {
            viewer.step(action - 8);
        } else if (action < 17) {
            sound.post(0, 0, action);
        } else {
            sound.post(1, input.below(8), 0);
        }
    }
    for (std::uint32_t step = 0; step < 6; ++step) {
        viewer.step(step);
    }
    return 0;
}
