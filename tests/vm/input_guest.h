// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "input/input_sink.h"
#include "vm/machine_rig.h"

namespace oriel::testing_support {

/// What kind of keyboard and pointer a machine has.
enum class InputDevices : std::uint8_t {
    Ps2,     ///< What every PC has.
    Usb,     ///< And a USB tablet.
    UsbAll,  ///< And a USB keyboard.
    Virtio,  ///< And a virtio keyboard and tablet.
};

/// An event as the guest's kernel got it.
struct EvdevEvent {
    unsigned type;
    unsigned code;
    int value;

    friend bool operator==(const EvdevEvent&, const EvdevEvent&) = default;
};

/// A machine whose guest notes every event of its keyboards and pointers, with a SPICE server and a
/// QMP socket for input. Its screen is kScreen pixels.
class InputGuest {
  public:
    static constexpr std::uint32_t kScreenWidth = 1280;
    static constexpr std::uint32_t kScreenHeight = 800;

    /// The test fails where it does not come up.
    explicit InputGuest(InputDevices devices);

    bool is_up() const { return machine_ != nullptr; }

    VirtualMachine& machine() { return *machine_; }

    /// As --input takes them.
    std::string spice() const { return "spice:unix:" + folder_.path() + "/spice"; }

    std::string qmp() const { return "qmp:" + folder_.path() + "/input"; }

    /// Forgets what came so far.
    void forget();

    /// What came since.
    std::vector<EvdevEvent> events();

    /// Asks for events() until `is_it` says so of them; what came last, whatever it says.
    std::vector<EvdevEvent> wait_for(
        const std::function<bool(const std::vector<EvdevEvent>&)>& is_it,
        Nanoseconds limit = std::chrono::seconds(10));

    /// As wait_for(), until nothing has come for half a second.
    std::vector<EvdevEvent> wait_until_quiet();

  private:
    MachineFolder folder_;
    std::unique_ptr<VirtualMachine> machine_;
};

/// Lets a sink's events in until `is_it`; false where that took longer than `limit`.
bool dispatch_until(InputSink& sink,
                    const std::function<bool()>& is_it,
                    Nanoseconds limit = std::chrono::seconds(10));

/// The same for a while.
void dispatch_for(InputSink& sink, Nanoseconds time);

}  // namespace oriel::testing_support
