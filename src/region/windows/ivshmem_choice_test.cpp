// SPDX-License-Identifier: MIT
#include "region/windows/ivshmem_choice.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

IvshmemDevice at(std::uint32_t bus, std::uint32_t device, std::uint32_t function) {
    return {L"", PciPlace{bus, device, function}};
}

std::string names(const std::vector<IvshmemDevice>& devices) {
    std::string text;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        text += device_name(devices, i) + " ";
    }
    return text;
}

TEST(PciPlace, ReadsWindowsNumberOfDeviceAndFunction) {
    EXPECT_EQ(PciPlace::of(1, 0x001f0003).text(), "01:1f.3");
}

TEST(IvshmemChoice, SortsByBusThenDeviceThenFunctionAndThoseOfUnknownPlaceLast) {
    std::vector<IvshmemDevice> devices{
        {L"a", {}}, at(1, 0, 0), at(0, 16, 0), at(0, 5, 1), {L"b", {}}, at(0, 5, 0)};

    sort_devices(devices);

    EXPECT_EQ(names(devices), "00:05.0 00:05.1 00:10.0 01:00.0 4 5 ");
    EXPECT_EQ(devices[4].path, L"a");
}

TEST(IvshmemChoice, TakesTheOnlyOneUnasked) {
    EXPECT_EQ(choose_device({at(0, 5, 0)}, "").value(), 0U);
}

TEST(IvshmemChoice, OfSeveralAsksWhich) {
    const auto chosen = choose_device({at(0, 5, 0), at(1, 2, 3)}, "");

    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().kind, ErrorKind::NotFound);
    EXPECT_EQ(chosen.error().message,
              "this machine has several ivshmem devices: name one with --region: pci:00:05.0, "
              "pci:01:02.3");
}

TEST(IvshmemChoice, TakesOneByItsPlaceHoweverItIsWritten) {
    const std::vector<IvshmemDevice> devices{at(0, 5, 0), at(10, 2, 3)};

    EXPECT_EQ(choose_device(devices, "0a:02.3").value(), 1U);
    EXPECT_EQ(choose_device(devices, "0000:0A:02.3").value(), 1U);
}

TEST(IvshmemChoice, TakesOneByItsIndex) {
    EXPECT_EQ(choose_device({at(0, 5, 0), {L"", {}}}, "1").value(), 1U);
}

TEST(IvshmemChoice, SaysWhatThereIsWhereNoneIsThatOne) {
    const std::vector<IvshmemDevice> devices{at(0, 5, 0), {L"", {}}};

    EXPECT_EQ(choose_device(devices, "00:06.0").error().message,
              "there is no ivshmem device pci:00:06.0; there is pci:00:05.0, pci:1");
    EXPECT_FALSE(choose_device(devices, "2"));
}

}  // namespace
}  // namespace oriel
