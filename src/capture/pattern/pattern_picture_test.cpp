// SPDX-License-Identifier: MIT
#include "capture/pattern/pattern_picture.h"

#include <cstring>
#include <set>

#include <gtest/gtest.h>

namespace oriel {
namespace {

constexpr Size kSize{300, 200};
constexpr Nanoseconds kTime{1234567890123};

PatternOptions options_of(PatternChange change) {
    return {kSize, 60, change, {40, 30}};
}

struct Canvas {
    explicit Canvas(const PatternPicture& picture)
        : geometry(picture.geometry()), pixels(geometry.bytes()) {}

    std::uint32_t at(std::uint32_t x, std::uint32_t y) const {
        std::uint32_t pixel = 0;
        std::memcpy(&pixel, pixels.data() + std::size_t{y} * geometry.stride + x * 4, 4);
        return pixel;
    }

    FrameGeometry geometry;
    std::vector<std::byte> pixels;
};

Canvas painted(const PatternPicture& picture, std::uint64_t frame) {
    Canvas canvas(picture);
    picture.paint(canvas.pixels, canvas.geometry, Rect::of(kSize), {frame, kTime});
    return canvas;
}

class PatternPictureOf : public testing::TestWithParam<PatternChange> {};

INSTANTIATE_TEST_SUITE_P(EachKind,
                         PatternPictureOf,
                         testing::Values(PatternChange::Full,
                                         PatternChange::Rect,
                                         PatternChange::Still));

TEST_P(PatternPictureOf, ChangesNothingOutsideItsChange) {
    const PatternPicture picture(options_of(GetParam()));
    for (std::uint64_t frame = 1; frame < 130; ++frame) {
        const Canvas before = painted(picture, frame);
        Canvas updated = before;
        // Frames of a still pattern are the same one: the second is never drawn.
        const std::uint64_t next = GetParam() == PatternChange::Still ? frame : frame + 1;
        const Damage change = picture.change(frame, frame + 1);
        for (const Rect& rect : change.rects()) {
            picture.paint(updated.pixels, updated.geometry, rect, {next, kTime});
        }
        ASSERT_EQ(updated.pixels, painted(picture, next).pixels) << frame;
    }
}

TEST_P(PatternPictureOf, MatchesItsOwnFrameAndNoOther) {
    const PatternPicture picture(options_of(GetParam()));
    const Canvas canvas = painted(picture, 7);

    EXPECT_TRUE(picture.matches(canvas.pixels, canvas.geometry, 7));
    EXPECT_FALSE(picture.matches(canvas.pixels, canvas.geometry, 8));
    EXPECT_TRUE(verify_pattern(canvas.pixels, canvas.geometry, options_of(GetParam()), 7));
}

TEST_P(PatternPictureOf, NoticesOneWrongPixelButNoXByte) {
    const PatternPicture picture(options_of(GetParam()));
    Canvas canvas = painted(picture, 7);
    const std::size_t last = canvas.pixels.size() - 4;

    canvas.pixels[last + 3] ^= std::byte{0xFF};
    EXPECT_TRUE(picture.matches(canvas.pixels, canvas.geometry, 7));
    canvas.pixels[last] ^= std::byte{1};
    EXPECT_FALSE(picture.matches(canvas.pixels, canvas.geometry, 7));
}

TEST_P(PatternPictureOf, PaintsNotAPixelBesideThePart) {
    const PatternPicture picture(options_of(GetParam()));
    const Rect part{3, 5, 50, 60};
    Canvas canvas(picture);

    picture.paint(canvas.pixels, canvas.geometry, part, {7, kTime});

    const Canvas whole = painted(picture, 7);
    for (std::uint32_t y = 0; y < kSize.height; ++y) {
        for (std::uint32_t x = 0; x < kSize.width; ++x) {
            const bool inside = part.contains({x, y, 1, 1});
            ASSERT_EQ(canvas.at(x, y), inside ? whole.at(x, y) : 0) << x << "," << y;
        }
    }
}

TEST(PatternPicture, ChangesEveryPixelWhenFull) {
    const PatternPicture picture(options_of(PatternChange::Full));
    const Rect stamp = stamp_area(kSize);
    for (std::uint64_t frame = 1; frame < 70; ++frame) {
        const Canvas one = painted(picture, frame);
        const Canvas two = painted(picture, frame + 1);
        for (std::uint32_t y = stamp.bottom(); y < kSize.height; ++y) {
            for (std::uint32_t x = 0; x < kSize.width; ++x) {
                ASSERT_NE(one.at(x, y), two.at(x, y)) << frame << ": " << x << "," << y;
            }
        }
    }
}

TEST(PatternPicture, HasMoreThanAThousandColours) {
    const PatternPicture picture(options_of(PatternChange::Full));
    const Canvas canvas = painted(picture, 1);
    std::set<std::uint32_t> colours;
    for (std::uint32_t y = 0; y < kSize.height; ++y) {
        for (std::uint32_t x = 0; x < kSize.width; ++x) {
            colours.insert(canvas.at(x, y));
        }
    }

    EXPECT_GT(colours.size(), 1000);
}

TEST(PatternPicture, KeepsASmallChangeSmall) {
    const PatternPicture picture(options_of(PatternChange::Rect));

    EXPECT_LE(picture.change(7, 8).area(), stamp_area(kSize).area() + 2 * 40 * 30);
    EXPECT_TRUE(PatternPicture(options_of(PatternChange::Still)).change(7, 8).is_empty());
}

TEST(PatternStamp, ReadsWhatWasWritten) {
    const PatternPicture picture(options_of(PatternChange::Full));
    const PatternStamp stamp{0xFEDCBA9876543210, kTime};
    Canvas canvas(picture);

    write_stamp(canvas.pixels, canvas.geometry, Rect::of(kSize), stamp);

    EXPECT_EQ(read_stamp(canvas.pixels, canvas.geometry), stamp);
}

TEST(PatternStamp, IsNotFoundInABlackPictureOrAShortOne) {
    const PatternPicture picture(options_of(PatternChange::Full));
    const Canvas canvas(picture);

    EXPECT_FALSE(read_stamp(canvas.pixels, canvas.geometry));
    EXPECT_FALSE(read_stamp(std::span(canvas.pixels).first(1000), canvas.geometry));
}

TEST(PatternStamp, IsNotFoundWhereTwoFramesMix) {
    const PatternPicture picture(options_of(PatternChange::Full));
    Canvas canvas = painted(picture, 7);

    // Frame and time lie in the upper rows of blocks, their checksum in the last.
    Rect upper = stamp_area(kSize);
    upper.height -= 8;
    write_stamp(canvas.pixels, canvas.geometry, upper, {8, kTime});

    EXPECT_FALSE(read_stamp(canvas.pixels, canvas.geometry));
}

TEST(PatternStamp, FitsTheSmallestPattern) {
    EXPECT_FALSE(stamp_area({kMinPatternSide, kMinPatternSide}).is_empty());
    EXPECT_TRUE(stamp_area({7, 1000}).is_empty());
    EXPECT_TRUE(stamp_area({64, 100}).is_empty());
}

}  // namespace
}  // namespace oriel
