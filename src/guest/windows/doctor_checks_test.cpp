// SPDX-License-Identifier: MIT
#include "guest/windows/doctor_checks.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace oriel {
namespace {

using State = Check::State;

/// A guest in which everything is as it should be.
DoctorFacts healthy() {
    return {.system = {.major = 10, .build = 19045, .sees_pixels = true},
            .pci_devices = {{.place = "PCI bus 0, device 5, function 0", .problem = 0}},
            .memories = {{.place = "ivshmem 0", .size = std::uint64_t{64} << 20U}},
            .adapters = {{.name = "AMD Radeon", .vendor = 0x1002, .device = 0x73bf, .screens = 1}},
            .screens = {{1920, 1080}},
            .captures = {.duplication = "dxgi 1920x1080", .gdi = "gdi 1920x1080"},
            .sessions = {.own = 1, .with_screen = 1, .is_remote = false},
            .service = DoctorFacts::Service{
                .is_installed = true, .runs = true, .starts_at_boot = true, .log = "guest.log"}};
}

Check find(const DoctorFacts& facts, const std::string& name) {
    const std::vector<Check> checks = windows_checks(facts);
    const auto found = std::ranges::find(checks, name, &Check::name);
    EXPECT_NE(found, checks.end()) << name;
    return found != checks.end() ? *found : Check::ok(name, "");
}

TEST(WindowsChecks, FindNothingWhereAllIsWell) {
    const std::vector<Check> checks = windows_checks(healthy());

    EXPECT_TRUE(
        std::ranges::all_of(checks, [](const Check& check) { return check.state == State::Ok; }));
    EXPECT_TRUE(std::ranges::all_of(checks, [](const Check& check) { return check.cure.empty(); }));
}

TEST(WindowsChecks, TellAMissingDeviceFromAMissingDriver) {
    DoctorFacts facts = healthy();
    facts.memories.clear();
    EXPECT_EQ(find(facts, "device").found, "the ivshmem device has no driver");

    facts.pci_devices.front().problem = 28;
    EXPECT_EQ(find(facts, "device").found, "the ivshmem device has no driver");

    facts.pci_devices.clear();
    EXPECT_EQ(find(facts, "device").found, "this machine has no ivshmem device (PCI 1af4:1110)");
    EXPECT_EQ(find(facts, "device").state, State::Fail);
}

TEST(WindowsChecks, TellOfADriverThatIsNotSigned) {
    DoctorFacts facts = healthy();
    facts.memories.clear();
    facts.pci_devices.front().problem = 52;

    EXPECT_EQ(find(facts, "device").state, State::Fail);
    EXPECT_NE(find(facts, "device").cure.find("not signed"), std::string::npos);
}

TEST(WindowsChecks, SayWhichSizeTheMemoryShouldHave) {
    DoctorFacts facts = healthy();
    facts.screens = {{1024, 768}, {5120, 2880}};
    EXPECT_EQ(find(facts, "memory").state, State::Fail);
    EXPECT_NE(find(facts, "memory").cure.find("--size 128"), std::string::npos)
        << find(facts, "memory").cure;

    facts.memories.front().size = std::uint64_t{128} << 20U;
    EXPECT_EQ(find(facts, "memory").state, State::Warn);

    facts.memories.front().size = std::uint64_t{256} << 20U;
    EXPECT_EQ(find(facts, "memory").state, State::Ok);
}

TEST(WindowsChecks, TakeMemoryThatTheServiceUsesForWell) {
    DoctorFacts facts = healthy();
    facts.memories.front().size = Failure(Error::busy("ivshmem 0 is mapped by another program"));
    EXPECT_EQ(find(facts, "memory").state, State::Ok);

    facts.service->runs = false;
    EXPECT_EQ(find(facts, "memory").state, State::Fail);
    EXPECT_EQ(find(facts, "memory").found, "ivshmem 0 is mapped by another program");
}

TEST(WindowsChecks, WarnOfAScreenWithoutAGpu) {
    DoctorFacts facts = healthy();
    facts.adapters.push_back({.name = "Microsoft Basic Render Driver",
                              .vendor = 0x1414,
                              .device = 0x008c,
                              .screens = 0});
    EXPECT_EQ(adapter_checks(facts.adapters)[1].state, State::Ok);

    facts.adapters[1].screens = 1;
    EXPECT_EQ(adapter_checks(facts.adapters)[1].state, State::Warn);
}

TEST(WindowsChecks, FailOnlyWhereNothingCanBeCaptured) {
    DoctorFacts facts = healthy();
    facts.captures.duplication = Failure(Error::unsupported("no duplication"));
    EXPECT_EQ(find(facts, "dxgi").state, State::Warn);
    EXPECT_EQ(find(facts, "gdi").state, State::Ok);

    facts.captures.gdi = Failure(Error::unsupported("no desktop"));
    EXPECT_EQ(find(facts, "gdi").state, State::Fail);
}

TEST(WindowsChecks, MissAScreen) {
    DoctorFacts facts = healthy();
    facts.screens.clear();

    EXPECT_EQ(find(facts, "screen").state, State::Fail);
    EXPECT_EQ(find(facts, "memory").state, State::Ok);
}

TEST(WindowsChecks, WarnInASessionThatHasNotTheScreen) {
    DoctorFacts facts = healthy();
    facts.sessions.own = 2;
    EXPECT_EQ(find(facts, "session").state, State::Warn);
    EXPECT_EQ(find(facts, "session").found, "this is session 2, and the screen is session 1's");
}

TEST(WindowsChecks, TellHowTheServiceFares) {
    DoctorFacts facts = healthy();
    facts.service->starts_at_boot = false;
    EXPECT_EQ(find(facts, "service").state, State::Warn);

    facts.service->runs = false;
    EXPECT_EQ(find(facts, "service").state, State::Fail);

    facts.service->is_installed = false;
    EXPECT_EQ(find(facts, "service").state, State::Warn);
}

TEST(WindowsChecks, RefuseOldWindows) {
    DoctorFacts facts = healthy();
    facts.system.build = 22631;
    EXPECT_EQ(find(facts, "windows").found, "Windows 11, build 22631");

    facts.system.sees_pixels = false;
    EXPECT_EQ(find(facts, "windows").state, State::Warn);

    facts.system.major = 6;
    EXPECT_EQ(find(facts, "windows").state, State::Fail);
}

}  // namespace
}  // namespace oriel
