// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "doctor/linux/testing/fake_system.h"
#include "guest/linux/doctor_checks.h"
#include "wayland/compositor.h"

namespace oriel {
namespace {

using testing_support::FakeSystem;
using testing_support::find_check;
using State = Check::State;

/// A guest in which everything is as it should be.
class GuestDoctor : public testing::Test {
  protected:
    GuestDoctor() {
        put_device("0000:00:05.0", "0x1af4", "0x1110", "0x00000000fbffffff");
        put_device("0000:00:02.0", "0x1234", "0x1111", "0x00000000fd00000f");
        system_.write("/proc/self/status", "Name:\tx\nCapEff:\t000001ffffffffff\n");
        system_.write("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
        system_.write("/sys/class/drm/card0/dev", "226:0\n");
        put_connector("card0-Virtual-1", "connected", "enabled", "1920x1080\n1024x768\n");
        system_.write("/sys/kernel/tracing/events/enable", "0\n");
    }

    /// `last`: of the memory BAR, which starts at 0xf8000000.
    void put_device(const std::string& name,
                    const std::string& vendor,
                    const std::string& device,
                    const std::string& last) {
        const std::string folder = "/sys/bus/pci/devices/" + name;
        system_.write(folder + "/vendor", vendor + "\n");
        system_.write(folder + "/device", device + "\n");
        system_.write(folder + "/resource",
                      "0x00000000febd1000 0x00000000febd10ff 0x0000000000040200\n"
                      "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
                      "0x00000000f8000000 " +
                          last + " 0x000000000014220c\n");
    }

    /// A table of interrupts is BAR 1.
    void put_interrupts(const std::string& name) {
        system_.write("/sys/bus/pci/devices/" + name + "/resource",
                      "0x00000000febd1000 0x00000000febd10ff 0x0000000000040200\n"
                      "0x00000000febd2000 0x00000000febd2fff 0x0000000000040200\n"
                      "0x00000000f8000000 0x00000000fbffffff 0x000000000014220c\n");
    }

    /// Puts a device, and the one under test, into IOMMU group 7.
    void put_in_group(const std::string& name, const std::string& kind) {
        const std::string group = "/sys/kernel/iommu_groups/7";
        system_.write(group + "/devices/" + name + "/class", kind + "\n");
        const std::filesystem::path link =
            system_.root() + "/sys/bus/pci/devices/0000:00:05.0/iommu_group";
        std::filesystem::remove(link);
        std::filesystem::create_directory_symlink(system_.root() + group, link);
    }

    void put_connector(const std::string& name,
                       const std::string& status,
                       const std::string& enabled,
                       const std::string& modes) {
        const std::string folder = "/sys/class/drm/" + name;
        system_.write(folder + "/status", status + "\n");
        system_.write(folder + "/enabled", enabled + "\n");
        system_.write(folder + "/modes", modes);
    }

    Check check(std::string_view name) const {
        return find_check(guest_checks(system_.files(), {}), name);
    }

    FakeSystem system_;
};

TEST_F(GuestDoctor, FindsNothingWrongWhereNothingIs) {
    for (const Check& check : guest_checks(system_.files(), {})) {
        const bool is_x11 = check.name == "x11";  // None is named here.
        EXPECT_EQ(check.state, is_x11 ? State::Warn : State::Ok) << check_text(check);
    }
    EXPECT_EQ(check("device").found, "ivshmem at 0000:00:05.0");
    EXPECT_EQ(check("memory").found, "64 MiB in 0000:00:05.0");
}

TEST_F(GuestDoctor, MissesTheDevice) {
    system_.remove("/sys/bus/pci/devices/0000:00:05.0");

    EXPECT_EQ(check("device").state, State::Fail);
    EXPECT_NE(check("device").cure.find("oriel vm setup"), std::string::npos);
    EXPECT_EQ(check("memory").found, "no such check");
}

TEST_F(GuestDoctor, SaysHowMuchMemoryTheScreenWants) {
    put_connector("card0-Virtual-1", "connected", "enabled", "3840x2160\n");
    put_device("0000:00:05.0", "0x1af4", "0x1110", "0x00000000f9ffffff");
    EXPECT_EQ(check("memory").state, State::Fail);
    EXPECT_EQ(check("memory").found, "32 MiB in 0000:00:05.0, and 3840x2160 wants 128");
    EXPECT_NE(check("memory").cure.find("--size 128"), std::string::npos);

    put_connector("card0-Virtual-1", "connected", "enabled", "1920x1080\n");
    EXPECT_EQ(check("memory").state, State::Warn);
    EXPECT_NE(check("memory").found.find("wants 64 for four frames"), std::string::npos);

    put_device("0000:00:05.0", "0x1af4", "0x1110", "0x0000000000000000");
    EXPECT_EQ(check("memory").state, State::Fail);
}

TEST_F(GuestDoctor, SaysWhatThisProcessMayNotDo) {
    system_.write("/proc/self/status", "Name:\tx\nCapEff:\t0000000000000000\n");
    EXPECT_EQ(check("rights").state, State::Fail);

    system_.remove("/sys/bus/pci/devices/0000:00:05.0");
    EXPECT_EQ(check("rights").state, State::Warn);
}

TEST_F(GuestDoctor, SaysThatALockedKernelLetsNobodyMap) {
    system_.write("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    EXPECT_EQ(check("lockdown").state, State::Fail);

    system_.remove("/sys/kernel/security/lockdown");
    EXPECT_EQ(check("lockdown").state, State::Ok);
}

TEST_F(GuestDoctor, SaysHowViewersWakeTheAgent) {
    EXPECT_NE(check("wake").found.find("no interrupt"), std::string::npos) << check("wake").found;

    put_interrupts("0000:00:05.0");
    EXPECT_NE(check("wake").found.find("no IOMMU"), std::string::npos) << check("wake").found;

    put_in_group("0000:00:05.0", "0x050000");
    EXPECT_NE(check("wake").found.find("can wake"), std::string::npos) << check("wake").found;

    put_in_group("0000:00:1e.0", "0x060400");
    EXPECT_NE(check("wake").found.find("can wake"), std::string::npos) << check("wake").found;

    put_in_group("0000:00:02.0", "0x030000");
    EXPECT_NE(check("wake").found.find("shares IOMMU group 7 with PCI device 0000:00:02.0"),
              std::string::npos)
        << check("wake").found;
}

TEST_F(GuestDoctor, SaysThatALockedKernelLetsVfioMap) {
    system_.write("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    put_in_group("0000:00:05.0", "0x050000");

    EXPECT_EQ(check("lockdown").state, State::Warn);
    EXPECT_NE(check("lockdown").found.find("vfio-pci alone"), std::string::npos);
}

TEST_F(GuestDoctor, LeadsAGpuWithoutAConnectorToItsPage) {
    system_.remove("/sys/class/drm/card0-Virtual-1");
    EXPECT_EQ(check("screen").state, State::Warn);
    EXPECT_NE(check("screen").cure.find("docs/sr-iov.md"), std::string::npos);
    EXPECT_EQ(check("picture").state, State::Fail);
}

TEST_F(GuestDoctor, LeadsAnEmptyConnectorToItsPage) {
    put_connector("card0-Virtual-1", "disconnected", "disabled", "");
    EXPECT_EQ(check("screen").state, State::Warn);
    EXPECT_NE(check("screen").cure.find("docs/edid.md"), std::string::npos);
}

TEST_F(GuestDoctor, TellsADarkScreenFromALitOne) {
    put_connector("card0-Virtual-1", "connected", "disabled", "1920x1080\n");
    EXPECT_EQ(check("screen").state, State::Warn);
    EXPECT_NE(check("screen").found.find("connected and dark"), std::string::npos);
    EXPECT_EQ(check("picture").state, State::Fail);
}

TEST_F(GuestDoctor, LooksAtEachCardAndAtNoRenderNodeOrWriteback) {
    system_.write("/sys/class/drm/card1/dev", "226:1\n");
    system_.write("/sys/class/drm/renderD128/dev", "226:128\n");
    put_connector("card1-Writeback-1", "unknown", "disabled", "");
    const auto checks = guest_checks(system_.files(), {});

    EXPECT_EQ(std::ranges::count(checks, "screen", &Check::name), 2);
    EXPECT_EQ(std::ranges::count(checks, std::string("picture"), &Check::name), 0);
}

TEST_F(GuestDoctor, FindsTracingWhereOlderSystemsHaveIt) {
    system_.remove("/sys/kernel/tracing");
    EXPECT_EQ(check("tracing").state, State::Warn);

    system_.write("/sys/kernel/debug/tracing/events/enable", "0\n");
    EXPECT_EQ(check("tracing").state, State::Ok);
}

TEST_F(GuestDoctor, SaysWhatIsWrongWithTheXServer) {
    const auto checks = guest_checks(system_.files(), {.x11 = ":4711", .wayland = {}});

    EXPECT_EQ(find_check(checks, "x11").state, State::Warn);
    EXPECT_NE(find_check(checks, "x11").found.find(":4711"), std::string::npos);
    EXPECT_EQ(x11_check(":0", {}).state, State::Ok);
}

TEST_F(GuestDoctor, SaysWhatIsWrongWithTheCompositor) {
    const auto checks = guest_checks(system_.files(), {.x11 = {}, .wayland = "/nowhere/wayland-0"});

    EXPECT_EQ(find_check(checks, "wayland").state, State::Warn);
    EXPECT_NE(find_check(checks, "wayland").found.find("/nowhere/wayland-0"), std::string::npos);
    EXPECT_EQ(std::ranges::count(checks, std::string("x11"), &Check::name), 1);
}

TEST_F(GuestDoctor, IsContentWithACompositor) {
    const auto sway = test::Compositor::start_sway({{320, 200}});
    ASSERT_TRUE(sway) << sway.error().message;
    const FakeSystem empty;
    const auto checks = guest_checks(empty.files(), {.x11 = ":0", .wayland = sway->display()});

    EXPECT_EQ(find_check(checks, "wayland").state, State::Ok);
    EXPECT_EQ(std::ranges::count(checks, std::string("picture"), &Check::name), 0);
    EXPECT_EQ(std::ranges::count(checks, std::string("x11"), &Check::name), 0)
        << "that would be Xwayland";
}

TEST_F(GuestDoctor, BelievesNothingOfAMachineWithoutAnything) {
    const FakeSystem empty;
    const auto checks = guest_checks(empty.files(), {});

    EXPECT_EQ(find_check(checks, "device").state, State::Fail);
    EXPECT_EQ(find_check(checks, "screen").state, State::Warn);
    EXPECT_EQ(find_check(checks, "picture").state, State::Fail);
}

}  // namespace
}  // namespace oriel
