// SPDX-License-Identifier: MIT
// A real QEMU at a broker's vm.sock. No guest runs in it: what the device has is asked of QEMU.
#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "broker_process.h"
#include "host/machine/qmp_client.h"
#include "qemu_process.h"
#include "region/broker_test_support.h"
#include "region/region_paths.h"

namespace oriel {
namespace {

using namespace testing_support;

class BrokerQemu : public testing::Test {
  protected:
    void SetUp() override {
        if (::access(kQemu, X_OK) != 0) {
            GTEST_SKIP() << kQemu << " is not there: nothing was tested";
        }
    }

    std::string monitor_path() const { return folder_.path() + "/monitor"; }

    /// QEMU with the arguments that `oriel broker` prints.
    int run_qemu(const std::function<void()>& ready) const {
        ready();
        return testing_support::run_qemu(vm_socket(options_.folder), folder_.path());
    }

    TestFolder folder_;
    BrokerOptions options_ = folder_.options();
};

TEST_F(BrokerQemu, MapsTheRegionAsBar2) {
    options_.size = 8ULL << 20U;
    const BrokerProcess broker(options_);
    ASSERT_TRUE(broker.is_ready());
    ChildProcess qemu([this](const std::function<void()>& ready) { return run_qemu(ready); });
    auto monitor = QmpClient::connect(monitor_path(), QmpClient::kPatience);
    ASSERT_TRUE(monitor);

    const std::string devices = monitor->human("info qtree").value_or("");
    const std::string memory = monitor->human("info pci").value_or("");

    EXPECT_NE(devices.find("ivshmem-doorbell"), std::string::npos) << devices;
    EXPECT_NE(devices.find("master = \"on\""), std::string::npos) << devices;
    // BAR 2: 8 MiB, prefetchable; without firmware it has no address yet.
    EXPECT_NE(memory.find("BAR2: 64 bit prefetchable memory"), std::string::npos) << memory;
    EXPECT_NE(devices.find("bar 2: mem at 0xffffffffffffffff [0x7ffffe]"), std::string::npos)
        << devices;
    EXPECT_NE(monitor->human("info ramblock").value_or("").find("0x0000000000800000"),
              std::string::npos);
}

TEST_F(BrokerQemu, IsSeenToComeAndGo) {
    const BrokerProcess broker(options_);
    const auto viewer = open_region(options_, Role::Show);
    ASSERT_TRUE(viewer);
    ChildProcess qemu([this](const std::function<void()>& ready) { return run_qemu(ready); });
    ASSERT_TRUE(QmpClient::connect(monitor_path(), QmpClient::kPatience));
    EXPECT_EQ(broker_page(**viewer).vm_connected, 1U);
    (*viewer)->drain_doorbell();

    qemu.kill();

    EXPECT_TRUE(is_readable((*viewer)->doorbell_handle(), /*timeout_ms=*/20000));
    EXPECT_EQ(broker_page(**viewer).vm_connected, 0U);
}

TEST_F(BrokerQemu, GoesOnWhenTheBrokerIsKilledAndIsSeenByTheNext) {
    auto broker = std::make_unique<BrokerProcess>(options_);
    const auto viewer = open_region(options_, Role::Show);
    ASSERT_TRUE(viewer);
    ChildProcess qemu([this](const std::function<void()>& ready) { return run_qemu(ready); });
    auto monitor = QmpClient::connect(monitor_path(), QmpClient::kPatience);
    ASSERT_TRUE(monitor);

    broker = nullptr;
    const BrokerProcess second(options_);
    EXPECT_TRUE(becomes(**viewer, Region::Link::Alone));
    EXPECT_TRUE(becomes(**viewer, Region::Link::Served));

    EXPECT_EQ(broker_page(**viewer).vm_connected, 1U);
    EXPECT_NE(monitor->human("info status").value_or("").find("paused"), std::string::npos);
    (*viewer)->drain_doorbell();
    qemu.kill();
    EXPECT_TRUE(is_readable((*viewer)->doorbell_handle(), /*timeout_ms=*/20000));
    EXPECT_EQ(broker_page(**viewer).vm_connected, 0U);
}

TEST_F(BrokerQemu, KeepsTheMemoryForTheNextBrokerWhereNobodyElseHasIt) {
    auto broker = std::make_unique<BrokerProcess>(options_);
    ChildProcess qemu([this](const std::function<void()>& ready) { return run_qemu(ready); });
    ASSERT_TRUE(QmpClient::connect(monitor_path(), QmpClient::kPatience));
    auto viewer = open_region(options_, Role::Show);
    ASSERT_TRUE(viewer);
    (*viewer)->memory().bytes()[321] = std::byte{33};
    const std::uint64_t instance = broker_page(**viewer).instance;

    broker = nullptr;
    viewer->reset();
    const BrokerProcess second(options_);
    viewer = open_region(options_, Role::Show);

    ASSERT_TRUE(viewer);
    EXPECT_EQ((*viewer)->memory().bytes()[321], std::byte{33});
    EXPECT_EQ(broker_page(**viewer).instance, instance);
    EXPECT_EQ(broker_page(**viewer).vm_connected, 1U);
    // QEMU does not know the new doorbells: the viewer has to look at the memory by itself.
    EXPECT_EQ((*viewer)->doorbell_handle(), -1);
}

}  // namespace
}  // namespace oriel
