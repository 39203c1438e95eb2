// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "capture/kms/gpu_types.h"
#include "relay/geometry.h"

namespace oriel::kms_capture {

/// What a CRTC, the part of a display controller that drives one screen, does at present.
struct KmsScreen {
    std::uint32_t crtc = 0;
    Size size;                      ///< Of its mode, pixels.
    std::uint32_t refresh_mhz = 0;  ///< 0: unknown.
    enum class Power : std::uint8_t {
        Unset,  ///< Nobody has set a mode, or who did has ended.
        Off,    ///< It sleeps.
        On,
    } power = Power::Unset;

    bool is_on() const { return power == Power::On && !size.is_empty(); }

    friend bool operator==(const KmsScreen&, const KmsScreen&) = default;
};

/// One layer of what a CRTC shows.
struct KmsPlane {
    std::uint32_t id = 0;
    enum class Kind : std::uint8_t { Overlay, Primary, Cursor } kind = Kind::Primary;
    std::uint32_t framebuffer = 0;
    std::int32_t x = 0;  ///< On the screen, pixels; may lie outside.
    std::int32_t y = 0;
    Size size;                   ///< On the screen.
    std::uint32_t source_x = 0;  ///< In the framebuffer, 16.16 fixed point, as the three below.
    std::uint32_t source_y = 0;
    std::uint32_t source_width = 0;
    std::uint32_t source_height = 0;
    std::uint64_t order = 0;       ///< Higher lies nearer to the eye ("zpos").
    std::uint32_t alpha = 0xFFFF;  ///< Of the whole plane.
    std::uint64_t rotation = 1;    ///< DRM_MODE_ROTATE_...
    enum class Blend : std::uint8_t { Premultiplied, Coverage, None } blend = Blend::Premultiplied;
    std::int32_t hot_x = 0;  ///< Cursors, where the kernel tells it.
    std::int32_t hot_y = 0;

    friend bool operator==(const KmsPlane&, const KmsPlane&) = default;
};

/// One output of a display controller: a thin layer over the kernel's mode-setting calls, that
/// reads and changes nothing.
class KmsDevice {
  public:
    virtual ~KmsDevice() = default;
    KmsDevice(const KmsDevice&) = delete;
    KmsDevice& operator=(const KmsDevice&) = delete;

    /// "card0 (bochs-drm)": for people.
    virtual std::string name() const = 0;

    /// The screen as it is now. Where the one before is off and another is on, that one.
    /// Errors: System where the device is gone.
    virtual Result<KmsScreen> screen() = 0;

    /// The planes that show something on the screen of the last screen().
    virtual Result<std::vector<KmsPlane>> planes() = 0;

    /// What a framebuffer holds: its own memory, mapped, or a copy of now that a GPU made. A copy
    /// stays as it is until its framebuffer is asked for again. Ids are used again, and so never
    /// trusted.
    /// Blocks: where a GPU reads it, 1.1 s at most, and the first time for as long as its driver
    /// takes to load.
    /// Errors: NotFound where it vanished meanwhile; Protocol where its rows do not fit into it;
    /// Unsupported, naming its format, and what is missing to read it; System.
    virtual Result<std::shared_ptr<const MappedPixels>> pixels(std::uint32_t framebuffer) = 0;

    /// Gives everything back, the device included: when the last program that has it open closes
    /// it, the kernel puts its console on the screen. Asked of nothing until wake().
    virtual void rest() {}

    /// Takes it again. Errors: as at the first time.
    virtual Result<void> wake() { return {}; }

    /// Asks for one event at the screen's next vertical blank. False: the driver has none.
    virtual bool request_vblank() { return false; }

    /// Readable when the blank came; -1: never. Another one after each wake().
    virtual int vblank_fd() const { return -1; }

    /// When it came; nothing: it has not.
    virtual std::optional<Nanoseconds> take_vblank() { return std::nullopt; }

  protected:
    KmsDevice() = default;
};

}  // namespace oriel::kms_capture
