// SPDX-License-Identifier: MIT
#include "guest/windows/service_main.h"

#include <windows.h>

// After windows.h, which it needs.
#include <winsvc.h>

#include "base/version.h"
#include "guest/windows/service_names.h"
#include "guest/windows/service_settings.h"
#include "guest/windows/supervisor.h"

namespace oriel {
namespace {

/// What the service tells its manager, and hears from it.
class ManagerLink {
  public:
    ManagerLink() { news_.event = OwnedHandle(::CreateEventW(nullptr, FALSE, FALSE, nullptr)); }

    bool connect() {
        status_ = ::RegisterServiceCtrlHandlerExW(kServiceName, on_control, this);
        return status_ != nullptr;
    }

    const ServiceNews& news() const { return news_; }

    void tell(DWORD state, DWORD exit_code = NO_ERROR) const {
        constexpr DWORD kMostMilliseconds = 10'000;
        SERVICE_STATUS status{};
        status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
        status.dwCurrentState = state;
        status.dwWin32ExitCode = exit_code;
        if (state == SERVICE_RUNNING) {
            status.dwControlsAccepted =
                SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_SESSIONCHANGE;
        } else if (state != SERVICE_STOPPED) {
            status.dwWaitHint = kMostMilliseconds;
        }
        static_cast<void>(::SetServiceStatus(status_, &status));
    }

  private:
    static DWORD WINAPI on_control(DWORD control, DWORD, void*, void* context) {
        auto& link = *static_cast<ManagerLink*>(context);
        switch (control) {
        case SERVICE_CONTROL_STOP:
        case SERVICE_CONTROL_SHUTDOWN:
            link.tell(SERVICE_STOP_PENDING);
            link.news_.stop = true;
            break;
        case SERVICE_CONTROL_SESSIONCHANGE:
        case SERVICE_CONTROL_INTERROGATE:
            break;
        default:
            return ERROR_CALL_NOT_IMPLEMENTED;
        }
        // Of a session's change nothing but the fact is used: which one has the screen is asked
        // anew.
        static_cast<void>(::SetEvent(link.news_.event.get()));
        return NO_ERROR;
    }

    ServiceNews news_;
    SERVICE_STATUS_HANDLE status_ = nullptr;
};

void WINAPI serve(DWORD, wchar_t**) {
    // For as long as the process lives: its handler may be called until then.
    static ManagerLink link;
    if (!link.connect()) {
        return;
    }
    link.tell(SERVICE_START_PENDING);
    ServiceLog log;
    const auto command = agent_command();
    if (!command) {
        log.write(LogLevel::Error, command.error().message);
        link.tell(SERVICE_STOPPED, ERROR_BAD_CONFIGURATION);
        return;
    }
    log.write(LogLevel::Info, std::string("started, version ") + kVersion);
    link.tell(SERVICE_RUNNING);
    Supervisor(*command, log).run(link.news());
    log.write(LogLevel::Info, "stopped");
    link.tell(SERVICE_STOPPED);
}

}  // namespace

Result<int> run_as_service() {
    std::wstring name = kServiceName;
    const SERVICE_TABLE_ENTRYW table[] = {{name.data(), serve}, {nullptr, nullptr}};
    if (::StartServiceCtrlDispatcherW(table) != 0) {
        return 0;
    }
    const DWORD code = ::GetLastError();
    if (code == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT) {
        return Failure(Error::usage(
            "`service run` is for Windows' service manager: use `oriel-guest service start`"));
    }
    return Failure(Error::system("reach the service manager", static_cast<int>(code)));
}

}  // namespace oriel
