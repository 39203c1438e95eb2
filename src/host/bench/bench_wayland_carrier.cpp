// SPDX-License-Identifier: MIT
#include "host/bench/bench_wayland_carrier.h"

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include <poll.h>

#include "base/linux/sealed_memory.h"
#include "base/mapped_memory.h"
#include "capture/wayland/connection.h"
#include "capture/wayland/screencopy.h"
#include "capture/wayland/slot_buffers.h"
#include "host/bench/bench_window.h"

namespace oriel {
namespace {

using wayland_capture::FrameCopier;

class Carrier {
  public:
    static Result<std::unique_ptr<Carrier>> open(const std::string& guest_display,
                                                 const std::string& host_display,
                                                 Size size);

    Result<void> run();

  private:
    Carrier(std::unique_ptr<wayland_capture::Connection> guest,
            std::unique_ptr<BenchWindow> host,
            Size size)
        : guest_(std::move(guest)),
          host_(std::move(host)),
          copier_(guest_->screencopy()),
          buffers_(*guest_),
          size_(size) {}

    Result<void> go_on();
    Result<void> take_picture(std::size_t picture);

    std::unique_ptr<wayland_capture::Connection> guest_;
    std::unique_ptr<BenchWindow> host_;
    wayland_capture::Screencopy copier_;
    wayland_capture::SlotBuffers buffers_;
    MappedMemory memory_;
    Size size_;
    std::size_t filled_ = 0;
};

Result<std::unique_ptr<Carrier>> Carrier::open(const std::string& guest_display,
                                               const std::string& host_display,
                                               Size size) {
    ORIEL_TRY_ASSIGN(const UniqueFd fd,
                     create_sealed_memory("oriel-bench-floor",
                                          BenchWindow::picture_bytes(size) * BenchWindow::kPictures,
                                          PageSize::Normal));
    ORIEL_TRY_ASSIGN(auto guest, wayland_capture::Connection::open(guest_display));
    ORIEL_TRY_ASSIGN(auto host, BenchWindow::open(host_display, size, fd));
    if (guest->screencopy() == nullptr || guest->outputs().empty()) {
        return Failure(Error::unsupported("the compositor has no wlr-screencopy, or no output"));
    }
    std::unique_ptr<Carrier> carrier(new Carrier(std::move(guest), std::move(host), size));
    ORIEL_TRY_ASSIGN(carrier->memory_,
                     MappedMemory::map(fd, Access::ReadWrite, "memory for two compositors"));
    carrier->buffers_.bind_region(fd, carrier->memory_);
    return carrier;
}

Result<void> Carrier::take_picture(std::size_t picture) {
    const auto& offer = copier_.offer();
    if (offer.size != size_ || offer.stride != size_.width * 4) {
        return Failure(Error::unsupported("the guest's compositor offers another shape"));
    }
    ORIEL_TRY_ASSIGN(wl_buffer * buffer,
                     buffers_.find(picture * BenchWindow::picture_bytes(size_),
                                   {offer.size, offer.stride},
                                   offer.shm_format));
    copier_.arm(buffer, {}, FrameCopier::When::Changed);
    filled_ = picture;
    return {};
}

Result<void> Carrier::go_on() {
    if (copier_.stage() == FrameCopier::Stage::Copied) {
        host_->show(filled_, copier_.copied().damage.bounds());
        host_->flush();
        copier_.finish();
    }
    if (copier_.stage() == FrameCopier::Stage::Failed) {
        copier_.drop();
    }
    if (copier_.stage() == FrameCopier::Stage::Idle) {
        copier_.ask(guest_->outputs().front()->get());
    }
    if (const auto picture = host_->free_picture();
        picture && copier_.stage() == FrameCopier::Stage::Offered) {
        ORIEL_TRY(take_picture(*picture));
    }
    guest_->flush();
    return {};
}

Result<void> Carrier::run() {
    while (true) {
        ORIEL_TRY(guest_->dispatch());
        ORIEL_TRY(host_->dispatch_ready());
        ORIEL_TRY(go_on());
        host_->flush();
        std::array<pollfd, 2> polled{pollfd{guest_->fd(), POLLIN, 0}, {host_->fd(), POLLIN, 0}};
        if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) {
            return Failure(Error::system("wait for two compositors", errno));
        }
    }
}

}  // namespace

Result<void> carry_by_wayland_floor(const std::string& guest_display,
                                    const std::string& host_display,
                                    Size size) {
    ORIEL_TRY_ASSIGN(const auto carrier, Carrier::open(guest_display, host_display, size));
    return carrier->run();
}

}  // namespace oriel
