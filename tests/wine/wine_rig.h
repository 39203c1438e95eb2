// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/linux/child_program.h"
#include "base/linux/last_will.h"
#include "base/result.h"
#include "relay/geometry.h"
#include "wine/stand_in_device.h"
#include "x11/x11_fixture.h"

namespace oriel::test {

/// A Windows program that runs; it ends with this object.
class WineProgram {
  public:
    WineProgram(ChildProgram child, std::string output)
        : child_(std::move(child)), output_(std::move(output)) {}

    /// To wait for it, to signal it: for Linux it is a process like any other, and SIGKILL ends it
    /// as TerminateProcess() does.
    ChildProgram& child() { return child_; }

    /// All that it wrote so far, stdout and stderr.
    std::string text() const;

    /// Blocks: until it has written `words`; false where it has not at the end of `limit`.
    bool says(const std::string& words, Nanoseconds limit = std::chrono::seconds(30));

  private:
    ChildProgram child_;
    std::string output_;
};

/// What a program wrote, and its exit code; 128 and more where it did not end by itself.
struct Said {
    int code = -1;
    std::string text = {};
};

/// A Windows machine for one test: a Wine prefix of its own, with ivshmem devices whose memory and
/// doorbells the test has, and a screen where it wants one. Wine's copy of Windows is shared with
/// other prefixes; registry, services and files that programs make are not.
///
/// Lifetime: everything ends with this object, the whole machine and its files; and with the test
/// where that is killed. Destroy programs first.
class WineRig {
  public:
    struct Wish {
        std::string name;  ///< The test program's.
        std::vector<DeviceWish> devices = {};
        std::optional<Size> screen = {};  ///< Of an X server; without one there is no DISPLAY.
    };

    /// Why there can be none here, and what to do; "" where one can.
    static std::string why_not();

    /// Blocks: some seconds; half a minute the first time in a tree.
    static Result<std::unique_ptr<WineRig>> boot(const Wish& wish);

    ~WineRig();
    WineRig(const WineRig&) = delete;
    WineRig& operator=(const WineRig&) = delete;

    /// Starts a Windows program: one of ours by its name, else whatever Wine knows by it.
    Result<WineProgram> start(const std::string& program,
                              const std::vector<std::string>& arguments = {});

    /// Runs one to its end; what does not end within `limit` is killed.
    Said run(const std::string& program,
             const std::vector<std::string>& arguments = {},
             Nanoseconds limit = std::chrono::seconds(60));

    const StandInDevice& device(std::size_t number = 0) const { return devices_.at(number); }

    /// Removes the driver with its devices, and installs it again.
    Said remove_driver();
    Said install_driver();

    /// A device that no driver has, as a real one is before its driver is installed.
    Said show_device_without_driver();

    /// ":7"; "" without a screen.
    std::string display() const { return screen_ ? screen_->display() : ""; }

    /// What is C:\ to its programs.
    std::string drive_c() const { return prefix_ + "/drive_c"; }

  private:
    explicit WineRig(std::string prefix) : prefix_(std::move(prefix)) {}

    Result<void> make(const Wish& wish);
    ChildCommand command(const std::string& label, std::vector<std::string> arguments) const;

    std::string prefix_;
    std::optional<LastWill> last_will_;
    std::vector<StandInDevice> devices_;
    std::optional<XServer> screen_;
    std::optional<ChildProgram> server_;
    unsigned programs_ = 0;
};

}  // namespace oriel::test
