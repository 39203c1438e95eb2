// SPDX-License-Identifier: MIT
#include "region/pci_region.h"

#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "abi/broker.h"
#include "region/broker_test_support.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMiB = 1U << 20U;
constexpr std::size_t kRegisters = 256;

/// A folder that looks like sysfs on a machine with PCI devices. Mapping its files works; they have
/// no device behind them.
class FakeSysfs {
  public:
    FakeSysfs() {
        fs::create_directories(devices());
        add("0000:00:02.0", "0x8086", "0x100e");
    }

    std::string path() const { return folder_.path(); }

    fs::path device(const std::string& address) const { return devices() / address; }

    void add(const std::string& address, const std::string& vendor, const std::string& number) {
        fs::create_directory(device(address));
        write(address, "vendor", vendor + "\n");
        write(address, "device", number + "\n");
    }

    void add_ivshmem(const std::string& address, std::uint64_t size = kMiB) {
        add(address, "0x1af4", "0x1110");
        write(address, "enable", "0\n");
        write(address,
              "resource",
              "0x00000000febf1000 0x00000000febf10ff 0x0000000000040200\n"
              "0x00000000febf2000 0x00000000febf2fff 0x0000000000040200\n");
        make_file(address, "resource0", kRegisters);
        make_file(address, "resource2", size);
        make_file(address, "resource2_wc", size);
    }

    /// As a broker does when it lends the memory.
    void mark(const std::string& address, const std::string& name) const {
        const fs::path path = device(address) / "resource2_wc";
        abi::BrokerPage page{};
        page.mark = abi::kBrokerMark;
        page.page_size = sizeof(page);
        std::memcpy(page.name, name.data(), name.size());
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(fs::file_size(path) - abi::kBrokerFromEnd));
        file.write(reinterpret_cast<const char*>(&page), sizeof(page));
    }

    void write(const std::string& address, const std::string& name, const std::string& text) const {
        std::ofstream(device(address) / name) << text;
    }

    std::string read(const std::string& address, const std::string& name) const {
        std::ifstream file(device(address) / name);
        std::string text;
        std::getline(file, text);
        return text;
    }

    std::uint32_t reg(const std::string& address, std::size_t offset) const {
        std::ifstream file(device(address) / "resource0", std::ios::binary);
        file.seekg(static_cast<std::streamoff>(offset));
        std::uint32_t value = 0;
        file.read(reinterpret_cast<char*>(&value), sizeof(value));
        return value;
    }

  private:
    fs::path devices() const { return fs::path(folder_.path()) / "bus/pci/devices"; }

    void make_file(const std::string& address, const char* name, std::uint64_t size) const {
        write(address, name, "");
        fs::resize_file(device(address) / name, size);
    }

    testing_support::TestFolder folder_;
};

class PciRegionTest : public testing::Test {
  protected:
    Result<std::unique_ptr<Region>> open(const std::string& address = "",
                                         Role role = Role::Publish) const {
        return PciRegion::open(address, role, sysfs_.path());
    }

    void expect_refused(const Result<std::unique_ptr<Region>>& opened,
                        ErrorKind kind,
                        const std::string& part) const {
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().kind, kind) << opened.error().message;
        EXPECT_NE(opened.error().message.find(part), std::string::npos) << opened.error().message;
        EXPECT_EQ(opened.error().message.find('\n'), std::string::npos);
    }

    FakeSysfs sysfs_;
};

TEST_F(PciRegionTest, EnablesTheOnlyDeviceAndMapsAllOfItsMemory) {
    sysfs_.add_ivshmem("0000:00:04.0", 2 * kMiB);

    const auto region = open();

    ASSERT_TRUE(region) << region.error().message;
    EXPECT_EQ((*region)->memory().bytes().size(), 2 * kMiB);
    EXPECT_EQ((*region)->description(), "pci:0000:00:04.0");
    EXPECT_EQ((*region)->doorbell_handle(), -1);
    EXPECT_TRUE((*region)->fd());
    EXPECT_EQ(sysfs_.read("0000:00:04.0", "enable"), "1");
    (*region)->memory().bytes()[5] = std::byte{7};
    std::ifstream file(sysfs_.device("0000:00:04.0") / "resource2_wc", std::ios::binary);
    file.seekg(5);
    EXPECT_EQ(file.get(), 7);
}

TEST_F(PciRegionTest, RingsAViewerByItsPeerNumberInOneRegister) {
    sysfs_.add_ivshmem("0000:00:04.0");
    const auto region = open();
    ASSERT_TRUE(region);

    (*region)->ring_viewers(0);
    EXPECT_EQ(sysfs_.reg("0000:00:04.0", 12), 0U);
    (*region)->ring_viewers(1U << 0U);
    EXPECT_EQ(sysfs_.reg("0000:00:04.0", 12), 1U << 16U);
    (*region)->ring_viewers(1U << 15U);
    EXPECT_EQ(sysfs_.reg("0000:00:04.0", 12), 16U << 16U);
}

TEST_F(PciRegionTest, ADeviceWithoutADoorbellWorksAndRingsNobody) {
    sysfs_.add_ivshmem("0000:00:04.0");
    sysfs_.write("0000:00:04.0", "resource", "0xfebf1000 0xfebf10ff 0x40200\n0x0 0x0 0x0\n");

    const auto region = open();

    ASSERT_TRUE(region) << region.error().message;
    (*region)->ring_viewers(~0U);
    EXPECT_EQ(sysfs_.reg("0000:00:04.0", 12), 0U);
}

TEST_F(PciRegionTest, RingsNobodyWhereNobodyServesTheDevice) {
    sysfs_.add_ivshmem("0000:00:04.0");
    std::string registers(kRegisters, '\0');
    registers.replace(8, 4, "\xff\xff\xff\xff");
    sysfs_.write("0000:00:04.0", "resource0", registers);

    const auto region = open();

    ASSERT_TRUE(region);
    (*region)->ring_viewers(~0U);
    EXPECT_EQ(sysfs_.reg("0000:00:04.0", 12), 0U);
}

TEST_F(PciRegionTest, WithoutADeviceSaysWhatToDo) {
    expect_refused(open(), ErrorKind::NotFound, "no ivshmem device");
    expect_refused(open(), ErrorKind::NotFound, "oriel broker NAME");
}

TEST_F(PciRegionTest, IsWhatAnAgentPublishesIntoThatIsNotToldWhere) {
    const std::vector<std::string> served{"nested"};
    EXPECT_EQ(only_guest_target_of(served, sysfs_.path())->text(), "nested");
    EXPECT_NE(only_guest_target_of({}, sysfs_.path()).error().message.find("ivshmem device"),
              std::string::npos);

    sysfs_.add_ivshmem("0000:00:0a.0");

    EXPECT_EQ(only_guest_target_of(served, sysfs_.path())->text(), "pci");
    EXPECT_EQ(only_guest_target_of({}, sysfs_.path())->text(), "pci");
}

TEST_F(PciRegionTest, AnAddressIsTakenAsLspciWritesItOrInFull) {
    sysfs_.add_ivshmem("0000:00:0a.0");
    sysfs_.add_ivshmem("0000:00:05.0");

    EXPECT_TRUE(open("00:0A.0"));
    EXPECT_TRUE(open("0000:00:05.0"));
    expect_refused(open("00:06.0"), ErrorKind::NotFound, "0000:00:05.0");
    expect_refused(open("00:02.0"), ErrorKind::NotFound, "00:02.0");
}

TEST_F(PciRegionTest, AnIndexCountsInTheOrderOfAddresses) {
    sysfs_.add_ivshmem("0000:00:0a.0");
    sysfs_.add_ivshmem("0000:00:05.0");

    const auto region = open("1");

    ASSERT_TRUE(region) << region.error().message;
    EXPECT_EQ((*region)->description(), "pci:0000:00:0a.0");
    expect_refused(open("2"), ErrorKind::NotFound, "0000:00:05.0");
}

TEST_F(PciRegionTest, OfSeveralTheOneWithABrokersMarkIsTaken) {
    sysfs_.add_ivshmem("0000:00:04.0");
    sysfs_.add_ivshmem("0000:00:05.0");
    sysfs_.mark("0000:00:05.0", "win10");

    const auto region = open();

    ASSERT_TRUE(region) << region.error().message;
    EXPECT_EQ((*region)->description(), "pci:0000:00:05.0");
}

TEST_F(PciRegionTest, OfSeveralWithAMarkOrNoneTheyAreListed) {
    sysfs_.add_ivshmem("0000:00:04.0");
    sysfs_.add_ivshmem("0000:00:05.0");
    expect_refused(open(), ErrorKind::NotFound, "pci:0000:00:04.0, pci:0000:00:05.0");

    sysfs_.mark("0000:00:04.0", "one");
    sysfs_.mark("0000:00:05.0", "two");
    expect_refused(open(),
                   ErrorKind::NotFound,
                   "pci:0000:00:04.0 (region one), pci:0000:00:05.0 (region two)");
}

TEST_F(PciRegionTest, OneThatADriverHasIsRefusedByName) {
    sysfs_.add_ivshmem("0000:00:04.0");
    fs::create_directory_symlink(sysfs_.path() + "/bus/pci/drivers/uio_pci_generic",
                                 sysfs_.device("0000:00:04.0") / "driver");

    expect_refused(open(), ErrorKind::Busy, "uio_pci_generic");
    EXPECT_EQ(sysfs_.read("0000:00:04.0", "enable"), "0");
}

/// A kernel that has vfio-pci, and an IOMMU with the device in a group of its own.
void put_in_group(const FakeSysfs& sysfs, const std::string& address) {
    const fs::path group = fs::path(sysfs.path()) / "kernel/iommu_groups/7";
    fs::create_directories(group / "devices" / address);
    fs::create_directory_symlink(group, sysfs.device(address) / "iommu_group");
    fs::create_directories(fs::path(sysfs.path()) / "bus/pci/drivers/vfio-pci");
}

TEST_F(PciRegionTest, OneThatVfioDoesNotTakeIsUsedWithoutIt) {
    sysfs_.add_ivshmem("0000:00:04.0");
    put_in_group(sysfs_, "0000:00:04.0");
    sysfs_.write("0000:00:04.0", "driver_override", "(null)\n");
    sysfs_.write("..", "drivers_probe", "");

    const auto region = open();

    ASSERT_TRUE(region) << region.error().message;
    EXPECT_EQ((*region)->doorbell_handle(), -1);
    EXPECT_EQ(sysfs_.read("..", "drivers_probe"), "0000:00:04.0");
    EXPECT_EQ(sysfs_.read("0000:00:04.0", "driver_override"), "");
}

TEST_F(PciRegionTest, OneThatVfioHasAndCannotLendIsRefused) {
    sysfs_.add_ivshmem("0000:00:04.0");
    fs::create_directories(sysfs_.path() + "/bus/pci/drivers/vfio-pci");
    fs::create_directory_symlink(sysfs_.path() + "/bus/pci/drivers/vfio-pci",
                                 sysfs_.device("0000:00:04.0") / "driver");

    expect_refused(
        open(), ErrorKind::Busy, "which vfio-pci has: this virtual machine has no IOMMU");
}

TEST_F(PciRegionTest, OneOfAGroupWithOthersIsLeftWhereItIs) {
    sysfs_.add_ivshmem("0000:00:04.0");
    put_in_group(sysfs_, "0000:00:04.0");
    fs::create_directories(sysfs_.path() + "/kernel/iommu_groups/7/devices/0000:00:02.0");
    sysfs_.write("0000:00:04.0", "driver_override", "(null)\n");

    const auto region = open();

    ASSERT_TRUE(region) << region.error().message;
    EXPECT_EQ((*region)->doorbell_handle(), -1);
    EXPECT_EQ(sysfs_.read("0000:00:04.0", "driver_override"), "(null)");
}

TEST_F(PciRegionTest, TheSecondAgentIsRefusedByTheNameOfTheFirst) {
    sysfs_.add_ivshmem("0000:00:04.0");
    auto first = open();
    ASSERT_TRUE(first);

    expect_refused(open(), ErrorKind::Busy, fmt::format("process {}", ::getpid()));

    first->reset();
    EXPECT_TRUE(open());
}

TEST_F(PciRegionTest, WatchesWithoutTheLockAndWithoutWriting) {
    sysfs_.add_ivshmem("0000:00:04.0");
    const auto agent = open();
    ASSERT_TRUE(agent);

    const auto watcher = open("", Role::Watch);

    ASSERT_TRUE(watcher) << watcher.error().message;
    EXPECT_FALSE((*watcher)->fd());
    (*watcher)->ring_viewers(1);
    EXPECT_EQ(sysfs_.reg("0000:00:04.0", 12), 0U);
    expect_refused(open("", Role::Show), ErrorKind::Unsupported, "on the host");
}

TEST_F(PciRegionTest, ALockedDownKernelIsSaidToBeOne) {
    sysfs_.add_ivshmem("0000:00:04.0");
    // Writable by its mode, and yet the system lets nobody map it so: as under lockdown.
    const UniqueFd sealed(::memfd_create("bar", MFD_ALLOW_SEALING | MFD_CLOEXEC));
    ASSERT_EQ(::ftruncate(sealed.get(), kMiB), 0);
    ASSERT_EQ(::fcntl(sealed.get(), F_ADD_SEALS, F_SEAL_WRITE), 0);
    fs::remove(sysfs_.device("0000:00:04.0") / "resource2_wc");
    fs::create_symlink(fmt::format("/proc/self/fd/{}", sealed.get()),
                       sysfs_.device("0000:00:04.0") / "resource2_wc");

    expect_refused(open(), ErrorKind::Unsupported, "locked down");
}

TEST_F(PciRegionTest, WithoutAWriteCombinedFileThePlainOneServes) {
    sysfs_.add_ivshmem("0000:00:04.0", 4 * kMiB);
    fs::remove(sysfs_.device("0000:00:04.0") / "resource2_wc");

    const auto region = open();

    ASSERT_TRUE(region) << region.error().message;
    EXPECT_EQ((*region)->memory().bytes().size(), 4 * kMiB);
}

TEST_F(PciRegionTest, TooSmallADeviceIsRefused) {
    sysfs_.add_ivshmem("0000:00:04.0", kMiB / 2);

    expect_refused(open(), ErrorKind::Unsupported, "size=128M");
}

TEST_F(PciRegionTest, SaysHowItWouldBeLargerWithABrokerAndWithout) {
    sysfs_.add_ivshmem("0000:00:04.0");
    const auto region = open();
    ASSERT_TRUE(region);
    const std::string plain = (*region)->how_to_enlarge(64 * kMiB);
    EXPECT_NE(plain.find("<size unit='M'>64</size>"), std::string::npos) << plain;
    EXPECT_NE(plain.find("size=64M"), std::string::npos) << plain;

    sysfs_.mark("0000:00:04.0", "win10");
    const std::string brokered = (*region)->how_to_enlarge(64 * kMiB);
    EXPECT_NE(brokered.find("oriel broker win10 --size 64"), std::string::npos) << brokered;
}

}  // namespace
}  // namespace oriel
