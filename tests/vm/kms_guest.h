// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "host/machine/guest_root.h"
#include "host/machine/virtual_machine.h"
#include "relay/geometry.h"
#include "vm/machine_rig.h"
#include "vm/screen_watcher.h"

namespace oriel::testing_support {

/// A screen that QEMU has, and what a guest makes of it.
struct Screen {
    std::string name;
    std::string module;  ///< The guest's driver.
    std::string device;  ///< QEMU's `-device`.
    Size console;
    Size painted;  ///< For kms_painter.
    enum class Cursor : std::uint8_t { Plane, None } cursor;
    std::string painter_options{};
};

std::ostream& operator<<(std::ostream& out, const Screen& screen);

/// What a guest has besides its screen, the agent and kms_painter.
struct GuestAdditions {
    std::vector<GuestFile> files{};
    std::vector<std::string> modules{};
    std::vector<std::string> devices{};  ///< QEMU arguments.
    std::uint32_t memory_mib = 384;
    MachineOptions::Image image = MachineOptions::Image::Unpacked;
};

/// bochs, virtio-gpu and qxl, each from 1280x800 to 3840x2160. Without bochs at 1366x768: QEMU's
/// registers for it count columns in eights, so that its screen is 1360 wide, whatever the kernel
/// asked for.
std::vector<Screen> every_screen();

/// A guest with one screen, an agent that captures it, and a viewer of the region.
class KmsGuest : public testing::Test {
  protected:
    static constexpr Nanoseconds kPatience = std::chrono::seconds(15);

    void start(const Screen& screen, const GuestAdditions& additions = {});
    void TearDown() override;

    /// `capture`: for its --capture.
    void start_agent(const std::string& capture = "kms");

    /// The agent of the last start_agent() is still the one that runs, and never lost its screen
    /// for good.
    void expect_same_agent();

    /// Runs a line of shell in the guest; the test fails where that does. What it printed.
    std::string run(const std::string& command);

    template <class Condition>
    static bool comes_true(const Condition& condition, Nanoseconds limit = kPatience) {
        const Nanoseconds give_up = monotonic_now() + limit;
        while (!condition()) {
            if (monotonic_now() > give_up) {
                return false;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return true;
    }

    /// Waits until the region's picture is QEMU's screendump of that size, and says how it went.
    void expect_equal(Size size, const ScreenHead& head = {}, Nanoseconds limit = kPatience);

    Screen screen_{};
    MachineFolder folder_;
    std::string region_;
    std::unique_ptr<VirtualMachine> machine_;
    std::optional<ScreenWatcher> watcher_;
};

}  // namespace oriel::testing_support
