// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "present/layer.h"

// cairo is known to painter.cpp alone.
// NOLINTBEGIN(bugprone-reserved-identifier,modernize-use-using): the names are theirs
typedef struct _cairo cairo_t;
typedef struct _cairo_surface cairo_surface_t;

// NOLINTEND(bugprone-reserved-identifier,modernize-use-using)

namespace oriel {

/// Draws texts and rectangles into a LayerImage. Lengths are in units of which `scale` pixels make
/// one; colours are 0xRRGGBB.
///
/// Threads: one. Blocks: the first text looks for fonts, tens of milliseconds.
class Painter {
  public:
    /// All of `background`. Neither side may be 0.
    Painter(Size pixels, double scale, std::uint32_t background);
    ~Painter();
    Painter(const Painter&) = delete;
    Painter& operator=(const Painter&) = delete;

    struct Place {
        double x = 0;
        double y = 0;
        double width = 0;
        double height = 0;
    };

    void fill(const Place& place, std::uint32_t rgb);

    struct Style {
        std::uint32_t rgb = 0;
        double height = 13;  ///< Of the font.
        enum class Weight : std::uint8_t { Normal, Bold } weight = Weight::Normal;
        enum class Align : std::uint8_t { Left, Centre, Right } align = Align::Left;
        enum class Fit : std::uint8_t { CutOff, Wrap } fit = Fit::CutOff;
    };

    /// Within `width` from x (aligned there; centred and right-aligned, too), lines from y on.
    /// Returns how high it became. Trust: any bytes; what is no UTF-8 is replaced.
    double text(double x, double y, double width, const std::string& text, const Style& style);

    struct Extent {
        double x = 0;  ///< Free space before it.
        double width = 0;
        double height = 0;
    };

    /// What text() would fill.
    static Extent measure(const std::string& text, double width, const Style& style);

    /// What was drawn; the end.
    LayerImage take();

  private:
    struct Free {
        void operator()(cairo_t* cairo) const noexcept;
        void operator()(cairo_surface_t* surface) const noexcept;
    };

    LayerImage image_;
    std::unique_ptr<cairo_surface_t, Free> surface_;
    std::unique_ptr<cairo_t, Free> cairo_;
};

}  // namespace oriel
