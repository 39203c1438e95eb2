// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/linux/child_program.h"
#include "base/result.h"
#include "pipewire/portal_backend.h"

namespace oriel::test {

/// What a desktop has for programs that want to see its screen, apart from all else on this
/// machine: a session bus, PipeWire with its session manager, and xdg-desktop-portal, all of them
/// real. Only what that asks, the desktop's own part, is a mock (PortalBackend).
///
/// Lifetime: ends all of it. Blocks: start(), about a second.
class PortalDesktop {
  public:
    /// Errors: NotFound where this machine lacks one of the programs; System.
    static Result<std::unique_ptr<PortalDesktop>> start();

    PortalDesktop(const PortalDesktop&) = delete;
    PortalDesktop& operator=(const PortalDesktop&) = delete;
    ~PortalDesktop();

    PortalBackend& backend() { return *backend_; }

    const std::string& folder() const { return folder_; }

    std::string bus_address() const { return "unix:path=" + folder_ + "/bus"; }

    std::string pipewire() const { return folder_ + "/pipewire-0"; }

    /// What a program in this session needs.
    std::vector<std::pair<std::string, std::string>> environment() const;

    /// The same for this process.
    void enter() const;

    void end_pipewire();

  private:
    PortalDesktop() = default;

    Result<void> run(const std::string& label, std::vector<std::string> arguments);
    Result<void> wait_for_file(const std::string& path) const;
    Result<void> wait_for_portal() const;

    std::string folder_;
    std::vector<ChildProgram> programs_;  ///< The bus first.
    std::size_t pipewire_ = 0;
    std::unique_ptr<PortalBackend> backend_;
};

}  // namespace oriel::test
