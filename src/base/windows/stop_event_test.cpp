// SPDX-License-Identifier: MIT
#include "base/windows/stop_event.h"

#include <gtest/gtest.h>
#include <windows.h>

#include "base/stop_signals.h"

namespace oriel {
namespace {

/// As the child finds it.
void put_into_environment(const std::wstring& variable) {
    const std::size_t equals = variable.find(L'=');
    ASSERT_NE(equals, std::wstring::npos);
    ASSERT_NE(::SetEnvironmentVariableW(variable.substr(0, equals).c_str(),
                                        variable.substr(equals + 1).c_str()),
              0);
}

TEST(StopEvent, IsFoundByTheChildOnce) {
    auto event = make_inherited_stop_event();
    ASSERT_TRUE(event);
    put_into_environment(stop_event_variable(event->get()));

    const OwnedHandle taken = take_stop_event();
    const OwnedHandle again = take_stop_event();

    EXPECT_EQ(taken.get(), event->release());
    EXPECT_FALSE(again);
}

TEST(StopEvent, IsNoneWhereANumberNamesNothing) {
    put_into_environment(L"ORIEL_STOP_EVENT=987654320");
    EXPECT_FALSE(take_stop_event());

    put_into_environment(L"ORIEL_STOP_EVENT=me");
    EXPECT_FALSE(take_stop_event());
}

TEST(StopEvent, EndsAProgramAsCtrlCDoes) {
    auto event = make_inherited_stop_event();
    ASSERT_TRUE(event);
    put_into_environment(stop_event_variable(event->get()));
    const auto signals = StopSignals::take_over();
    ASSERT_TRUE(signals);
    EXPECT_EQ(signals->take(), std::nullopt);

    ::SetEvent(event->release());

    EXPECT_EQ(::WaitForSingleObject(signals->handle(), 0), WAIT_OBJECT_0);
    EXPECT_TRUE(signals->take().has_value());
    EXPECT_EQ(signals->take(), std::nullopt);
}

}  // namespace
}  // namespace oriel
