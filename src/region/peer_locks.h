// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

#include "abi/region.h"
#include "base/linux/fd.h"
#include "base/result.h"

namespace oriel {

/// Who holds a region's memory and doorbells, readable without asking them: `peers.lock` in the
/// region's folder.
///
/// Each peer that was lent something holds a descriptor with a lock on the byte of its place; it
/// outlives the broker and ends with the peer. QEMU takes no such descriptor, so for it the file
/// names the process.
///
/// Trust: a peer can keep places locked that are not its own; that keeps others out of them.
class PeerLocks {
  public:
    /// Places: a viewer's is its index.
    static constexpr unsigned kPublisher = abi::kMaxViewers;
    static constexpr unsigned kPlaces = abi::kMaxViewers + 1;

    static Result<PeerLocks> open(const std::string& path);

    /// A descriptor to give to the peer of that place.
    /// Errors: System; Busy where some process locked the place against all others.
    Result<UniqueFd> lend(unsigned place) const;

    bool is_held(unsigned place) const;

    /// Bit n: place n is held by a live process.
    std::uint32_t held() const;

    /// Writes down that this process is the virtual machine, or that there is none.
    void note_vm(std::optional<pid_t> vm) const;

    struct Vm {
        pid_t pid;
        UniqueFd process;  ///< Readable once it has ended.
    };

    /// The virtual machine written down by this or an earlier broker, if it still runs.
    std::optional<Vm> running_vm() const;

    const std::string& path() const { return path_; }

  private:
    PeerLocks(std::string path, UniqueFd file) : path_(std::move(path)), file_(std::move(file)) {}

    std::string path_;
    UniqueFd file_;
};

}  // namespace oriel
