// SPDX-License-Identifier: MIT
// What a producer may write beside its pictures, hostile words included.
#include "capture/pipewire/buffer_notes.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <spa/buffer/meta.h>
#include <spa/param/video/raw.h>

namespace oriel::pipewire_capture {
namespace {

constexpr Size kPicture{100, 80};
constexpr auto kMin = std::numeric_limits<std::int32_t>::min();
constexpr auto kMax = std::numeric_limits<std::int32_t>::max();
constexpr auto kMaxUnsigned = std::numeric_limits<std::uint32_t>::max();

/// A buffer with one metadata, in memory of just its size.
class NotesOf {
  public:
    template <class T>
    NotesOf(std::uint32_t type, const std::vector<T>& values)
        : bytes_(values.size() * sizeof(T)),
          meta_{type, static_cast<std::uint32_t>(bytes_.size()), bytes_.data()} {
        std::memcpy(bytes_.data(), values.data(), bytes_.size());
        buffer_.n_metas = 1;
        buffer_.metas = &meta_;
    }

    const spa_buffer& buffer() const { return buffer_; }

  private:
    std::vector<std::byte> bytes_;
    spa_meta meta_;
    spa_buffer buffer_{};
};

spa_meta_region region(std::int32_t x, std::int32_t y, std::uint32_t width, std::uint32_t height) {
    return {{{x, y}, {width, height}}};
}

Damage damage_of(const std::vector<spa_meta_region>& regions) {
    return read_picture_notes(NotesOf(SPA_META_VideoDamage, regions).buffer(), kPicture).damage;
}

TEST(PictureNotes, CountAllWhereNothingIsTold) {
    EXPECT_TRUE(read_picture_notes(spa_buffer{}, kPicture).damage.covers(Rect::of(kPicture)));
    EXPECT_TRUE(damage_of({region(0, 0, 0, 0)}).covers(Rect::of(kPicture)));
}

TEST(PictureNotes, EndWithTheFirstEmptyRectangle) {
    const Damage damage = damage_of({region(1, 2, 3, 4), region(0, 0, 0, 0), region(50, 50, 9, 9)});
    EXPECT_EQ(damage.area(), 12U);
    EXPECT_TRUE(damage.covers({1, 2, 3, 4}));
}

TEST(PictureNotes, CutDamageDownToThePicture) {
    EXPECT_EQ(damage_of({region(kMin, kMin, kMaxUnsigned, kMaxUnsigned)}).bounds(),
              Rect::of(kPicture));
    EXPECT_EQ(damage_of({region(90, 70, kMaxUnsigned, kMaxUnsigned)}).bounds(),
              (Rect{90, 70, 10, 10}));
    EXPECT_TRUE(damage_of({region(kMax, kMax, kMaxUnsigned, 1)}).is_empty());
}

TEST(PictureNotes, CutTheCropDownToThePicture) {
    const auto crop_of = [](const spa_meta_region& crop) {
        const std::vector<spa_meta_region> one{crop};
        return read_picture_notes(NotesOf(SPA_META_VideoCrop, one).buffer(), kPicture).crop;
    };
    EXPECT_EQ(crop_of(region(-5, 10, 50, kMaxUnsigned)), (Rect{0, 10, 45, 70}));
    EXPECT_EQ(crop_of(region(500, 500, 5, 5)), Rect::of(kPicture));
}

TEST(PictureNotes, KnowEightTransforms) {
    const auto transform_of = [](std::uint32_t value) {
        const std::vector<spa_meta_videotransform> one{{value}};
        return read_picture_notes(NotesOf(SPA_META_VideoTransform, one).buffer(), kPicture)
            .transform;
    };
    EXPECT_EQ(transform_of(7), 7U);
    EXPECT_EQ(transform_of(8), 0U);
}

/// A pointer of 2 x 2 pixels.
struct Pointer {
    spa_meta_cursor cursor{
        1, 0, {10, 20}, {1, 1}, static_cast<std::uint32_t>(sizeof(spa_meta_cursor))};
    spa_meta_bitmap bitmap{
        SPA_VIDEO_FORMAT_BGRA, {2, 2}, 8, static_cast<std::uint32_t>(sizeof(spa_meta_bitmap))};
    std::array<std::uint32_t, 4> pixels{1, 2, 3, 4};
};

std::optional<CursorNotes> notes_of(const Pointer& pointer) {
    return read_cursor_notes(NotesOf(SPA_META_Cursor, std::vector<Pointer>{pointer}).buffer());
}

TEST(CursorNotes, HaveTheShape) {
    const auto notes = notes_of({});
    ASSERT_TRUE(notes && notes->image);
    EXPECT_EQ(notes->image->size, (Size{2, 2}));
    EXPECT_EQ(notes->position.x, 10);
    EXPECT_EQ(notes->image->pixels[12], std::byte{4});
}

TEST(CursorNotes, HideAPointerWithoutANumberOrWithoutAShape) {
    Pointer gone;
    gone.cursor.id = 0;
    EXPECT_EQ(notes_of(gone)->position.visibility, CursorPosition::Visibility::Hidden);
    Pointer shapeless;
    shapeless.bitmap.size = {0, 0};
    EXPECT_TRUE(notes_of(shapeless)->is_shapeless);
}

struct Spoiled {
    const char* name;
    void (*spoil)(Pointer&);
};

class CursorNotesRefuse : public testing::TestWithParam<Spoiled> {};

INSTANTIATE_TEST_SUITE_P(HostileProducer,
                         CursorNotesRefuse,
                         testing::Values(Spoiled{"OffsetOutside",
                                                 [](Pointer& p) {
                                                     p.cursor.bitmap_offset = kMaxUnsigned;
                                                 }},
                                         Spoiled{"OffsetAtTheEnd",
                                                 [](Pointer& p) {
                                                     p.cursor.bitmap_offset = sizeof(Pointer) - 4;
                                                 }},
                                         Spoiled{"OffsetInTheCursor",
                                                 [](Pointer& p) {
                                                     p.cursor.bitmap_offset = 4;
                                                 }},
                                         Spoiled{"OneRowTooMany",
                                                 [](Pointer& p) {
                                                     p.bitmap.size.height = 3;
                                                 }},
                                         Spoiled{"OneColumnTooMany",
                                                 [](Pointer& p) {
                                                     p.bitmap.size.width = 3;
                                                 }},
                                         Spoiled{"HugeWidth",
                                                 [](Pointer& p) {
                                                     p.bitmap.size.width = kMaxUnsigned;
                                                 }},
                                         Spoiled{"HugeHeight",
                                                 [](Pointer& p) {
                                                     p.bitmap.size.height = kMaxUnsigned;
                                                 }},
                                         Spoiled{"HugeStride",
                                                 [](Pointer& p) {
                                                     p.bitmap.stride = kMax;
                                                 }},
                                         Spoiled{"NegativeStride",
                                                 [](Pointer& p) {
                                                     p.bitmap.stride = -8;
                                                 }},
                                         Spoiled{"PixelsOutside",
                                                 [](Pointer& p) {
                                                     p.bitmap.offset = kMaxUnsigned;
                                                 }},
                                         Spoiled{"PixelsFourBytesOn",
                                                 [](Pointer& p) {
                                                     p.bitmap.offset += 4;
                                                 }},
                                         Spoiled{"UnknownFormat",
                                                 [](Pointer& p) {
                                                     p.bitmap.format = SPA_VIDEO_FORMAT_NV12;
                                                 }}),
                         [](const auto& each) { return each.param.name; });

TEST_P(CursorNotesRefuse, TheShape) {
    Pointer pointer;
    GetParam().spoil(pointer);

    const auto notes = notes_of(pointer);

    ASSERT_TRUE(notes);
    EXPECT_FALSE(notes->image);
}

}  // namespace
}  // namespace oriel::pipewire_capture
