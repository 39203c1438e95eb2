// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "relay/cursor_image.h"
#include "relay/damage.h"
#include "relay/frame_info.h"

namespace oriel {

class MachineScreen;

/// A picture of a machine's own screen, lent.
///
/// Lifetime: the memory stays while `memory` is kept, also where its owner is gone.
struct MachinePicture {
    FrameGeometry geometry;             ///< PixelFormat::Bgra8.
    std::span<const std::byte> pixels;  ///< geometry.bytes() long; unchanged until given back.
    Damage damage;                      ///< Against the picture taken before.
    std::shared_ptr<const void> memory;
    const MachineScreen* owner = nullptr;
    std::size_t buffer = 0;  ///< For give_back().
};

/// A virtual machine's own screen, as the machine itself shows it: firmware, boot loader, log-in, a
/// guest without an agent. (Reads: a VM's display.)
///
/// There are two buffers. Whoever takes a picture has it for as long as is needed; while both are
/// out nothing is copied, and what changes meanwhile comes with the next picture, all at once.
///
/// Threads: one, which may be another than the one on which the pictures come.
/// Blocks: never.
/// Trust: sizes have been checked; pixels and shapes are the guest's.
class MachineScreen {
  public:
    enum class Wanted : std::uint8_t { No, Yes };

    enum class Standing : std::uint8_t {
        None,      ///< The machine has no screen for us: lack() may say why.
        Expected,  ///< There is one; a picture comes while it is wanted.
        Shown,     ///< There is a picture.
    };

    virtual ~MachineScreen() = default;
    MachineScreen(const MachineScreen&) = delete;
    MachineScreen& operator=(const MachineScreen&) = delete;

    /// Not wanted at first: then nothing is sent to us, and nothing copied.
    virtual void want(Wanted wanted) = 0;

    virtual Standing standing() const = 0;

    /// For people, one lower-case line; empty while all is well.
    virtual std::string lack() const = 0;

    /// The newest picture, if there is one newer than the last taken.
    virtual std::optional<MachinePicture> take() = 0;

    virtual void give_back(const MachinePicture& picture) = 0;

    /// What of the pointer changed since it was asked last.
    virtual CursorNews cursor_news() = 0;

  protected:
    MachineScreen() = default;
};

}  // namespace oriel
