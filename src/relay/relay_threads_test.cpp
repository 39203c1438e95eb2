// SPDX-License-Identifier: MIT
// Both ends of the relay in threads of one process, as fast as they go: what ThreadSanitizer and
// AddressSanitizer are to look at.
#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "relay/copy_kernel.h"
#include "relay/frame_copy.h"
#include "relay/relay_subscriber.h"
#include "relay/test_random.h"
#include "relay/test_region.h"

namespace oriel {
namespace {

using Wanted = FrameReader::Wanted;

constexpr Nanoseconds kDuration = std::chrono::milliseconds(1500);
constexpr std::size_t kWidth = TestRegion::kPicture.width;
constexpr std::size_t kHeight = TestRegion::kPicture.height;

using Row = std::array<std::uint32_t, kWidth>;
using Picture = std::array<Row, kHeight>;
static_assert(sizeof(Row) == 256, "the stride of the tests' pictures");

/// Over all rows but the first, which carries it.
std::uint32_t hash_of(const Picture& picture) {
    std::uint32_t hash = 2166136261U;
    for (std::size_t y = 1; y < kHeight; ++y) {
        for (const std::uint32_t pixel : picture[y]) {
            hash = (hash ^ pixel) * 16777619U;
        }
    }
    return hash;
}

bool is_whole(const Picture& picture) {
    return picture[0][0] == hash_of(picture) && picture[0][kWidth - 1] == picture[0][0];
}

std::byte* bytes_of(Picture& picture) {
    return reinterpret_cast<std::byte*>(picture.data());
}

/// Publishes pictures that carry their own checksum: row by row, announced early or not, sometimes
/// given up half-way.
class Writer {
  public:
    explicit Writer(Publisher& publisher) : publisher_(publisher) { change(); }

    void step() {
        const Nanoseconds now = monotonic_now();
        publisher_.survey(now);
        if (++frames_ % 32 == 0) {
            publisher_.tick(now);
        }
        if (!gave_up_) {
            change();
        }
        const auto lease = publisher_.begin_frame(0, TestRegion::geometry(), now);
        ASSERT_TRUE(lease);
        if (random_.one_in(3)) {
            publisher_.announce_frame({.damage = damage_, .colour = {}}, now);
        }
        Damage wanted = damage_;
        wanted.add(lease->stale);
        gave_up_ = random_.one_in(16);
        const std::uint32_t rows = gave_up_ ? random_.below(kHeight) : kHeight;
        write(lease->pixels, wanted, rows);
        if (gave_up_) {
            publisher_.abort_frame(Damage(Rect{0, 0, kWidth, rows}));
            return;
        }
        publisher_.finish_frame({.damage = damage_, .colour = {}}, monotonic_now());
        damage_.clear();
    }

  private:
    void change() {
        for (std::uint32_t i = 0; i <= random_.below(3); ++i) {
            const std::uint32_t y = 1 + random_.below(kHeight - 1);
            picture_[y].fill(random_.word());
            damage_.add(Rect{0, y, kWidth, 1});
        }
        picture_[0].fill(hash_of(picture_));
        damage_.add(Rect{0, 0, kWidth, 1});
    }

    void write(std::span<std::byte> slot, const Damage& wanted, std::uint32_t rows) {
        for (std::uint32_t y = 0; y < rows; ++y) {
            if (wanted.overlaps(Rect{0, y, kWidth, 1})) {
                copy_rows(slot.data() + y * sizeof(Row),
                          bytes_of(picture_) + y * sizeof(Row),
                          {sizeof(Row), 1, sizeof(Row), sizeof(Row)});
            }
            publisher_.rows_ready(y + 1);
        }
    }

    Publisher& publisher_;
    TestRandom random_{1};
    Picture picture_{};
    Damage damage_;
    bool gave_up_ = false;
    std::uint64_t frames_ = 0;
};

/// Pauses for anything from nothing to about a hundred frames.
void dawdle(TestRandom& random) {
    if (random.one_in(3)) {
        std::this_thread::sleep_for(std::chrono::microseconds(random.below(400)));
    }
}

/// A viewer that the publisher has noticed: from then on its holds count.
RelaySubscriber join(TestRegion& region, std::uint32_t viewer) {
    RelaySubscriber subscriber(region.bytes(), {.viewer = viewer});
    while ((subscriber.status().attached >> viewer & 1U) == 0) {
        subscriber.refresh(monotonic_now());
        std::this_thread::yield();
    }
    return subscriber;
}

/// Looks at a held slot again and again: as long as it is held, its content stands.
void hold_and_look(TestRegion& region, const std::atomic<bool>& stop, std::uint64_t& looks) {
    RelaySubscriber subscriber = join(region, 0);
    TestRandom random(2);
    Picture seen{};
    while (!stop.load()) {
        subscriber.tick(monotonic_now());
        const auto held = subscriber.take(0, Wanted::Finished, 0);
        if (!held) {
            continue;
        }
        for (int i = 0; i < 3; ++i) {
            copy_rows(bytes_of(seen),
                      held->found.pixels.unparsed().data(),
                      {sizeof(seen), 1, sizeof(seen), sizeof(seen)});
            ASSERT_FALSE(subscriber.is_lost(*held));
            ASSERT_TRUE(is_whole(seen));
            ++looks;
            dawdle(random);
        }
        subscriber.release(*held);
    }
}

/// Copies damage only, behind the writer, and skips frames.
void copy_behind(TestRegion& region, const std::atomic<bool>& stop, std::uint64_t& copies) {
    RelaySubscriber subscriber = join(region, 1);
    TestRandom random(3);
    Picture copy{};
    std::uint64_t shown = 0;
    while (!stop.load()) {
        subscriber.tick(monotonic_now());
        const auto wanted = random.one_in(2) ? Wanted::Announced : Wanted::Finished;
        const auto held = subscriber.take(0, wanted, shown);
        if (!held) {
            continue;
        }
        FrameCopy frame_copy(
            subscriber.reader(0), held->found, held->damage, {bytes_of(copy), sizeof(copy)});
        auto step = FrameCopy::Step::More;
        while (step == FrameCopy::Step::More || step == FrameCopy::Step::Waiting) {
            step = frame_copy.step();
        }
        ASSERT_NE(step, FrameCopy::Step::Torn);
        if (step == FrameCopy::Step::Complete) {
            shown = held->found.info.sequence;
            ASSERT_TRUE(is_whole(copy));
            ++copies;
        }
        subscriber.release(*held);
        dawdle(random);
    }
}

TEST(RelayThreads, AHeldSlotStandsAndACopyIsWholeAtFullSpeed) {
    TestRegion region(2U << 20U);
    Publisher publisher = region.publish(4);
    Writer writer(publisher);
    std::atomic<bool> stop = false;
    std::uint64_t looks = 0;
    std::uint64_t copies = 0;
    {
        std::jthread holder([&] { hold_and_look(region, stop, looks); });
        std::jthread copier([&] { copy_behind(region, stop, copies); });
        const Nanoseconds end = monotonic_now() + kDuration;
        while (monotonic_now() < end && !testing::Test::HasFatalFailure()) {
            writer.step();
        }
        stop = true;
    }

    EXPECT_GT(publisher.frames(), 100U);
    EXPECT_GT(looks, 10U);
    EXPECT_GT(copies, 10U);
    RecordProperty("frames", std::to_string(publisher.frames()));
}

/// Two slots and two viewers that each want one: then they lose slots, and notice.
TEST(RelayThreads, WhatIsNotLostIsWholeWhereSlotsAreScarce) {
    TestRegion region;
    Publisher publisher = region.publish(2);
    Writer writer(publisher);
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> kept = 0;
    const auto look = [&](std::uint32_t viewer) {
        RelaySubscriber subscriber = join(region, viewer);
        TestRandom random(viewer);
        Picture seen{};
        while (!stop.load()) {
            subscriber.tick(monotonic_now());
            const auto held = subscriber.take(0, Wanted::Finished, 0);
            if (!held) {
                continue;
            }
            copy_rows(bytes_of(seen),
                      held->found.pixels.unparsed().data(),
                      {sizeof(seen), 1, sizeof(seen), sizeof(seen)});
            if (!subscriber.is_lost(*held)) {
                ASSERT_TRUE(is_whole(seen));
                ++kept;
            }
            dawdle(random);
            subscriber.release(*held);
        }
    };
    {
        std::jthread one([&] { look(0); });
        std::jthread other([&] { look(1); });
        const Nanoseconds end = monotonic_now() + kDuration;
        while (monotonic_now() < end && !testing::Test::HasFatalFailure()) {
            writer.step();
        }
        stop = true;
    }

    EXPECT_GT(kept.load(), 0U);
}

/// Wishes and answers while both ends and their counts move: none is torn, none is lost.
TEST(RelayThreads, WishesAndAnswersArriveWhole) {
    constexpr std::uint32_t kCount = 20'000;
    TestRegion region;
    Publisher publisher = region.publish(3);
    std::atomic<bool> is_done = false;
    std::jthread viewer([&](const std::stop_token& stop) {
        RelaySubscriber subscriber(region.bytes(), {.viewer = 4});
        subscriber.tick(Nanoseconds(1));
        std::uint32_t answered = 0;
        for (std::uint32_t sent = 0; answered < kCount && !stop.stop_requested();) {
            subscriber.refresh(Nanoseconds(1));
            const std::uint32_t side = 400 + sent % 1000;
            if (sent < kCount && sent - answered < 100 &&
                subscriber.want_mode(0, {side, side + 1}, side) == Subscriber::Asked::Sent) {
                ++sent;
            }
            while (const auto answer = subscriber.mode_answer()) {
                ASSERT_EQ(answer->answer == ModeAnswer::Accepted, answered % 2 == 0) << answered;
                ++answered;
            }
        }
        is_done = answered == kCount;
    });
    const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(20);
    std::uint32_t heard = 0;
    while (heard < kCount && monotonic_now() < give_up) {
        publisher.survey(Nanoseconds(1));
        while (const auto wish = publisher.next_wish()) {
            const std::uint32_t side = 400 + heard % 1000;
            ASSERT_EQ(*wish, (ModeWish{4, 0, {side, side + 1}, side})) << heard;
            publisher.answer_wish(
                4, 0, heard % 2 == 0 ? ModeAnswer::Accepted : ModeAnswer::Refused);
            ++heard;
        }
    }
    EXPECT_EQ(heard, kCount);
    // The last answers are read before it ends by itself.
    while (!is_done && monotonic_now() < give_up) {
        std::this_thread::yield();
    }
    EXPECT_TRUE(is_done);
}

/// Overwrites words of the control part with values made to hurt, and puts some right again.
void vandalise(TestRegion& region,
               std::span<const std::byte> right,
               const std::atomic<bool>& stop) {
    constexpr std::uint64_t kStart = 3 * abi::kSlotAlignment;  // Behind the slots.
    TestRandom random(9);
    const auto word_at = [right](std::uint64_t place) {
        std::uint64_t word = 0;
        std::memcpy(&word, right.data() + place, sizeof(word));
        return word;
    };
    while (!stop.load()) {
        const std::uint64_t words = (region.size() - kStart) / 8;
        for (int i = 0; i < 20; ++i) {
            // Half of them in the root, the rest anywhere in the tables.
            const std::uint64_t place =
                random.one_in(2) ? region.root() + random.below(58) * 8
                                 : kStart + random.below(static_cast<std::uint32_t>(words)) * 8;
            const std::uint64_t old = word_at(place);
            const std::array<std::uint64_t, 6> values{
                0, ~0ULL, old + 1, old << 8U, old ^ 1ULL << random.below(64), random.word()};
            region.put(place, values[random.below(values.size())]);
            if (random.one_in(2)) {
                region.put(place, old);
            }
        }
        for (std::uint64_t place = kStart; place < region.size(); place += 8) {
            region.put(place, word_at(place));
        }
    }
}

TEST(RelayThreads, ASubscriberStandsAPublisherThatRewritesEverything) {
    TestRegion region;
    Publisher publisher = region.publish(3);
    publish_frame(publisher);
    publish_frame(publisher, Damage(Rect{3, 4, 5, 6}));
    publisher.cursor(0).set_position({1, 2, CursorPosition::Visibility::Shown}, Nanoseconds(1));
    std::atomic<bool> stop = false;
    const std::vector<std::byte> right(region.bytes().begin(), region.bytes().end());
    std::jthread vandal([&] { vandalise(region, right, stop); });
    RelaySubscriber subscriber(region.bytes(), {.viewer = 7});
    std::vector<std::byte> copy;
    std::uint64_t taken = 0;
    std::uint64_t rounds = 0;

    const Nanoseconds end = monotonic_now() + kDuration;
    for (; monotonic_now() < end; ++rounds) {
        subscriber.tick(Nanoseconds(static_cast<std::int64_t>(rounds)));
        static_cast<void>(subscriber.cursor_news(0));
        while (subscriber.mode_answer()) {}
        static_cast<void>(subscriber.want_mode(0, {640, 480}, 60'000));
        const auto held = subscriber.take(0, Wanted::Finished, 1);
        if (!held) {
            continue;
        }
        ++taken;
        const auto pixels = held->found.pixels.unparsed();
        ASSERT_GE(pixels.data(), region.bytes().data());
        ASSERT_LE(pixels.data() + pixels.size(), region.bytes().data() + region.size());
        ASSERT_TRUE(Rect::of(held->found.info.geometry.size).contains(held->damage.bounds()));
        copy.resize(static_cast<std::size_t>(held->found.info.geometry.bytes()));
        FrameCopy(subscriber.reader(0), held->found, held->damage, copy).step();
        subscriber.release(*held);
    }
    stop = true;
    vandal.join();

    EXPECT_GT(taken, 0U);
    subscriber.refresh(Nanoseconds(1));
    RecordProperty("rounds", std::to_string(rounds));
}

}  // namespace
}  // namespace oriel
