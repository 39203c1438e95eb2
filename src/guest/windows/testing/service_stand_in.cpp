// SPDX-License-Identifier: MIT
#include <iterator>
#include <map>
#include <string>

#include <fmt/format.h>
#include <windows.h>

#include "base/log.h"
#include "base/output.h"
#include "base/report.h"
#include "base/stop_signals.h"
#include "base/windows/stop_event.h"
#include "base/windows/wide_text.h"
#include "guest/service_command.h"
#include "guest/windows/agent_process.h"
#include "guest/windows/service_settings.h"

// `oriel-guest service ...` as it is, around an agent that captures nothing, for the service's
// tests:
//   service_stand_in service VERB     the command, and the service
//   service_stand_in --wait OPTION... the agent: --deaf does not end when it is asked to,
//                                     --parent starts another one, which sleeps
//   service_stand_in hold             starts such an agent as the service does, and sleeps

namespace {

using namespace oriel;  // NOLINT(google-build-using-namespace): a program of the tests

int run_verb(const std::string& verb) {
    using Verb = ServiceCommandOptions::Verb;
    const std::map<std::string, Verb> verbs{{"install", Verb::Install},
                                            {"uninstall", Verb::Uninstall},
                                            {"start", Verb::Start},
                                            {"stop", Verb::Stop},
                                            {"status", Verb::Status},
                                            {"run", Verb::Run}};
    const auto done = run_service({verbs.at(verb), ServiceCommandOptions::Scope::System});
    return done ? *done : report_failure(done.error());
}

std::string desktop() {
    wchar_t name[64] = {};
    DWORD size = 0;
    static_cast<void>(::GetUserObjectInformationW(::GetThreadDesktop(::GetCurrentThreadId()),
                                                  UOI_NAME,
                                                  std::data(name),
                                                  sizeof(name),
                                                  &size));
    return to_utf8(std::data(name));
}

void start_child() {
    const auto self = own_program();
    STARTUPINFOW how{};
    how.cb = sizeof(how);
    PROCESS_INFORMATION made{};
    std::wstring line = L"\"" + self.value_or(L"") + L"\" --sleep";
    if (::CreateProcessW(
            nullptr, line.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &how, &made) != 0) {
        ::CloseHandle(made.hProcess);
        ::CloseHandle(made.hThread);
    }
}

int run_agent(const std::string& options) {
    DWORD session = 0;
    static_cast<void>(::ProcessIdToSessionId(::GetCurrentProcessId(), &session));
    log(LogLevel::Info,
        fmt::format("options [{}], session {}, desktop {}", options, session, desktop()));
    if (options.contains("--parent")) {
        start_child();
    }
    const auto signals = StopSignals::take_over();
    if (!signals || options.contains("--deaf") || options.contains("--sleep")) {
        ::Sleep(INFINITE);
    }
    static_cast<void>(::WaitForSingleObject(signals->handle(), INFINITE));
    log(LogLevel::Info, "asked to end");
    return 0;
}

int hold_agent() {
    const auto self = own_program();
    const auto agent = AgentProcess::start(L"\"" + self.value_or(L"") + L"\" --wait",
                                           ::WTSGetActiveConsoleSessionId(),
                                           [](std::string_view) {});
    if (!agent) {
        return report_failure(agent.error());
    }
    print_line(std::to_string(agent->id()));
    ::Sleep(INFINITE);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    log_set_program("oriel-guest");
    const std::string first = argc > 1 ? argv[1] : "";
    if (first == "service" && argc == 3) {
        return finish_output(run_verb(argv[2]));
    }
    if (first == "hold") {
        return hold_agent();
    }
    std::string options;
    for (int i = 1; i < argc; ++i) {
        options += (i > 1 ? " " : "") + std::string(argv[i]);
    }
    return run_agent(options);
}
