// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "capture/pattern/pattern_picture.h"
#include "faults/programs.h"
#include "vm/machine_rig.h"
#include "vm/region_viewer.h"

namespace oriel::testing_support {

/// A machine whose guest publishes a pattern into the region `test` of a real broker, and starts
/// its agent again where it ends, as a service would. It has a second device, without a doorbell,
/// whose memory is the file plain().
class PciGuest {
  public:
    static constexpr const char* kPlainAddress = "00:06.0";

    enum class Kind : std::uint8_t {
        NoIommu,      ///< Nobody can wake the agent.
        Iommu,        ///< vfio-pci lends it the device's interrupt.
        IommuLocked,  ///< And nobody else may map the device, as under Secure Boot.
    };

    /// The test fails where it does not come up.
    explicit PciGuest(Kind kind = Kind::NoIommu,
                      MachineOptions::Image image = MachineOptions::Image::Unpacked);

    VirtualMachine& machine() { return *machine_; }

    bool is_up() const { return machine_ != nullptr; }

    Target region() const { return {Target::Kind::Name, "test"}; }

    Target plain() const { return {Target::Kind::File, folder_.path() + "/plain"}; }

    /// The picture is a whole frame of the guest's pattern. Its number, else nothing.
    std::optional<std::uint64_t> frame_of(const RegionViewer::Picture& picture) const;

    /// Waits for `count` whole frames; checks every one that comes.
    bool shows_frames(RegionViewer& viewer, int count, Nanoseconds limit) const;

    /// What `oriel-guest ARGUMENTS` says in the guest before it ends.
    GuestSaid run_agent(const std::string& arguments);

    /// A line of shell in the guest, which has to succeed. What it says.
    std::string run(const std::string& command);

    /// Ends the agent as a service would (SIGTERM), and says all that it and those before it said.
    /// Nothing starts it again before go_on().
    std::string pause_agent();
    void go_on();

    /// Kills the broker, which loses the doorbells that the machine knows, and starts another.
    void replace_broker();

  private:
    MachineOptions options(Kind kind, MachineOptions::Image image) const;

    RuntimeFolder runtime_;
    MachineFolder folder_;
    ChildProgram broker_;
    std::unique_ptr<VirtualMachine> machine_;
    PatternOptions options_{{640, 480}, 30, PatternChange::Rect, {64, 64}};
    PatternPicture picture_{options_};
};

/// A number of the newest summary in what agents said, by its name; the test fails where there is
/// none.
int counted(const std::string& said, const std::string& name);

/// What a guest needs to run our agent.
GuestFile agent_file();

}  // namespace oriel::testing_support
