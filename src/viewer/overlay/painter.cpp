// SPDX-License-Identifier: MIT
#include "viewer/overlay/painter.h"

#include <algorithm>
#include <utility>

#include <pango/pangocairo.h>

#include "base/assert.h"

namespace oriel {
namespace {

constexpr const char* kFont = "Sans";
constexpr std::size_t kLongestText = 4096;
constexpr double kChannelMax = 255.0;

template <auto Function>
struct Freed {
    template <class T>
    void operator()(T* object) const noexcept {
        Function(object);
    }
};

using Layout = std::unique_ptr<PangoLayout, Freed<g_object_unref>>;
using Text = std::unique_ptr<char, Freed<g_free>>;
using Font = std::unique_ptr<PangoFontDescription, Freed<pango_font_description_free>>;

int pango_units(double length) {
    return static_cast<int>(length * PANGO_SCALE);
}

void set_colour(cairo_t* cairo, std::uint32_t rgb) {
    cairo_set_source_rgb(cairo,
                         (rgb >> 16U & 0xFFU) / kChannelMax,
                         (rgb >> 8U & 0xFFU) / kChannelMax,
                         (rgb & 0xFFU) / kChannelMax);
}

PangoAlignment alignment(Painter::Style::Align align) {
    switch (align) {
    case Painter::Style::Align::Centre:
        return PANGO_ALIGN_CENTER;
    case Painter::Style::Align::Right:
        return PANGO_ALIGN_RIGHT;
    case Painter::Style::Align::Left:
        return PANGO_ALIGN_LEFT;
    }
    return PANGO_ALIGN_LEFT;
}

Layout lay_out(cairo_t* cairo, const std::string& text, double width, const Painter::Style& style) {
    Layout layout(pango_cairo_create_layout(cairo));
    const Font font(pango_font_description_from_string(kFont));
    pango_font_description_set_absolute_size(font.get(), pango_units(style.height));
    if (style.weight == Painter::Style::Weight::Bold) {
        pango_font_description_set_weight(font.get(), PANGO_WEIGHT_BOLD);
    }
    pango_layout_set_font_description(layout.get(), font.get());
    pango_layout_set_width(layout.get(), pango_units(width));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout.get(), alignment(style.align));
    if (style.fit == Painter::Style::Fit::CutOff) {
        pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
    }
    const Text valid(
        g_utf8_make_valid(text.data(), static_cast<gssize>(std::min(text.size(), kLongestText))));
    pango_layout_set_text(layout.get(), valid.get(), -1);
    return layout;
}

}  // namespace

void Painter::Free::operator()(cairo_t* cairo) const noexcept {
    cairo_destroy(cairo);
}

void Painter::Free::operator()(cairo_surface_t* surface) const noexcept {
    cairo_surface_destroy(surface);
}

Painter::Painter(Size pixels, double scale, std::uint32_t background)
    : image_{pixels, std::vector<std::byte>(pixels.area() * 4)} {
    ORIEL_ASSERT(!pixels.is_empty());
    surface_.reset(
        cairo_image_surface_create_for_data(reinterpret_cast<unsigned char*>(image_.pixels.data()),
                                            CAIRO_FORMAT_RGB24,
                                            static_cast<int>(pixels.width),
                                            static_cast<int>(pixels.height),
                                            static_cast<int>(pixels.width * 4)));
    cairo_.reset(cairo_create(surface_.get()));
    cairo_scale(cairo_.get(), scale, scale);
    fill({0, 0, pixels.width / scale, pixels.height / scale}, background);
}

Painter::~Painter() = default;

void Painter::fill(const Place& place, std::uint32_t rgb) {
    set_colour(cairo_.get(), rgb);
    cairo_rectangle(cairo_.get(), place.x, place.y, place.width, place.height);
    cairo_fill(cairo_.get());
}

double Painter::text(
    double x, double y, double width, const std::string& text, const Style& style) {
    const Layout layout = lay_out(cairo_.get(), text, width, style);
    set_colour(cairo_.get(), style.rgb);
    cairo_move_to(cairo_.get(), x, y);
    pango_cairo_show_layout(cairo_.get(), layout.get());
    int height = 0;
    pango_layout_get_size(layout.get(), nullptr, &height);
    return static_cast<double>(height) / PANGO_SCALE;
}

Painter::Extent Painter::measure(const std::string& text, double width, const Style& style) {
    const std::unique_ptr<cairo_surface_t, Free> surface(
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1));
    const std::unique_ptr<cairo_t, Free> cairo(cairo_create(surface.get()));
    const Layout layout = lay_out(cairo.get(), text, width, style);
    PangoRectangle place{};  // Where its lines are, without the free space beside them.
    pango_layout_get_extents(layout.get(), nullptr, &place);
    return {static_cast<double>(place.x) / PANGO_SCALE,
            static_cast<double>(std::max(place.width, 0)) / PANGO_SCALE,
            static_cast<double>(std::max(place.height, 0)) / PANGO_SCALE};
}

LayerImage Painter::take() {
    cairo_surface_flush(surface_.get());
    cairo_.reset();
    surface_.reset();
    return std::move(image_);
}

}  // namespace oriel
