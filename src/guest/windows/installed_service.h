// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/unique_handle.h"

namespace oriel {

/// Closes what Windows' service manager opened (an SC_HANDLE).
struct ServiceHandleTraits {
    using Raw = void*;

    static Raw closed() { return nullptr; }

    static bool is_open(Raw raw) { return raw != nullptr; }

    static void close(Raw raw) noexcept;
};

using UniqueServiceHandle = UniqueHandle<ServiceHandleTraits>;

/// Our service, as the service manager knows it.
///
/// Errors of all its functions: System; where an administrator is needed, they say so.
class InstalledService {
  public:
    enum class Wish : std::uint8_t { Look, Change };

    struct State {
        bool runs = false;     ///< Running, and not about to stop.
        bool is_gone = false;  ///< Stopped; its process may be a moment from its end.
        std::uint32_t process = 0;
        std::uint32_t exit_code = 0;
    };

    struct Setup {
        std::wstring command;  ///< What the service manager starts.
        bool starts_at_boot = false;
    };

    /// Nothing where it is not installed.
    static Result<std::optional<InstalledService>> find(Wish wish);

    /// Makes it, or makes an older one as it should be: started at boot, and again after a crash.
    static Result<InstalledService> install(const std::wstring& command);

    Result<State> state() const;
    Result<Setup> setup() const;

    /// Both do nothing where it is so already. Block: until it is done, 30 s at most.
    Result<void> start() const;
    Result<void> stop() const;

    /// Blocks: until the service manager has forgotten it, 10 s at most. It has to be stopped.
    static Result<void> remove(InstalledService service);

  private:
    explicit InstalledService(UniqueServiceHandle service) : service_(std::move(service)) {}

    UniqueServiceHandle service_;
};

}  // namespace oriel
