// SPDX-License-Identifier: MIT
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <windows.h>

#include "base/clock.h"
#include "base/windows/wide_text.h"
#include "guest/windows/installed_service.h"
#include "guest/windows/machine_folder.h"
#include "guest/windows/service_names.h"
#include "guest/windows/service_settings.h"
#include "guest/windows/testing/processes.h"

namespace oriel {
namespace {

using testing_support::children_of;
using testing_support::comes_true;
using testing_support::kill_process;
using testing_support::processes_of;
using testing_support::Ran;
using testing_support::run_program;

constexpr const wchar_t* kProgram = L"service_stand_in.exe";

std::wstring stand_in() {
    const std::wstring self = own_program().value_or(L"");
    return self.substr(0, self.rfind(L'\\') + 1) + kProgram;
}

Ran service(const std::wstring& verb) {
    return run_program(stand_in(), L"service " + verb);
}

/// The service's process; 0: it does not run.
std::uint32_t service_process() {
    const auto found = InstalledService::find(InstalledService::Wish::Look);
    if (!found || !found->has_value()) {
        return 0;
    }
    const auto state = (*found)->state();
    return state && state->runs ? state->process : 0;
}

/// The agent's process; 0: there is none, or more than one.
std::uint32_t agent_process() {
    const auto found = children_of(service_process(), kProgram);
    return found.size() == 1 ? found.front() : 0;
}

std::string log_text() {
    const auto folder = machine_folder_path();
    std::ifstream file(to_utf8(folder.value_or(L"")) + "\\guest.log", std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

bool is_key(const std::wstring& path) {
    HKEY key = nullptr;
    if (::RegOpenKeyExW(HKEY_LOCAL_MACHINE, path.c_str(), 0, KEY_READ, &key) != ERROR_SUCCESS) {
        return false;
    }
    ::RegCloseKey(key);
    return true;
}

void set_options(const std::wstring& options) {
    const auto size = static_cast<DWORD>((options.size() + 1) * sizeof(wchar_t));
    ASSERT_EQ(
        ::RegSetKeyValueW(
            HKEY_LOCAL_MACHINE, kServiceParameters, kServiceOptions, REG_SZ, options.c_str(), size),
        ERROR_SUCCESS);
}

/// What is left all the same is ended, so that it is in no other test's way.
void expect_no_process() {
    EXPECT_TRUE(comes_true([] { return processes_of(kProgram).empty(); }));
    for (const std::uint32_t id : processes_of(kProgram)) {
        kill_process(id);
    }
}

/// Each test begins with an installed service that has an agent, and ends without either.
class Service : public testing::Test {
  protected:
    void SetUp() override {
        const Ran ran = service(L"install");
        ASSERT_EQ(ran.exit_code, 0U) << ran.output;
        ASSERT_TRUE(comes_true([] { return agent_process() != 0; })) << log_text();
    }

    void TearDown() override {
        static_cast<void>(service(L"uninstall"));
        expect_no_process();
    }
};

TEST_F(Service, RunsAnAgentOnTheScreensDesktop) {
    DWORD session = 0;
    ASSERT_NE(::ProcessIdToSessionId(agent_process(), &session), 0);

    EXPECT_EQ(session, ::WTSGetActiveConsoleSessionId());
    EXPECT_TRUE(comes_true([] { return log_text().contains("options [--wait], session 1"); }))
        << log_text();
}

TEST_F(Service, SaysThatItRuns) {
    const Ran ran = service(L"status");

    EXPECT_EQ(ran.exit_code, 0U);
    EXPECT_NE(ran.output.find("runs, process"), std::string::npos) << ran.output;
    EXPECT_NE(ran.output.find("with Windows"), std::string::npos) << ran.output;
}

TEST_F(Service, IsInstalledTwiceWithoutHarm) {
    const std::uint32_t before = agent_process();

    const Ran ran = service(L"install");

    EXPECT_EQ(ran.exit_code, 0U) << ran.output;
    EXPECT_EQ(agent_process(), before);
}

TEST_F(Service, StartsAnAgentThatWasKilledTwentyTimes) {
    std::uint32_t agent = agent_process();
    for (int i = 0; i < 20; ++i) {
        kill_process(agent);
        ASSERT_TRUE(comes_true([&] {
            const std::uint32_t next = agent_process();
            return next != 0 && next != agent;
        })) << i
            << "\n"
            << log_text();
        agent = agent_process();
    }
    EXPECT_TRUE(log_text().contains("the agent ended by itself, with code 9"));
}

TEST_F(Service, EndsTheAgentByAskingIt) {
    EXPECT_EQ(service(L"stop").exit_code, 0U);

    EXPECT_TRUE(processes_of(kProgram).empty());
    EXPECT_TRUE(log_text().contains("asked to end")) << log_text();
    EXPECT_EQ(service(L"status").exit_code, 1U);
}

TEST_F(Service, StopsAndStartsTwiceWithoutHarm) {
    EXPECT_EQ(service(L"stop").exit_code, 0U);
    EXPECT_EQ(service(L"stop").exit_code, 0U);
    EXPECT_EQ(service(L"start").exit_code, 0U);
    EXPECT_EQ(service(L"start").exit_code, 0U);

    EXPECT_TRUE(comes_true([] { return agent_process() != 0; })) << log_text();
}

TEST_F(Service, KillsAnAgentThatDoesNotEnd) {
    ASSERT_EQ(service(L"stop").exit_code, 0U);
    set_options(L"--deaf");
    ASSERT_EQ(service(L"start").exit_code, 0U);
    ASSERT_TRUE(comes_true([] { return log_text().contains("options [--wait --deaf]"); }));
    const Nanoseconds before = monotonic_now();

    EXPECT_EQ(service(L"stop").exit_code, 0U);

    EXPECT_GE(monotonic_now() - before, std::chrono::seconds(3));
    EXPECT_TRUE(processes_of(kProgram).empty());
    EXPECT_TRUE(log_text().contains("the agent does not end: killing it"));
}

TEST_F(Service, EndsWhatTheAgentStarted) {
    ASSERT_EQ(service(L"stop").exit_code, 0U);
    set_options(L"--parent");
    ASSERT_EQ(service(L"start").exit_code, 0U);
    ASSERT_TRUE(comes_true([] { return processes_of(kProgram).size() == 3; })) << log_text();

    EXPECT_EQ(service(L"stop").exit_code, 0U);

    EXPECT_TRUE(processes_of(kProgram).empty());
}

TEST_F(Service, LeavesNothingBehind) {
    EXPECT_EQ(service(L"uninstall").exit_code, 0U);

    EXPECT_TRUE(processes_of(kProgram).empty());
    EXPECT_FALSE(is_key(L"SYSTEM\\CurrentControlSet\\Services\\OrielGuest"));
    EXPECT_FALSE(is_key(kEventSourceKey));
}

TEST(ServiceThatIsNotInstalled, SaysWhatToDo) {
    const Ran status = service(L"status");
    const Ran start = service(L"start");
    const Ran uninstall = service(L"uninstall");

    EXPECT_EQ(status.exit_code, 1U);
    EXPECT_NE(status.output.find("`oriel-guest service install`"), std::string::npos);
    EXPECT_EQ(start.exit_code, 1U);
    EXPECT_NE(start.output.find("is not installed"), std::string::npos) << start.output;
    EXPECT_EQ(uninstall.exit_code, 1U);
}

TEST(ServiceThatIsNotInstalled, IsNotRunByAPerson) {
    const Ran ran = service(L"run");

    EXPECT_EQ(ran.exit_code, 2U);
    EXPECT_NE(ran.output.find("use `oriel-guest service start`"), std::string::npos) << ran.output;
}

TEST(AgentProcess, EndsWithAServiceThatWasKilled) {
    STARTUPINFOW how{};
    how.cb = sizeof(how);
    PROCESS_INFORMATION made{};
    std::wstring line = L"\"" + stand_in() + L"\" hold";
    ASSERT_NE(::CreateProcessW(
                  nullptr, line.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &how, &made),
              0);
    ASSERT_TRUE(comes_true([] { return processes_of(kProgram).size() == 2; }));

    kill_process(made.dwProcessId);
    ::CloseHandle(made.hProcess);
    ::CloseHandle(made.hThread);

    expect_no_process();
}

}  // namespace
}  // namespace oriel
