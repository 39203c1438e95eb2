// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "relay/geometry.h"

namespace oriel {

/// How large a picture is in a window of another size. Its aspect is always kept.
enum class Scaling : std::uint8_t {
    Fit,      ///< As large as fits.
    Integer,  ///< The largest whole multiple that fits; smaller where not even one does.
    Down,     ///< As it is; smaller where it does not fit.
};

/// Where a picture lies in a window: centred, bars around it.
/// Values only; knows no display system.
class Viewport {
  public:
    struct Point {
        std::uint32_t x = 0;
        std::uint32_t y = 0;

        friend bool operator==(const Point&, const Point&) = default;
    };

    Viewport() = default;

    /// Neither side of either may be 0.
    Viewport(Size window, Size picture, Scaling scaling = Scaling::Fit);

    /// Pixel for pixel from the top left corner, cut off where the window ends: for displays that
    /// cannot scale.
    static Viewport unscaled(Size window, Size picture);

    /// As large as `shown`, cut to the window: for displays that count in larger units than pixels.
    static Viewport centred(Size window, Size picture, Size shown);

    /// All of the window, aspect or not: for sizes that differ by rounding alone.
    static Viewport filled(Size window, Size picture);

    Size window() const { return window_; }

    Size picture() const { return picture_; }

    /// The window's pixels that show the picture. May reach out of an unscaled() window.
    Rect target() const { return target_; }

    bool is_unscaled() const { return Size{target_.width, target_.height} == picture_; }

    /// Each pixel of the picture is a square of the window's pixels: no filter wanted.
    bool is_whole_multiple() const;

    /// The window's pixels that depend on `part` of the picture, be they filtered from pixels up
    /// to one beside it.
    Rect to_window(const Rect& part) const;

    /// The picture's pixel seen at a point of the window; the nearest one where the point is
    /// outside. The outermost pixels of the window reach the outermost ones of the picture.
    /// `pixel`: the side of one that can be seen, where the window is counted in larger ones.
    Point to_picture(double x, double y, double pixel = 1) const;

    /// The picture is seen at that point of the window.
    bool shows(double x, double y) const;

    /// The middle of where the window shows a pixel of the picture.
    Point pixel_in_window(Point pixel) const;

    /// What the picture leaves free: up to four rectangles, the others empty.
    std::array<Rect, 4> bars() const;

    friend bool operator==(const Viewport&, const Viewport&) = default;

  private:
    static Viewport placed(Size window, Size picture, const Rect& target);

    Size window_;
    Size picture_;
    Rect target_;
};

/// `size` where it fits into `bounds`, else the largest of the same aspect that does.
Size fit_into(Size bounds, Size size);

}  // namespace oriel
