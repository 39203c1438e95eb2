// SPDX-License-Identifier: MIT
#include "capture/kms/fake_kms_device.h"

#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace oriel::kms_capture {

FakeFramebuffer FakeFramebuffer::make(Size size, PixelLayout layout) {
    FakeFramebuffer made{size, layout, std::size_t{size.width} * bytes_per_pixel(layout) + 64, {}};
    made.bytes.resize(made.stride * size.height);
    return made;
}

void FakeFramebuffer::fill(const Rect& rect, std::uint32_t pixel) {
    const std::size_t step = bytes_per_pixel(layout);
    for (std::uint32_t y = rect.y; y < rect.bottom(); ++y) {
        for (std::uint32_t x = rect.x; x < rect.right(); ++x) {
            std::memcpy(bytes.data() + y * stride + x * step, &pixel, step);
        }
    }
}

std::shared_ptr<FakeScreen> FakeScreen::make(Size size, PixelLayout layout) {
    auto made = std::make_shared<FakeScreen>();
    made->screen = {40, size, 60'000, KmsScreen::Power::On};
    made->framebuffers[1] = FakeFramebuffer::make(size, layout);
    made->planes.push_back(made->plane_of(10, KmsPlane::Kind::Primary, 1));
    return made;
}

KmsPlane FakeScreen::plane_of(std::uint32_t id,
                              KmsPlane::Kind kind,
                              std::uint32_t framebuffer) const {
    KmsPlane plane;
    plane.id = id;
    plane.kind = kind;
    plane.framebuffer = framebuffer;
    plane.size = framebuffers.at(framebuffer).size;
    plane.source_width = plane.size.width << 16U;
    plane.source_height = plane.size.height << 16U;
    return plane;
}

Result<KmsScreen> FakeKmsDevice::screen() {
    ++screen_->looks;
    return screen_->screen;
}

Result<std::vector<KmsPlane>> FakeKmsDevice::planes() {
    return screen_->planes;
}

Result<std::shared_ptr<const MappedPixels>> FakeKmsDevice::pixels(std::uint32_t framebuffer) {
    if (const auto& error = screen_->pixels_error) {
        return Failure(*error);
    }
    const auto found = screen_->framebuffers.find(framebuffer);
    if (found == screen_->framebuffers.end()) {
        return Failure(Error::not_found("the framebuffer vanished"));
    }
    const FakeFramebuffer& from = found->second;
    return std::make_shared<const MappedPixels>(
        MappedPixels{from.size, from.stride, from.layout, from.bytes});
}

bool FakeKmsDevice::request_vblank() {
    screen_->vblanks_asked += screen_->has_vblank ? 1U : 0U;
    return screen_->has_vblank;
}

void FakeKmsDevice::rest() {
    screen_->is_resting = true;
    if (const auto& console = screen_->console) {
        screen_->screen = *console;
    }
}

Result<void> FakeKmsDevice::wake() {
    screen_->is_resting = false;
    return {};
}

std::shared_ptr<FakeChangeEvents::Bell> FakeChangeEvents::make_bell() {
    auto bell = std::make_shared<Bell>();
    bell->fd.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    return bell;
}

void FakeChangeEvents::Bell::ring(const ChangeNotice& notice) {
    if (is_started) {
        next = notice;
        static_cast<void>(::eventfd_write(fd.get(), 1));
    }
}

Result<void> FakeChangeEvents::start() {
    bell_->is_started = true;
    return {};
}

ChangeNotice FakeChangeEvents::take() {
    eventfd_t count = 0;
    static_cast<void>(::eventfd_read(bell_->fd.get(), &count));
    return std::exchange(bell_->next, {});
}

bool becomes_readable(int fd, std::chrono::milliseconds limit) {
    pollfd polled{fd, POLLIN, 0};
    return ::poll(&polled, 1, static_cast<int>(limit.count())) == 1;
}

}  // namespace oriel::kms_capture
