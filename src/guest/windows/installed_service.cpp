// SPDX-License-Identifier: MIT
#include "guest/windows/installed_service.h"

#include <array>
#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include <windows.h>

// After windows.h, which it needs.
#include <winsvc.h>

#include "base/clock.h"
#include "guest/windows/service_names.h"

namespace oriel {
namespace {

Error manager_error(const std::string& action, DWORD code) {
    if (code == ERROR_ACCESS_DENIED) {
        return Error{
            ErrorKind::System,
            static_cast<int>(code),
            "the service is the machine's: run it as administrator (in a terminal that was "
            "opened with `Run as administrator`)"};
    }
    if (code == ERROR_SERVICE_MARKED_FOR_DELETE) {
        return Error{ErrorKind::System,
                     static_cast<int>(code),
                     "the service was uninstalled, and a program still looks at it: close the "
                     "Services window, and try again"};
    }
    if (code == ERROR_SERVICE_DISABLED) {
        return Error{ErrorKind::System,
                     static_cast<int>(code),
                     "the service is disabled: `oriel-guest service install` enables it"};
    }
    return Error::system(action, static_cast<int>(code));
}

Error last_error(const std::string& action) {
    return manager_error(action, ::GetLastError());
}

Result<UniqueServiceHandle> open_manager(DWORD access) {
    UniqueServiceHandle manager(::OpenSCManagerW(nullptr, nullptr, access));
    if (!manager) {
        return Failure(last_error("reach the service manager"));
    }
    return manager;
}

SC_HANDLE raw(const UniqueServiceHandle& handle) {
    return static_cast<SC_HANDLE>(handle.get());
}

/// Looks ten times a second. False: not within `limit`.
Result<bool> wait_until(const std::function<Result<bool>()>& is_so, std::chrono::seconds limit) {
    constexpr DWORD kPauseMilliseconds = 100;
    const Nanoseconds last = monotonic_now() + limit;
    for (;;) {
        ORIEL_TRY_ASSIGN(const bool is_done, is_so());
        if (is_done || monotonic_now() >= last) {
            return is_done;
        }
        ::Sleep(kPauseMilliseconds);
    }
}

/// What Windows does when the service's process ends by itself: it starts it again, each time.
Result<void> set_restarts(SC_HANDLE service) {
    constexpr DWORD kForgetSeconds = 3600;
    std::array<SC_ACTION, 3> again{
        {{SC_ACTION_RESTART, 1000}, {SC_ACTION_RESTART, 5000}, {SC_ACTION_RESTART, 30'000}}};
    SERVICE_FAILURE_ACTIONSW actions{};
    actions.dwResetPeriod = kForgetSeconds;
    actions.cActions = again.size();
    actions.lpsaActions = again.data();
    std::wstring text = kServiceText;
    SERVICE_DESCRIPTIONW description{text.data()};
    if (::ChangeServiceConfig2W(service, SERVICE_CONFIG_FAILURE_ACTIONS, &actions) == 0 ||
        ::ChangeServiceConfig2W(service, SERVICE_CONFIG_DESCRIPTION, &description) == 0) {
        return Failure(last_error("configure the service"));
    }
    return {};
}

constexpr std::chrono::seconds kPatience{30};
constexpr std::chrono::seconds kRemovalPatience{10};

}  // namespace

void ServiceHandleTraits::close(Raw raw) noexcept {
    static_cast<void>(::CloseServiceHandle(static_cast<SC_HANDLE>(raw)));
}

Result<std::optional<InstalledService>> InstalledService::find(Wish wish) {
    ORIEL_TRY_ASSIGN(const UniqueServiceHandle manager, open_manager(SC_MANAGER_CONNECT));
    const DWORD look = SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG;
    const DWORD change = look | SERVICE_START | SERVICE_STOP | DELETE;
    UniqueServiceHandle service(
        ::OpenServiceW(raw(manager), kServiceName, wish == Wish::Look ? look : change));
    if (service) {
        return InstalledService(std::move(service));
    }
    const DWORD code = ::GetLastError();
    if (code == ERROR_SERVICE_DOES_NOT_EXIST) {
        return std::nullopt;
    }
    return Failure(manager_error("open the service", code));
}

Result<InstalledService> InstalledService::install(const std::wstring& command) {
    ORIEL_TRY_ASSIGN(const UniqueServiceHandle manager, open_manager(SC_MANAGER_ALL_ACCESS));
    UniqueServiceHandle service(::CreateServiceW(raw(manager),
                                                 kServiceName,
                                                 kServiceTitle,
                                                 SERVICE_ALL_ACCESS,
                                                 SERVICE_WIN32_OWN_PROCESS,
                                                 SERVICE_AUTO_START,
                                                 SERVICE_ERROR_NORMAL,
                                                 command.c_str(),
                                                 nullptr,
                                                 nullptr,
                                                 nullptr,
                                                 nullptr,
                                                 nullptr));
    if (!service) {
        if (const DWORD code = ::GetLastError(); code != ERROR_SERVICE_EXISTS) {
            return Failure(manager_error("create the service", code));
        }
        service.reset(::OpenServiceW(raw(manager), kServiceName, SERVICE_ALL_ACCESS));
        if (!service || ::ChangeServiceConfigW(raw(service),
                                               SERVICE_WIN32_OWN_PROCESS,
                                               SERVICE_AUTO_START,
                                               SERVICE_ERROR_NORMAL,
                                               command.c_str(),
                                               nullptr,
                                               nullptr,
                                               nullptr,
                                               nullptr,
                                               nullptr,
                                               kServiceTitle) == 0) {
            return Failure(last_error("configure the service"));
        }
    }
    ORIEL_TRY(set_restarts(raw(service)));
    return InstalledService(std::move(service));
}

Result<InstalledService::State> InstalledService::state() const {
    SERVICE_STATUS_PROCESS told{};
    DWORD size = 0;
    if (::QueryServiceStatusEx(raw(service_),
                               SC_STATUS_PROCESS_INFO,
                               reinterpret_cast<BYTE*>(&told),
                               sizeof(told),
                               &size) == 0) {
        return Failure(last_error("ask for the service's state"));
    }
    return State{.runs = told.dwCurrentState == SERVICE_RUNNING,
                 .is_gone = told.dwCurrentState == SERVICE_STOPPED,
                 .process = told.dwProcessId,
                 .exit_code = told.dwWin32ExitCode};
}

Result<InstalledService::Setup> InstalledService::setup() const {
    DWORD size = 0;
    static_cast<void>(::QueryServiceConfigW(raw(service_), nullptr, 0, &size));
    std::vector<std::byte> bytes(size);
    auto* const told = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(bytes.data());
    if (size == 0 || ::QueryServiceConfigW(raw(service_), told, size, &size) == 0) {
        return Failure(last_error("ask for the service's configuration"));
    }
    return Setup{.command = told->lpBinaryPathName,
                 .starts_at_boot = told->dwStartType == SERVICE_AUTO_START};
}

Result<void> InstalledService::start() const {
    if (::StartServiceW(raw(service_), 0, nullptr) == 0) {
        if (const DWORD code = ::GetLastError(); code != ERROR_SERVICE_ALREADY_RUNNING) {
            return Failure(manager_error("start the service", code));
        }
    }
    State last;
    ORIEL_TRY_ASSIGN(const bool is_done,
                     wait_until(
                         [&]() -> Result<bool> {
                             ORIEL_TRY_ASSIGN(last, state());
                             return last.runs || last.is_gone;
                         },
                         kPatience));
    if (last.runs) {
        return {};
    }
    return Failure(Error{ErrorKind::System,
                         0,
                         is_done ? "the service ended at once: the event log of Windows "
                                   "(Application, source OrielGuest) says why"
                                 : "the service does not start within 30 s: look into Windows' "
                                   "event log (System)"});
}

Result<void> InstalledService::stop() const {
    SERVICE_STATUS status{};
    if (::ControlService(raw(service_), SERVICE_CONTROL_STOP, &status) == 0) {
        const DWORD code = ::GetLastError();
        if (code == ERROR_SERVICE_NOT_ACTIVE) {
            return {};
        }
        // It is about to stop, or to start: the former is what is waited for.
        if (code != ERROR_SERVICE_CANNOT_ACCEPT_CTRL) {
            return Failure(manager_error("stop the service", code));
        }
    }
    ORIEL_TRY_ASSIGN(const bool is_done,
                     wait_until(
                         [&]() -> Result<bool> {
                             ORIEL_TRY_ASSIGN(const State now, state());
                             return now.is_gone;
                         },
                         kPatience));
    if (!is_done) {
        return Failure(Error{ErrorKind::System,
                             0,
                             "the service does not stop within 30 s: end its process in the Task "
                             "Manager (oriel-guest.exe)"});
    }
    return {};
}

Result<void> InstalledService::remove(InstalledService service) {
    if (::DeleteService(raw(service.service_)) == 0) {
        if (const DWORD code = ::GetLastError(); code != ERROR_SERVICE_MARKED_FOR_DELETE) {
            return Failure(manager_error("uninstall the service", code));
        }
    }
    service.service_.reset();
    // It is there as long as anybody has a handle of it.
    ORIEL_TRY_ASSIGN(const bool is_done,
                     wait_until(
                         [&]() -> Result<bool> {
                             ORIEL_TRY_ASSIGN(const auto found, find(Wish::Look));
                             return !found.has_value();
                         },
                         kRemovalPatience));
    if (!is_done) {
        return Failure(manager_error("", ERROR_SERVICE_MARKED_FOR_DELETE));
    }
    return {};
}

}  // namespace oriel
