// SPDX-License-Identifier: MIT
// The Windows side of ivshmem_region_test.cpp, which makes for each suite here the machine that it
// is about, and runs it alone.
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <windows.h>

#include "region/region.h"
#include "region/windows/ivshmem_driver.h"
#include "region/windows/ivshmem_list.h"

namespace oriel {
namespace {

constexpr DWORD kLongEnoughMs = 20000;
constexpr std::size_t kPlace = 4096;

Result<std::unique_ptr<Region>> open(const std::string& which = "", Role role = Role::Publish) {
    return Region::open({Target::Kind::Pci, which, 0}, role);
}

void expect_refused(const Result<std::unique_ptr<Region>>& region,
                    ErrorKind kind,
                    std::string_view words) {
    ASSERT_FALSE(region);
    EXPECT_EQ(region.error().kind, kind) << region.error().message;
    EXPECT_NE(region.error().message.find(words), std::string::npos) << region.error().message;
}

/// To the test, which waits for it.
void say(const char* words) {
    std::puts(words);
    std::fflush(stdout);
}

void write_text(const Region& region, std::string_view text) {
    std::memcpy(region.memory().bytes().data() + kPlace, text.data(), text.size());
}

std::string read_text(const Region& region, std::size_t length) {
    return {reinterpret_cast<const char*>(region.memory().bytes().data() + kPlace), length};
}

TEST(OneDevice, IsMappedWithAllOfItsMemory) {
    const auto region = open();
    ASSERT_TRUE(region) << region.error().message;

    EXPECT_EQ((*region)->description(), "pci:00:05.0");
    EXPECT_EQ((*region)->memory().bytes().size(), 2U << 20U);
    EXPECT_EQ(read_text(**region, 10), "from Linux");
    write_text(**region, "from Windows");
}

TEST(OneDevice, IsGivenBackAndTakenAgain) {
    ASSERT_TRUE(open());
    EXPECT_TRUE(open("00:05.0"));
    EXPECT_TRUE(open("0"));
    EXPECT_TRUE(open("", Role::Watch));
}

TEST(OneDevice, IsNotOpenedTwiceByUs) {
    const auto region = open();
    ASSERT_TRUE(region) << region.error().message;

    expect_refused(open(), ErrorKind::Busy, "another oriel-guest has ivshmem device 00:05.0");
    expect_refused(open("", Role::Watch), ErrorKind::Busy, "another oriel-guest");
}

TEST(OneDevice, ThatAnotherProgramHasMappedIsSaidToBeBusy) {
    const auto devices = find_ivshmem_devices();
    ASSERT_TRUE(devices) << devices.error().message;
    const auto other = IvshmemDriver::map(devices->front().path, "the device");
    ASSERT_TRUE(other) << other.error().message;

    expect_refused(open(), ErrorKind::Busy, "is mapped by another program already");
}

TEST(OneDevice, SendsViewersToTheHost) {
    expect_refused(open("", Role::Show), ErrorKind::Unsupported, "view it on the host");
}

TEST(Doorbells, RingViewersByTheirPeerNumbers) {
    const auto region = open();
    ASSERT_TRUE(region) << region.error().message;

    (*region)->ring_viewers(1U << 0U | 1U << 5U);
    (*region)->ring_viewers(1U << 5U);
}

TEST(Doorbells, ReachTheAgentUntilItDrainsThem) {
    const auto region = open();
    ASSERT_TRUE(region) << region.error().message;
    ASSERT_NE((*region)->doorbell_handle(), kNoHandle);
    EXPECT_EQ((*region)->drain_doorbell(), 0U);

    say("ring me");

    ASSERT_EQ(::WaitForSingleObject((*region)->doorbell_handle(), kLongEnoughMs), WAIT_OBJECT_0);
    EXPECT_EQ(::WaitForSingleObject((*region)->doorbell_handle(), 0), WAIT_OBJECT_0);
    EXPECT_EQ((*region)->drain_doorbell(), 1U);
    EXPECT_EQ(::WaitForSingleObject((*region)->doorbell_handle(), 0), DWORD{WAIT_TIMEOUT});

    say("ring me again");

    EXPECT_EQ(::WaitForSingleObject((*region)->doorbell_handle(), kLongEnoughMs), WAIT_OBJECT_0);
}

TEST(Doorbells, AreNotForOneWhoOnlyLooks) {
    const auto region = open("", Role::Watch);
    ASSERT_TRUE(region) << region.error().message;

    EXPECT_EQ((*region)->doorbell_handle(), kNoHandle);
}

TEST(Killed, GivesTheDeviceBack) {
    const auto region = open();
    ASSERT_TRUE(region) << region.error().message;

    say("mapped");

    ::Sleep(kLongEnoughMs);
}

TEST(PlainDevice, HasNoDoorbells) {
    const auto region = open();
    ASSERT_TRUE(region) << region.error().message;

    EXPECT_EQ((*region)->doorbell_handle(), kNoHandle);
    EXPECT_EQ((*region)->drain_doorbell(), 0U);
    (*region)->ring_viewers(0xffffU);
}

TEST(SeveralDevices, AreToldApart) {
    expect_refused(open(), ErrorKind::NotFound, "pci:00:05.0, pci:00:1f.7, pci:01:02.3");
    const auto by_place = open("01:02.3");
    ASSERT_TRUE(by_place) << by_place.error().message;
    const auto by_index = open("1");
    ASSERT_TRUE(by_index) << by_index.error().message;

    EXPECT_EQ((*by_place)->memory().bytes().size(), 1U << 20U);
    EXPECT_EQ((*by_index)->memory().bytes().size(), 2U << 20U);
    EXPECT_EQ((*by_index)->description(), "pci:00:1f.7");
}

TEST(NotServed, IsSaid) {
    expect_refused(open(), ErrorKind::NotFound, "nobody serves ivshmem device 00:05.0");
}

TEST(TooSmall, IsSaidWithWhatToDoOnTheHost) {
    expect_refused(open(), ErrorKind::Unsupported, "is too small: at least 1 MiB; on the host");
}

TEST(OddSize, IsSaidWithWhatToDoOnTheHost) {
    expect_refused(open(), ErrorKind::Unsupported, "must be a power of two");
}

TEST(NoDriver, IsSaidWithWhereToGetIt) {
    expect_refused(open(), ErrorKind::NotFound, "pnputil /add-driver ivshmem.inf /install");
}

TEST(NoDevice, IsSaidWithWhatToDoOnTheHost) {
    expect_refused(open(), ErrorKind::NotFound, "this machine has no ivshmem device");
}

}  // namespace
}  // namespace oriel
