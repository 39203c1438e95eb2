// SPDX-License-Identifier: MIT
#include "viewer/text_panel.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include <pango/pangocairo.h>

namespace oriel {
namespace {

constexpr const char* kFont = "Sans";
constexpr int kTextPixels = 20;
constexpr int kSmallestTextPixels = 9;
constexpr std::uint32_t kTextColour = 0xE6E6E6;
constexpr std::size_t kLongestText = 4096;
constexpr double kChannelMax = 255.0;

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using Surface = std::unique_ptr<cairo_surface_t, Freed<cairo_surface_destroy>>;
using Cairo = std::unique_ptr<cairo_t, Freed<cairo_destroy>>;
using Layout = std::unique_ptr<PangoLayout, Freed<g_object_unref>>;
using Text = std::unique_ptr<char, Freed<g_free>>;
using Font = std::unique_ptr<PangoFontDescription, Freed<pango_font_description_free>>;

void set_colour(cairo_t* cairo, std::uint32_t rgb) {
    cairo_set_source_rgb(cairo,
                         (rgb >> 16U & 0xFFU) / kChannelMax,
                         (rgb >> 8U & 0xFFU) / kChannelMax,
                         (rgb & 0xFFU) / kChannelMax);
}

Layout lay_out(cairo_t* cairo, const std::string& text, const WindowArea& area) {
    const Size window = area.size;
    Layout layout(pango_cairo_create_layout(cairo));
    const Font font(pango_font_description_from_string(kFont));
    const int fitting = std::clamp(
        static_cast<int>(window.width) / 30,
        kSmallestTextPixels,
        std::max(static_cast<int>(std::lround(kTextPixels * area.scale)), kSmallestTextPixels));
    pango_font_description_set_absolute_size(font.get(), fitting * PANGO_SCALE);
    pango_layout_set_font_description(layout.get(), font.get());
    pango_layout_set_width(layout.get(), static_cast<int>(window.width) * 9 / 10 * PANGO_SCALE);
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout.get(), PANGO_ALIGN_CENTER);
    const Text valid(
        g_utf8_make_valid(text.data(), static_cast<gssize>(std::min(text.size(), kLongestText))));
    pango_layout_set_text(layout.get(), valid.get(), -1);
    return layout;
}

}  // namespace

LayerImage render_text_panel(const std::string& text, const WindowArea& area) {
    const Size window = area.size;
    const Surface probe(cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1));
    const Cairo measuring(cairo_create(probe.get()));
    const Layout layout = lay_out(measuring.get(), text, area);
    PangoRectangle place{};  // Where its lines are, without the free space beside them.
    pango_layout_get_pixel_extents(layout.get(), nullptr, &place);
    LayerImage panel;
    panel.size = {std::min(static_cast<std::uint32_t>(std::max(place.width, 0)), window.width),
                  std::min(static_cast<std::uint32_t>(std::max(place.height, 0)), window.height)};
    if (panel.size.is_empty()) {
        return {};
    }
    panel.pixels.resize(panel.size.area() * 4);
    const Surface surface(
        cairo_image_surface_create_for_data(reinterpret_cast<unsigned char*>(panel.pixels.data()),
                                            CAIRO_FORMAT_RGB24,
                                            static_cast<int>(panel.size.width),
                                            static_cast<int>(panel.size.height),
                                            static_cast<int>(panel.size.width * 4)));
    const Cairo cairo(cairo_create(surface.get()));
    set_colour(cairo.get(), kMessageColour);
    cairo_paint(cairo.get());
    set_colour(cairo.get(), kTextColour);
    cairo_move_to(cairo.get(), -place.x, -place.y);
    pango_cairo_show_layout(cairo.get(), layout.get());
    cairo_surface_flush(surface.get());
    return panel;
}

}  // namespace oriel
