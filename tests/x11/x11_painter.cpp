// SPDX-License-Identifier: MIT
#include "x11/x11_painter.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <xcb/randr.h>
#include <xcb/render.h>

#include "host/demo/fake_input.h"

namespace oriel::test {
namespace {

struct Free {
    void operator()(void* memory) const noexcept { std::free(memory); }  // NOLINT: xcb's malloc
};

template <class T>
using Reply = std::unique_ptr<T, Free>;

constexpr std::uint32_t kColourMask = 0xFFFFFF;
constexpr std::uint8_t kDepth = 24;

std::int16_t signed16(std::uint32_t value) {
    return static_cast<std::int16_t>(value);
}

std::uint16_t unsigned16(std::uint32_t value) {
    return static_cast<std::uint16_t>(value);
}

xcb_rectangle_t to_xcb(const Rect& rect) {
    return {signed16(rect.x), signed16(rect.y), unsigned16(rect.width), unsigned16(rect.height)};
}

/// The one picture format with alpha that every RENDER server has.
xcb_render_pictformat_t argb_format(xcb_connection_t* connection) {
    const Reply<xcb_render_query_pict_formats_reply_t> formats(xcb_render_query_pict_formats_reply(
        connection, xcb_render_query_pict_formats(connection), nullptr));
    if (!formats) {
        return XCB_NONE;
    }
    constexpr int kArgbDepth = 32;
    constexpr int kAlphaShift = 24;
    constexpr int kRedShift = 16;
    for (auto it = xcb_render_query_pict_formats_formats_iterator(formats.get()); it.rem > 0;
         xcb_render_pictforminfo_next(&it)) {
        if (it.data->depth == kArgbDepth && it.data->direct.alpha_shift == kAlphaShift &&
            it.data->direct.red_shift == kRedShift) {
            return it.data->id;
        }
    }
    return XCB_NONE;
}

using ScreenResources = Reply<xcb_randr_get_screen_resources_reply_t>;

ScreenResources screen_resources(xcb_connection_t* connection, xcb_window_t root) {
    return ScreenResources(xcb_randr_get_screen_resources_reply(
        connection, xcb_randr_get_screen_resources(connection, root), nullptr));
}

std::optional<xcb_randr_mode_t> mode_of(const ScreenResources& resources, Size size) {
    const auto* modes = xcb_randr_get_screen_resources_modes(resources.get());
    const auto* end = modes + xcb_randr_get_screen_resources_modes_length(resources.get());
    const auto* found = std::find_if(modes, end, [&](const xcb_randr_mode_info_t& mode) {
        return mode.width == size.width && mode.height == size.height;
    });
    return found == end ? std::nullopt : std::optional(found->id);
}

/// A new mode of that size for the first output.
xcb_randr_mode_t make_mode(xcb_connection_t* connection, xcb_window_t root, Size size) {
    const std::string name = std::to_string(size.width) + "x" + std::to_string(size.height);
    xcb_randr_mode_info_t mode{};
    mode.width = unsigned16(size.width);
    mode.height = unsigned16(size.height);
    mode.htotal = unsigned16(size.width);
    mode.vtotal = unsigned16(size.height);
    constexpr std::uint32_t kRefresh = 60;
    mode.dot_clock = size.width * size.height * kRefresh;
    mode.name_len = static_cast<std::uint16_t>(name.size());
    const Reply<xcb_randr_create_mode_reply_t> made(xcb_randr_create_mode_reply(
        connection,
        xcb_randr_create_mode(
            connection, root, mode, static_cast<std::uint32_t>(name.size()), name.data()),
        nullptr));
    return made ? made->mode : XCB_NONE;
}

}  // namespace

Result<XPainter> XPainter::open(const std::string& display) {
    xcb_connection_t* const connection = xcb_connect(display.c_str(), nullptr);
    if (xcb_connection_has_error(connection) != 0) {
        xcb_disconnect(connection);
        return Failure(Error::not_found("no X server at " + display));
    }
    return XPainter(connection, xcb_setup_roots_iterator(xcb_get_setup(connection)).data);
}

XPainter::XPainter(xcb_connection_t* connection, xcb_screen_t* screen)
    : connection_(connection),
      screen_(screen),
      window_(screen->root),
      gc_(xcb_generate_id(connection)) {
    const std::uint32_t values[] = {XCB_SUBWINDOW_MODE_INCLUDE_INFERIORS, 0};
    xcb_create_gc(
        connection, gc_, screen->root, XCB_GC_SUBWINDOW_MODE | XCB_GC_GRAPHICS_EXPOSURES, values);
    sync();
}

xcb_window_t XPainter::open_window(const Rect& place) {
    const std::uint32_t values[] = {screen_->black_pixel, 1};
    window_ = xcb_generate_id(connection());
    xcb_create_window(connection(),
                      XCB_COPY_FROM_PARENT,
                      window_,
                      screen_->root,
                      signed16(place.x),
                      signed16(place.y),
                      unsigned16(place.width),
                      unsigned16(place.height),
                      0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT,
                      screen_->root_visual,
                      XCB_CW_BACK_PIXEL | XCB_CW_OVERRIDE_REDIRECT,
                      values);
    xcb_map_window(connection(), window_);
    sync();
    return window_;
}

Size XPainter::root_size() const {
    const Reply<xcb_get_geometry_reply_t> reply(xcb_get_geometry_reply(
        connection(), xcb_get_geometry(connection(), screen_->root), nullptr));
    return reply ? Size{reply->width, reply->height} : Size{};
}

void XPainter::queue_fill(const Rect& rect, std::uint32_t colour) const {
    const xcb_rectangle_t place = to_xcb(rect);
    xcb_change_gc(connection(), gc_, XCB_GC_FOREGROUND, &colour);
    xcb_poly_fill_rectangle(connection(), window_, gc_, 1, &place);
}

void XPainter::flush() const {
    xcb_flush(connection());
}

void XPainter::sync() const {
    const Reply<xcb_get_input_focus_reply_t> done(
        xcb_get_input_focus_reply(connection(), xcb_get_input_focus(connection()), nullptr));
}

void XPainter::fill(const Rect& rect, std::uint32_t colour) const {
    queue_fill(rect, colour);
    sync();
}

void XPainter::put(const Rect& rect, const std::vector<std::uint32_t>& pixels) const {
    // A request carries 16 MB at most.
    constexpr std::uint32_t kPixelsAtOnce = 2'000'000;
    const std::uint32_t rows_at_once = std::max(1U, kPixelsAtOnce / rect.width);
    for (std::uint32_t row = 0; row < rect.height; row += rows_at_once) {
        const std::uint32_t rows = std::min(rows_at_once, rect.height - row);
        xcb_put_image(
            connection(),
            XCB_IMAGE_FORMAT_Z_PIXMAP,
            window_,
            gc_,
            unsigned16(rect.width),
            unsigned16(rows),
            signed16(rect.x),
            signed16(rect.y + row),
            0,
            kDepth,
            rect.width * rows * std::uint32_t{sizeof(std::uint32_t)},
            reinterpret_cast<const std::uint8_t*>(pixels.data() + std::size_t{row} * rect.width));
    }
    sync();
}

std::vector<std::uint32_t> XPainter::look_at(xcb_window_t window, const Rect& rect) const {
    const Reply<xcb_get_image_reply_t> reply(
        xcb_get_image_reply(connection(),
                            xcb_get_image(connection(),
                                          XCB_IMAGE_FORMAT_Z_PIXMAP,
                                          window,
                                          signed16(rect.x),
                                          signed16(rect.y),
                                          unsigned16(rect.width),
                                          unsigned16(rect.height),
                                          ~0U),
                            nullptr));
    if (!reply) {
        return {};
    }
    const auto* data = reinterpret_cast<const std::uint32_t*>(xcb_get_image_data(reply.get()));
    std::vector<std::uint32_t> pixels(data, data + rect.area());
    for (auto& pixel : pixels) {
        pixel &= kColourMask;
    }
    return pixels;
}

std::vector<std::uint32_t> XPainter::look_at_root() const {
    return look_at(screen_->root, Rect::of(root_size()));
}

void XPainter::move_pointer(int x, int y) const {
    xcb_warp_pointer(connection(),
                     XCB_NONE,
                     screen_->root,
                     0,
                     0,
                     0,
                     0,
                     static_cast<std::int16_t>(x),
                     static_cast<std::int16_t>(y));
    sync();
}

bool XPainter::move_mouse(int x, int y) const {
    constexpr std::uint8_t kAbsolute = 0;
    const bool is_sent = fake_input(connection(), {XCB_MOTION_NOTIFY, kAbsolute, x, y});
    sync();
    return is_sent;
}

void XPainter::queue_mouse_motion(int x, int y) const {
    constexpr std::uint8_t kRelative = 1;
    fake_input(connection(), {XCB_MOTION_NOTIFY, kRelative, x, y});
}

void XPainter::press_key(std::uint32_t code) const {
    fake_input(connection(),
               {XCB_KEY_PRESS, static_cast<std::uint8_t>(code + kFirstKeycode), 0, 0});
    sync();
}

void XPainter::release_key(std::uint32_t code) const {
    fake_input(connection(),
               {XCB_KEY_RELEASE, static_cast<std::uint8_t>(code + kFirstKeycode), 0, 0});
    sync();
}

void XPainter::press_button(std::uint8_t number) const {
    fake_input(connection(), {XCB_BUTTON_PRESS, number, 0, 0});
    sync();
}

void XPainter::release_button(std::uint8_t number) const {
    fake_input(connection(), {XCB_BUTTON_RELEASE, number, 0, 0});
    sync();
}

void XPainter::focus(xcb_window_t window) const {
    xcb_set_input_focus(connection(), XCB_INPUT_FOCUS_POINTER_ROOT, window, XCB_CURRENT_TIME);
    sync();
}

bool XPainter::grab_keyboard() const {
    const Reply<xcb_grab_keyboard_reply_t> reply(xcb_grab_keyboard_reply(
        connection(),
        xcb_grab_keyboard(
            connection(), 0, root(), XCB_CURRENT_TIME, XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC),
        nullptr));
    return reply && reply->status == XCB_GRAB_STATUS_SUCCESS;
}

bool XPainter::grab_pointer() const {
    const Reply<xcb_grab_pointer_reply_t> reply(
        xcb_grab_pointer_reply(connection(),
                               xcb_grab_pointer(connection(),
                                                0,
                                                root(),
                                                XCB_EVENT_MASK_BUTTON_PRESS,
                                                XCB_GRAB_MODE_ASYNC,
                                                XCB_GRAB_MODE_ASYNC,
                                                XCB_NONE,
                                                XCB_NONE,
                                                XCB_CURRENT_TIME),
                               nullptr));
    return reply && reply->status == XCB_GRAB_STATUS_SUCCESS;
}

void XPainter::end_grabs() const {
    xcb_ungrab_keyboard(connection(), XCB_CURRENT_TIME);
    xcb_ungrab_pointer(connection(), XCB_CURRENT_TIME);
    sync();
}

bool XPainter::can_grab() const {
    const bool can = grab_keyboard() && grab_pointer();
    end_grabs();
    return can;
}

std::pair<int, int> XPainter::pointer() const {
    const Reply<xcb_query_pointer_reply_t> reply(
        xcb_query_pointer_reply(connection(), xcb_query_pointer(connection(), root()), nullptr));
    return reply ? std::pair<int, int>{reply->root_x, reply->root_y} : std::pair{-1, -1};
}

void XPainter::set_cursor(Size size, std::uint32_t argb, int hot_x, int hot_y) const {
    constexpr std::uint8_t kArgbDepth = 32;
    const xcb_pixmap_t pixmap = xcb_generate_id(connection());
    const xcb_gcontext_t gc = xcb_generate_id(connection());
    const xcb_render_picture_t picture = xcb_generate_id(connection());
    const xcb_cursor_t cursor = xcb_generate_id(connection());
    xcb_create_pixmap(connection(),
                      kArgbDepth,
                      pixmap,
                      screen_->root,
                      unsigned16(size.width),
                      unsigned16(size.height));
    xcb_create_gc(connection(), gc, pixmap, XCB_GC_FOREGROUND, &argb);
    const xcb_rectangle_t all = to_xcb(Rect::of(size));
    xcb_poly_fill_rectangle(connection(), pixmap, gc, 1, &all);
    xcb_render_create_picture(connection(), picture, pixmap, argb_format(connection()), 0, nullptr);
    xcb_render_create_cursor(connection(),
                             cursor,
                             picture,
                             static_cast<std::uint16_t>(hot_x),
                             static_cast<std::uint16_t>(hot_y));
    xcb_change_window_attributes(connection(), screen_->root, XCB_CW_CURSOR, &cursor);
    xcb_free_cursor(connection(), cursor);
    xcb_render_free_picture(connection(), picture);
    xcb_free_gc(connection(), gc);
    xcb_free_pixmap(connection(), pixmap);
    sync();
}

void XPainter::set_screen_size(Size size) const {
    constexpr std::uint32_t kMillimetres = 300;
    xcb_randr_set_screen_size(connection(),
                              screen_->root,
                              unsigned16(size.width),
                              unsigned16(size.height),
                              kMillimetres,
                              kMillimetres);
    sync();
}

Result<void> XPainter::resize_screen(Size size) const {
    auto resources = screen_resources(connection(), screen_->root);
    if (!resources || resources->num_outputs == 0 || resources->num_crtcs == 0) {
        return Failure(Error::unsupported("this X server has no RandR output"));
    }
    xcb_randr_output_t output = *xcb_randr_get_screen_resources_outputs(resources.get());
    const xcb_randr_crtc_t crtc = *xcb_randr_get_screen_resources_crtcs(resources.get());
    auto mode = mode_of(resources, size);
    if (!mode) {
        mode = make_mode(connection(), screen_->root, size);
        xcb_randr_add_output_mode(connection(), output, *mode);
        resources = screen_resources(connection(), screen_->root);
    }
    const Size before = root_size();
    // A mode must fit into the screen: it grows before its mode does, and shrinks after.
    set_screen_size({std::max(size.width, before.width), std::max(size.height, before.height)});
    const Reply<xcb_randr_set_crtc_config_reply_t> set(
        xcb_randr_set_crtc_config_reply(connection(),
                                        xcb_randr_set_crtc_config(connection(),
                                                                  crtc,
                                                                  XCB_CURRENT_TIME,
                                                                  resources->config_timestamp,
                                                                  0,
                                                                  0,
                                                                  *mode,
                                                                  XCB_RANDR_ROTATION_ROTATE_0,
                                                                  1,
                                                                  &output),
                                        nullptr));
    set_screen_size(size);
    if (!set || root_size() != size) {
        return Failure(Error::unsupported("the X server did not change its size"));
    }
    return {};
}

}  // namespace oriel::test
