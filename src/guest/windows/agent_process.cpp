// SPDX-License-Identifier: MIT
#include "guest/windows/agent_process.h"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <windows.h>

// After windows.h, which it needs.
#include <userenv.h>

#include "base/windows/last_error.h"
#include "base/windows/stop_event.h"

namespace oriel {
namespace {

/// This process's own token, for a process in another session.
Result<OwnedHandle> token_for(DWORD session) {
    HANDLE raw = nullptr;
    if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_DUPLICATE | TOKEN_QUERY, &raw) == 0) {
        return Failure(last_error("open the service's token"));
    }
    const OwnedHandle own(raw);
    raw = nullptr;
    if (::DuplicateTokenEx(
            own.get(), MAXIMUM_ALLOWED, nullptr, SecurityIdentification, TokenPrimary, &raw) == 0) {
        return Failure(last_error("duplicate the service's token"));
    }
    OwnedHandle token(raw);
    if (::SetTokenInformation(token.get(), TokenSessionId, &session, sizeof(session)) == 0) {
        return Failure(last_error(fmt::format("enter session {}", session)));
    }
    return token;
}

/// A job whose processes end with its last handle.
Result<OwnedHandle> make_job() {
    OwnedHandle job(::CreateJobObjectW(nullptr, nullptr));
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    if (!job || ::SetInformationJobObject(
                    job.get(), JobObjectExtendedLimitInformation, &limits, sizeof(limits)) == 0) {
        return Failure(last_error("make a job for the agent"));
    }
    return job;
}

struct Pipe {
    OwnedHandle reader;
    OwnedHandle writer;
};

Result<Pipe> make_pipe() {
    SECURITY_ATTRIBUTES inherited{sizeof(inherited), nullptr, TRUE};
    HANDLE reader = nullptr;
    HANDLE writer = nullptr;
    if (::CreatePipe(&reader, &writer, &inherited, 0) == 0) {
        return Failure(last_error("make a pipe for the agent's lines"));
    }
    Pipe pipe{OwnedHandle(reader), OwnedHandle(writer)};
    static_cast<void>(::SetHandleInformation(reader, HANDLE_FLAG_INHERIT, 0));
    return pipe;
}

/// Which handles the agent inherits: these, and none that another thread happens to open meanwhile.
class HandleList {
  public:
    static Result<HandleList> make(std::vector<HANDLE> handles) {
        HandleList list(std::move(handles));
        SIZE_T size = 0;
        static_cast<void>(::InitializeProcThreadAttributeList(nullptr, 1, 0, &size));
        list.bytes_.resize(size);
        if (::InitializeProcThreadAttributeList(list.get(), 1, 0, &size) == 0 ||
            ::UpdateProcThreadAttribute(list.get(),
                                        0,
                                        PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                                        list.handles_.data(),
                                        list.handles_.size() * sizeof(HANDLE),
                                        nullptr,
                                        nullptr) == 0) {
            return Failure(last_error("list what the agent inherits"));
        }
        return list;
    }

    LPPROC_THREAD_ATTRIBUTE_LIST get() {
        return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(bytes_.data());
    }

  private:
    explicit HandleList(std::vector<HANDLE> handles) : handles_(std::move(handles)) {}

    std::vector<HANDLE> handles_;
    std::vector<std::byte> bytes_;
};

/// The environment of the system's user, and the number of the event by which the agent is asked to
/// end: "NAME=VALUE" after "NAME=VALUE", and an empty one.
std::wstring environment_of(HANDLE token, HANDLE stop_event) {
    std::wstring all;
    void* block = nullptr;
    if (::CreateEnvironmentBlock(&block, token, FALSE) != 0) {
        const auto* const first = static_cast<const wchar_t*>(block);
        for (const wchar_t* entry = first; *entry != L'\0';) {
            const std::wstring text(entry);
            all += text + L'\0';
            entry += text.size() + 1;
        }
        static_cast<void>(::DestroyEnvironmentBlock(block));
    }
    all += stop_event_variable(stop_event) + L'\0';
    return all + L'\0';
}

/// Until nobody has the pipe's other end any more. A line that does not end is cut.
void read_lines(HANDLE pipe, const AgentProcess::Line& line) {
    constexpr std::size_t kLongest = 4096;
    std::string pending;
    std::array<char, 4096> buffer{};
    DWORD size = 0;
    while (::ReadFile(pipe, buffer.data(), buffer.size(), &size, nullptr) != 0) {
        for (const char byte : std::string_view(buffer.data(), size)) {
            if (byte == '\n' || pending.size() == kLongest) {
                line(pending);
                pending.clear();
            }
            if (byte != '\n' && byte != '\r') {
                pending += byte;
            }
        }
    }
    if (!pending.empty()) {
        line(pending);
    }
}

}  // namespace

Result<AgentProcess> AgentProcess::start(std::wstring command_line,
                                         std::uint32_t session,
                                         Line line) {
    AgentProcess agent;
    ORIEL_TRY_ASSIGN(const OwnedHandle token, token_for(session));
    ORIEL_TRY_ASSIGN(agent.job_, make_job());
    ORIEL_TRY_ASSIGN(agent.stop_event_, make_inherited_stop_event());
    ORIEL_TRY_ASSIGN(Pipe pipe, make_pipe());
    ORIEL_TRY_ASSIGN(HandleList inherited,
                     HandleList::make({agent.stop_event_.get(), pipe.writer.get()}));
    std::wstring environment = environment_of(token.get(), agent.stop_event_.get());
    std::wstring desktop = L"winsta0\\default";
    STARTUPINFOEXW how{};
    how.StartupInfo.cb = sizeof(how);
    how.StartupInfo.lpDesktop = desktop.data();
    how.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    how.StartupInfo.hStdOutput = pipe.writer.get();
    how.StartupInfo.hStdError = pipe.writer.get();
    how.lpAttributeList = inherited.get();
    PROCESS_INFORMATION made{};
    // Suspended until it is in its job, so that nothing it starts can be outside.
    constexpr DWORD kFlags = CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT |
                             CREATE_NO_WINDOW | CREATE_SUSPENDED | HIGH_PRIORITY_CLASS;
    if (::CreateProcessAsUserW(token.get(),
                               nullptr,
                               command_line.data(),
                               nullptr,
                               nullptr,
                               TRUE,
                               kFlags,
                               environment.data(),
                               nullptr,
                               &how.StartupInfo,
                               &made) == 0) {
        return Failure(last_error(fmt::format("start the agent in session {}", session)));
    }
    agent.process_ = OwnedHandle(made.hProcess);
    const OwnedHandle thread(made.hThread);
    if (::AssignProcessToJobObject(agent.job_.get(), made.hProcess) == 0) {
        const Error error = last_error("put the agent into its job");
        agent.kill();
        return Failure(error);
    }
    agent.output_ = std::move(pipe.reader);
    agent.reader_ = std::jthread(read_lines, agent.output_.get(), std::move(line));
    static_cast<void>(::ResumeThread(thread.get()));
    return agent;
}

AgentProcess::~AgentProcess() {
    job_.reset();
}

std::uint32_t AgentProcess::id() const {
    return ::GetProcessId(process_.get());
}

void AgentProcess::ask_to_end() const {
    static_cast<void>(::SetEvent(stop_event_.get()));
}

void AgentProcess::kill() const {
    constexpr UINT kKilled = 137;
    static_cast<void>(::TerminateProcess(process_.get(), kKilled));
}

std::uint32_t AgentProcess::exit_code() const {
    DWORD code = 0;
    static_cast<void>(::GetExitCodeProcess(process_.get(), &code));
    return code;
}

}  // namespace oriel
