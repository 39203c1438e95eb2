// SPDX-License-Identifier: MIT
// What every presenter promises of its pictures, pixel for pixel, as another program sees them.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "present/layer.h"
#include "present/picture_stage.h"

namespace oriel {
namespace {

using test::bgrx;
using test::expected_pixels;
using test::PictureStage;
using test::plain_layer;
using test::test_colour;

using Colour = std::function<std::uint32_t(std::uint32_t x, std::uint32_t y)>;

constexpr Size kSize = {160, 90};
constexpr std::uint64_t kSlot = 1 << 20;

std::uint32_t other_colour(std::uint32_t x, std::uint32_t y) {
    return test_colour(x, y) ^ 0xFFFFFF;
}

void fill_region(PictureStage& stage,
                 const FrameGeometry& geometry,
                 const Rect& part,
                 const Colour& colour,
                 std::uint64_t at = 0) {
    stage.region().fill(at, geometry, part, [&](std::uint32_t x, std::uint32_t y) {
        return colour(x, y) | stage.unused_byte();
    });
}

struct Display {
    std::string name;
    std::unique_ptr<PictureStage> (*make)(Size window);
};

void PrintTo(const Display& display, std::ostream* out) {  // NOLINT(readability-identifier-naming)
    *out << display.name;
}

const Display kX11{"X11", test::make_x11_picture_stage};
const Display kSway{"Sway", test::make_sway_picture_stage};
const auto kDisplays =
    testing::Values(kX11, kSway, Display{"Weston", test::make_weston_picture_stage});

class EveryPicture : public testing::TestWithParam<Display> {
  protected:
    enum class Way : std::uint8_t { HandedOn, Copied };

    void open(Size window, Way way = Way::HandedOn) {
        stage_ = GetParam().make(window);
        ASSERT_TRUE(way == Way::Copied || stage_->bind());
    }

    PresentFrame frame(const FrameGeometry& geometry, std::uint64_t at = 0) {
        return stage_->region().frame(at, geometry);
    }

    void fill(const FrameGeometry& geometry, const Colour& colour, std::uint64_t at = 0) {
        fill_part(geometry, Rect::of(geometry.size), colour, at);
    }

    void fill_part(const FrameGeometry& geometry,
                   const Rect& part,
                   const Colour& colour,
                   std::uint64_t at = 0) {
        fill_region(*stage_, geometry, part, colour, at);
    }

    void show_whole(const FrameGeometry& geometry, std::uint64_t at = 0) {
        ASSERT_TRUE(stage_->driver().show_whole(frame(geometry, at)));
    }

    void show(const FrameGeometry& geometry, const Damage& damage, std::uint64_t at = 0) {
        ASSERT_TRUE(stage_->driver().show(frame(geometry, at), damage));
    }

    /// A display under load takes its time.
    void expect(Size window, const Colour& colour) {
        EXPECT_EQ(stage_->presenter().area().size, window);
        const std::vector<std::uint32_t> expected = expected_pixels(window, colour);
        const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(5);
        std::vector<std::uint32_t> seen = stage_->look();
        while (seen != expected && monotonic_now() < give_up) {
            seen = stage_->look();
        }
        EXPECT_EQ(seen, expected);
    }

    std::unique_ptr<PictureStage> stage_;
};

TEST_P(EveryPicture, StandsInTheWindowStraightFromTheRegion) {
    open(kSize);
    const FrameGeometry geometry = bgrx(kSize, 96);
    fill(geometry, test_colour, kSlot);

    show_whole(geometry, kSlot);

    expect(kSize, test_colour);
}

TEST_P(EveryPicture, StandsInTheWindowFromACopy) {
    open(kSize, Way::Copied);
    const FrameGeometry geometry = bgrx(kSize, 8);
    fill(geometry, test_colour, kSlot);

    show_whole(geometry, kSlot);

    expect(kSize, test_colour);
}

/// Where copies alternate between images, each has to have what went into the other.
TEST_P(EveryPicture, HoldsAllChangesOfManyCopies) {
    open(kSize, Way::Copied);
    const FrameGeometry geometry = bgrx(kSize);
    fill(geometry, test_colour);
    show_whole(geometry);

    for (std::uint32_t i = 0; i < 8; ++i) {
        const Rect part{i * 20, i * 10, 15, 9};
        fill_part(geometry, part, other_colour);
        show(geometry, Damage(part));
    }

    expect(kSize, [](std::uint32_t x, std::uint32_t y) {
        const bool is_changed = x / 20 < 8 && x % 20 < 15 && y / 10 == x / 20 && y % 10 < 9;
        return is_changed ? other_colour(x, y) : test_colour(x, y);
    });
}

TEST_P(EveryPicture, IsCutToItsCrop) {
    open({100, 70});
    const FrameGeometry geometry = bgrx(kSize);
    fill(geometry, test_colour);
    PresentFrame cropped = frame(geometry);
    cropped.info.crop = {20, 10, 100, 70};

    ASSERT_TRUE(stage_->driver().show_whole(cropped));

    expect({100, 70}, [](std::uint32_t x, std::uint32_t y) { return test_colour(x + 20, y + 10); });
}

TEST_P(EveryPicture, IsTurnedUpright) {
    open({90, 160});
    FrameGeometry geometry = bgrx(kSize);
    geometry.transform = 1;
    fill(geometry, test_colour);

    show_whole(geometry);

    expect({90, 160}, [](std::uint32_t x, std::uint32_t y) { return test_colour(y, 89 - x); });
}

TEST_P(EveryPicture, KeepsItsColoursInOtherFormats) {
    open(kSize);
    FrameGeometry geometry = bgrx(kSize);
    geometry.format = PixelFormat::Rgba8;
    fill(geometry, [](std::uint32_t x, std::uint32_t y) {
        const std::uint32_t bgr = test_colour(x, y);
        return bgr >> 16U | (bgr & 0xFF00U) | (bgr & 0xFFU) << 16U;
    });

    show_whole(geometry);

    expect(kSize, test_colour);
}

TEST_P(EveryPicture, ConvertsTheDamageOfLaterFrames) {
    open(kSize);
    FrameGeometry geometry = bgrx(kSize);
    geometry.transform = 2;
    fill(geometry, test_colour);
    show_whole(geometry);
    const Rect changed{0, 0, 40, 30};
    fill_part(geometry, changed, other_colour);

    show(geometry, Damage(changed));

    expect(kSize, [&](std::uint32_t x, std::uint32_t y) {
        const std::uint32_t from_x = kSize.width - 1 - x;
        const std::uint32_t from_y = kSize.height - 1 - y;
        const bool is_changed = changed.contains({from_x, from_y, 1, 1});
        return is_changed ? other_colour(from_x, from_y) : test_colour(from_x, from_y);
    });
}

TEST_P(EveryPicture, TakesAStrideThatIsNoWholePixels) {
    open(kSize);
    const FrameGeometry geometry = bgrx(kSize, 2);
    fill(geometry, test_colour);

    show_whole(geometry);

    expect(kSize, test_colour);
}

TEST_P(EveryPicture, EndsWhereTheRegionDoes) {
    open(kSize);
    const FrameGeometry geometry = bgrx(kSize, 64);
    // Its last row has no padding behind it.
    const std::uint64_t last = stage_->region().memory().bytes().size() - geometry.bytes();
    fill(geometry, test_colour, last);

    show_whole(geometry, last);

    expect(kSize, test_colour);
}

TEST_P(EveryPicture, KeepsItsAspectBetweenBlackBars) {
    open({160, 200});
    const FrameGeometry geometry = bgrx(kSize);
    fill(geometry, test_colour);

    show_whole(geometry);

    expect({160, 200}, [](std::uint32_t x, std::uint32_t y) {
        const bool is_bar = y < 55 || y >= 145;
        return is_bar ? kBarColour : test_colour(x, y - 55);
    });
}

/// How displays filter is their business: what lies in the middle of a block is told by every one.
TEST_P(EveryPicture, GrowsByWholePixelsWhereThatIsAskedFor) {
    open({500, 300});
    const FrameGeometry geometry = bgrx(kSize);
    fill(geometry, test::block_colour);
    show_whole(geometry);

    stage_->presenter().set_scaling(Scaling::Integer);
    stage_->driver().settle();
    show(geometry, Damage{});

    const auto seen = stage_->look();
    ASSERT_EQ(seen.size(), 500U * 300U);
    for (std::uint32_t y = 0; y < 300; ++y) {
        for (std::uint32_t x = 0; x < 500; ++x) {
            const std::uint32_t found = seen[std::size_t{y} * 500 + x];
            if (!Rect{10, 15, 480, 270}.contains({x, y, 1, 1})) {
                ASSERT_EQ(found, kBarColour) << x << "," << y;
            } else if ((x - 10) % 60 == 30 && (y - 15) % 60 == 30) {
                ASSERT_EQ(found, test::block_colour((x - 10) / 3, (y - 15) / 3)) << x << "," << y;
            }
        }
    }
}

TEST_P(EveryPicture, StaysAsItIsWhereItIsOnlyToShrink) {
    open({500, 300});
    stage_->presenter().set_scaling(Scaling::Down);
    const FrameGeometry geometry = bgrx(kSize);
    fill(geometry, test_colour);

    show_whole(geometry);

    expect({500, 300}, [](std::uint32_t x, std::uint32_t y) {
        const bool is_inside = Rect{170, 105, 160, 90}.contains({x, y, 1, 1});
        return is_inside ? test_colour(x - 170, y - 105) : kBarColour;
    });
}

TEST_P(EveryPicture, IsHiddenByAMessageThatGivesWayToIt) {
    open(kSize);
    const FrameGeometry geometry = bgrx(kSize);
    fill(geometry, test_colour);
    show_whole(geometry);
    Presenter& presenter = stage_->presenter();

    ASSERT_TRUE(presenter.show_layer(Layer::Message, plain_layer({60, 20}, 0xFF8000)));
    stage_->driver().settle();
    expect(kSize, [](std::uint32_t x, std::uint32_t y) {
        return Rect{50, 35, 60, 20}.contains({x, y, 1, 1}) ? 0xFF8000U : kMessageColour;
    });

    ASSERT_TRUE(presenter.show_layer(Layer::Message, {}));
    show(geometry, Damage{});
    expect(kSize, test_colour);
}

TEST_P(EveryPicture, LiesBelowAnOverlayInTheCornerAsAMessageDoes) {
    open(kSize);
    const FrameGeometry geometry = bgrx(kSize);
    fill(geometry, test_colour);
    Presenter& presenter = stage_->presenter();
    ASSERT_TRUE(presenter.show_layer(Layer::Overlay, plain_layer({40, 30}, 0x00FF00)));
    show_whole(geometry);
    expect(kSize, [](std::uint32_t x, std::uint32_t y) {
        return x < 40 && y < 30 ? 0x00FF00U : test_colour(x, y);
    });

    ASSERT_TRUE(presenter.show_layer(Layer::Message, plain_layer({160, 90}, 0xFF8000)));
    stage_->driver().settle();

    expect(kSize, [](std::uint32_t x, std::uint32_t y) {
        return x < 40 && y < 30 ? 0x00FF00U : 0xFF8000U;
    });
}

/// Where a screenshot draws nothing anew, as Weston's does.
class DamagedPicture : public EveryPicture {};

TEST_P(DamagedPicture, ChangesOnlyWhereTheDamageIs) {
    open(kSize);
    const FrameGeometry geometry = bgrx(kSize);
    fill(geometry, test_colour);
    fill(geometry, other_colour, kSlot);
    show_whole(geometry);
    stage_->driver().settle();
    Damage damage(Rect{10, 20, 30, 5});
    damage.add(Rect{100, 60, 1, 1});

    show(geometry, damage, kSlot);

    expect(kSize, [&](std::uint32_t x, std::uint32_t y) {
        return damage.overlaps({x, y, 1, 1}) ? other_colour(x, y) : test_colour(x, y);
    });
}

INSTANTIATE_TEST_SUITE_P(Displays,
                         DamagedPicture,
                         testing::Values(kX11, kSway),
                         [](const auto& made) { return made.param.name; });

INSTANTIATE_TEST_SUITE_P(Displays, EveryPicture, kDisplays, [](const auto& made) {
    return made.param.name;
});

struct Channels {
    std::array<int, 3> of;

    explicit Channels(std::uint32_t colour)
        : of{static_cast<int>(colour >> 16U & 0xFFU),
             static_cast<int>(colour >> 8U & 0xFFU),
             static_cast<int>(colour & 0xFFU)} {}
};

/// The source's pixels along one side that a filter may have mixed: less than one pixel of the
/// coarser of the two grids away.
struct Footprint {
    std::uint32_t first;
    std::uint32_t last;

    Footprint(std::uint32_t at, double factor, std::uint32_t side) {
        constexpr double kInexact = 0.02;
        const double centre = (at + 0.5) / factor - 0.5;
        const double reach = std::max(1.0, 1 / factor) + kInexact;
        const auto inside = [side](double place) {
            return static_cast<std::uint32_t>(std::clamp(place, 0.0, side - 1.0));
        };
        first = inside(std::ceil(centre - reach));
        last = inside(std::floor(centre + reach));
    }
};

/// Each channel lies between the least and the greatest of the source's there, but for rounding.
bool is_mixed_of(std::uint32_t seen, const Footprint& columns, const Footprint& rows) {
    std::array<int, 3> least{255, 255, 255};
    std::array<int, 3> most{0, 0, 0};
    for (std::uint32_t y = rows.first; y <= rows.last; ++y) {
        for (std::uint32_t x = columns.first; x <= columns.last; ++x) {
            const Channels source(test_colour(x, y));
            for (std::size_t i = 0; i < 3; ++i) {
                least[i] = std::min(least[i], source.of[i]);
                most[i] = std::max(most[i], source.of[i]);
            }
        }
    }
    const Channels found(seen);
    for (std::size_t i = 0; i < 3; ++i) {
        if (found.of[i] < least[i] - 1 || found.of[i] > most[i] + 1) {
            return false;
        }
    }
    return true;
}

class EveryScale : public testing::TestWithParam<std::tuple<Display, double>> {};

TEST_P(EveryScale, IsRightButForTheFilter) {
    constexpr Size kPicture = {240, 160};
    const double factor = std::get<1>(GetParam());
    const Size window = {static_cast<std::uint32_t>(kPicture.width * factor),
                         static_cast<std::uint32_t>(kPicture.height * factor)};
    const auto stage = std::get<0>(GetParam()).make(window);
    ASSERT_TRUE(stage->bind());
    const FrameGeometry geometry = bgrx(kPicture);
    fill_region(*stage, geometry, Rect::of(kPicture), test_colour);

    ASSERT_TRUE(stage->driver().show_whole(stage->region().frame(0, geometry)));

    const auto seen = stage->look();
    ASSERT_EQ(seen.size(), window.area());
    for (std::uint32_t y = 0; y < window.height; ++y) {
        const Footprint rows(y, factor, kPicture.height);
        for (std::uint32_t x = 0; x < window.width; ++x) {
            const std::uint32_t found = seen[std::size_t{y} * window.width + x];
            ASSERT_TRUE(is_mixed_of(found, Footprint(x, factor, kPicture.width), rows))
                << std::hex << found << " at " << std::dec << x << "," << y;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Factors,
                         EveryScale,
                         testing::Combine(kDisplays, testing::Values(0.5, 0.75, 1.0, 1.5, 2.0)),
                         [](const auto& made) {
                             const double factor = std::get<1>(made.param);
                             return std::get<0>(made.param).name + "By" +
                                    std::to_string(std::lround(factor * 100)) + "Percent";
                         });

}  // namespace
}  // namespace oriel
