// SPDX-License-Identifier: MIT
#include "host/bench/bench_x11_floor.h"

#include <limits>

#include <fcntl.h>
#include <xcb/shm.h>

#include "base/linux/sealed_memory.h"
#include "host/bench/bench_process.h"
#include "host/demo/display_client.h"

namespace oriel {
namespace {

Error refused(const char* what) {
    return Error::unsupported(std::string("an X server refused ") + what);
}

Result<xcb_shm_seg_t> attach(DisplayClient& client, const UniqueFd& memory) {
    const int copy = ::fcntl(memory.get(), F_DUPFD_CLOEXEC, 0);
    const xcb_shm_seg_t segment = xcb_generate_id(client.get());
    // xcb closes the descriptor.
    const auto cookie = xcb_shm_attach_fd_checked(client.get(), segment, copy, 0);
    const DisplayReply<xcb_generic_error_t> error(xcb_request_check(client.get(), cookie));
    if (error) {
        return Failure(refused("to share memory"));
    }
    return segment;
}

/// Memory for all of a client's screen.
Result<UniqueFd> memory_for(const DisplayClient& client) {
    constexpr std::uint64_t kPixelBytes = 4;
    return create_sealed_memory(
        "oriel-bench-floor", client.size().area() * kPixelBytes, PageSize::Normal);
}

Result<void> take_image(const DisplayClient& client, xcb_shm_seg_t segment, const Rect& rect) {
    const auto asked = xcb_shm_get_image(client.get(),
                                         client.root(),
                                         static_cast<std::int16_t>(rect.x),
                                         static_cast<std::int16_t>(rect.y),
                                         static_cast<std::uint16_t>(rect.width),
                                         static_cast<std::uint16_t>(rect.height),
                                         ~0U,
                                         XCB_IMAGE_FORMAT_Z_PIXMAP,
                                         segment,
                                         0);
    const DisplayReply<xcb_shm_get_image_reply_t> got(
        xcb_shm_get_image_reply(client.get(), asked, nullptr));
    return got ? Result<void>() : Failure(refused("to write an image"));
}

class Floor {
  public:
    static Result<Floor> open(const std::string& guest_display, const std::string& host_display);

    Result<void> carry(const Rect& rect);

    /// Errors: the guest's server is gone.
    Result<Rect> await_change();

  private:
    Floor(DisplayClient guest, DisplayClient host)
        : guest_(std::move(guest)), host_(std::move(host)) {}

    Result<void> prepare();
    void open_window();
    Result<void> await_completion();

    DisplayClient guest_;
    DisplayClient host_;
    UniqueFd memory_;
    xcb_shm_seg_t guest_segment_ = XCB_NONE;
    xcb_shm_seg_t host_segment_ = XCB_NONE;
    xcb_damage_damage_t damage_ = XCB_NONE;
    xcb_window_t window_ = XCB_NONE;
    xcb_gcontext_t gc_ = XCB_NONE;
    std::uint8_t completion_event_ = 0;
};

Result<Floor> Floor::open(const std::string& guest_display, const std::string& host_display) {
    ORIEL_TRY_ASSIGN(DisplayClient guest, DisplayClient::open(guest_display));
    ORIEL_TRY_ASSIGN(DisplayClient host, DisplayClient::open(host_display));
    Floor floor(std::move(guest), std::move(host));
    ORIEL_TRY(floor.prepare());
    return floor;
}

Result<void> Floor::prepare() {
    ORIEL_TRY_ASSIGN(memory_, memory_for(guest_));
    ORIEL_TRY_ASSIGN(guest_segment_, attach(guest_, memory_));
    ORIEL_TRY_ASSIGN(host_segment_, attach(host_, memory_));
    completion_event_ = static_cast<std::uint8_t>(
        xcb_get_extension_data(host_.get(), &xcb_shm_id)->first_event + XCB_SHM_COMPLETION);
    open_window();
    damage_ = guest_.watch_damage(XCB_DAMAGE_REPORT_LEVEL_BOUNDING_BOX);
    return {};
}

void Floor::open_window() {
    window_ = xcb_generate_id(host_.get());
    gc_ = xcb_generate_id(host_.get());
    const std::uint32_t override_redirect = 1;
    const Size size = host_.size();
    xcb_create_window(host_.get(),
                      XCB_COPY_FROM_PARENT,
                      window_,
                      host_.root(),
                      0,
                      0,
                      static_cast<std::uint16_t>(size.width),
                      static_cast<std::uint16_t>(size.height),
                      0,
                      XCB_WINDOW_CLASS_INPUT_OUTPUT,
                      XCB_COPY_FROM_PARENT,
                      XCB_CW_OVERRIDE_REDIRECT,
                      &override_redirect);
    xcb_create_gc(host_.get(), gc_, window_, 0, nullptr);
    xcb_map_window(host_.get(), window_);
    host_.sync();
}

Result<Rect> Floor::await_change() {
    const auto rect = guest_.await_damage(Nanoseconds::max());
    if (!rect) {
        return Failure(Error::not_found("the guest's X server is gone"));
    }
    // What is drawn from now on comes as a new event.
    xcb_damage_subtract(guest_.get(), damage_, XCB_NONE, XCB_NONE);
    return *rect;
}

Result<void> Floor::carry(const Rect& rect) {
    ORIEL_TRY(take_image(guest_, guest_segment_, rect));
    const auto width = static_cast<std::uint16_t>(rect.width);
    const auto height = static_cast<std::uint16_t>(rect.height);
    xcb_shm_put_image(host_.get(),
                      window_,
                      gc_,
                      width,
                      height,
                      0,
                      0,
                      width,
                      height,
                      static_cast<std::int16_t>(rect.x),
                      static_cast<std::int16_t>(rect.y),
                      host_.depth(),
                      XCB_IMAGE_FORMAT_Z_PIXMAP,
                      1,
                      host_segment_,
                      0);
    xcb_flush(host_.get());
    return await_completion();
}

Result<void> Floor::await_completion() {
    while (const DisplayReply<xcb_generic_event_t> event{xcb_wait_for_event(host_.get())}) {
        if ((event->response_type & 0x7FU) == completion_event_) {
            return {};
        }
    }
    return Failure(Error::not_found("the host's X server is gone"));
}

}  // namespace

Result<void> carry_by_floor(const std::string& guest_display, const std::string& host_display) {
    ORIEL_TRY_ASSIGN(Floor floor, Floor::open(guest_display, host_display));
    while (true) {
        ORIEL_TRY_ASSIGN(const Rect rect, floor.await_change());
        ORIEL_TRY(floor.carry(rect));
    }
}

Result<void> capture_by_floor(const std::string& display, Nanoseconds period) {
    ORIEL_TRY_ASSIGN(DisplayClient client, DisplayClient::open(display));
    ORIEL_TRY_ASSIGN(const UniqueFd memory, memory_for(client));
    ORIEL_TRY_ASSIGN(const xcb_shm_seg_t segment, attach(client, memory));
    for (Nanoseconds next = monotonic_now();; next += period) {
        sleep_until(next);
        ORIEL_TRY(take_image(client, segment, Rect::of(client.size())));
    }
}

}  // namespace oriel
