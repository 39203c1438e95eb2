// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/linux/fd.h"
#include "capture/kms/change_events.h"
#include "capture/kms/kms_device.h"

namespace oriel::kms_capture {

/// A framebuffer of a fake screen.
struct FakeFramebuffer {
    Size size;
    PixelLayout layout = PixelLayout::Xr24;
    std::size_t stride = 0;
    std::vector<std::byte> bytes;

    static FakeFramebuffer make(Size size, PixelLayout layout = PixelLayout::Xr24);

    void fill(const Rect& rect, std::uint32_t pixel);
};

/// What a fake screen shows, for tests to change while a source looks at it.
struct FakeScreen {
    KmsScreen screen;
    std::vector<KmsPlane> planes;
    std::map<std::uint32_t, FakeFramebuffer> framebuffers;
    std::optional<Error> pixels_error;  ///< What asking for pixels brings.
    bool has_vblank = false;
    bool is_resting = false;
    std::optional<KmsScreen> console;  ///< What comes when the device is closed.

    std::uint32_t looks = 0;  ///< How often somebody asked for the screen's state.
    std::uint32_t vblanks_asked = 0;

    /// A screen with one framebuffer (number 1) on one plane (number 10).
    static std::shared_ptr<FakeScreen> make(Size size, PixelLayout layout = PixelLayout::Xr24);

    FakeFramebuffer& framebuffer(std::uint32_t id = 1) { return framebuffers.at(id); }

    /// A plane that shows all of a framebuffer.
    KmsPlane plane_of(std::uint32_t id, KmsPlane::Kind kind, std::uint32_t framebuffer) const;
};

class FakeKmsDevice final : public KmsDevice {
  public:
    explicit FakeKmsDevice(std::shared_ptr<FakeScreen> screen) : screen_(std::move(screen)) {}

    std::string name() const override { return "card9 (fake)"; }

    Result<KmsScreen> screen() override;
    Result<std::vector<KmsPlane>> planes() override;
    Result<std::shared_ptr<const MappedPixels>> pixels(std::uint32_t framebuffer) override;
    bool request_vblank() override;

    void rest() override;
    Result<void> wake() override;

  private:
    std::shared_ptr<FakeScreen> screen_;
};

/// Events that a test raises.
class FakeChangeEvents final : public ChangeEvents {
  public:
    /// The other end, which lives as long as the test wants.
    struct Bell {
        UniqueFd fd;
        bool is_started = false;
        ChangeNotice next;

        void ring(const ChangeNotice& notice);
    };

    explicit FakeChangeEvents(std::shared_ptr<Bell> bell) : bell_(std::move(bell)) {}

    static std::shared_ptr<Bell> make_bell();

    int fd() const override { return bell_->fd.get(); }

    Result<void> start() override;

    void stop() override { bell_->is_started = false; }

    ChangeNotice take() override;

  private:
    std::shared_ptr<Bell> bell_;
};

/// Whether `fd` becomes readable in that time.
bool becomes_readable(int fd, std::chrono::milliseconds limit = std::chrono::seconds(10));

}  // namespace oriel::kms_capture
