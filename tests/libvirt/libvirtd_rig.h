// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "broker_process.h"

namespace oriel::testing_support {

/// What a command wrote to both of its outputs, and its exit code.
struct Said {
    int code = -1;
    std::string text;
};

/// Runs a line of shell. Its stdin is empty.
Said run_shell(const std::string& line);

/// Why no libvirt daemon can be tested on this machine, and what to do; "" where one can.
std::string why_no_libvirtd();

/// A libvirt daemon of the test's own, with the real QEMU behind it: in a mount namespace in which
/// the daemon's folders are the test's, so that it neither sees nor changes the machine's.
///
/// Lifetime: daemon and virtual machines end with this object; the daemon with the test.
class LibvirtDaemon {
  public:
    /// Checks that it answers. Blocks: until it does.
    LibvirtDaemon();
    ~LibvirtDaemon();
    LibvirtDaemon(const LibvirtDaemon&) = delete;
    LibvirtDaemon& operator=(const LibvirtDaemon&) = delete;

    std::string uri() const {
        return "qemu+unix:///system?socket=" + folder_ + "/run/libvirt-sock";
    }

    const std::string& folder() const { return folder_; }

    /// libvirt's own tool.
    Said virsh(const std::string& arguments) const;

    /// `oriel`, as a person of this machine's system would run it.
    Said oriel(const std::string& arguments) const;

    /// What it said, for a test that fails.
    std::string log() const;

  private:
    int serve(const std::function<void()>& ready) const;

    std::string folder_;
    std::unique_ptr<ChildProcess> daemon_;
};

}  // namespace oriel::testing_support
