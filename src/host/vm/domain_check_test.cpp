// SPDX-License-Identifier: MIT
#include "host/vm/domain_check.h"

#include <gtest/gtest.h>

#include "domain/domain_graphics.h"
#include "host/vm/testing/domain_files.h"

namespace oriel {
namespace {

using namespace testing_support;

std::vector<std::string> lines_of(const std::string& text, const DomainRegion& region) {
    const auto findings = check_domain(domain_of(text), region);
    EXPECT_TRUE(findings) << findings.error().message;
    std::vector<std::string> lines;
    for (const Finding& finding : findings.value_or(std::vector<Finding>{})) {
        lines.push_back(finding_line(finding));
    }
    return lines;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

TEST(CheckDomain, SaysThatABareDomainLacksAll) {
    EXPECT_EQ(lines_of(domain_text("bare"), system_region("bare")),
              (std::vector<std::string>{
                  "lacks  shmem: no ivshmem-doorbell device at /run/oriel/bare/vm.sock",
                  "lacks  graphics: none; keyboard and pointer go through spice",
                  "lacks  input: no tablet; without one the pointer has to be grabbed",
                  "lacks  video: none, so there is nothing to show"}));
}

TEST(CheckDomain, LeavesOthersDevicesAlone) {
    constexpr const char* kVideoNote =
        "note   video: virtio beside a passed-through device: once the guest shows its desktop on "
        "the latter, type 'none' keeps windows from opening on the other";
    constexpr const char* kBalloonNote =
        "note   memballoon: it cannot take memory from a guest with a passed-through device: "
        "<memballoon model='none'/>";
    EXPECT_EQ(
        lines_of(domain_text("passed_through"), system_region("win11", HostSecurity::AppArmor)),
        (std::vector<std::string>{
            "note   shmem: 'looking-glass' (ivshmem-plain) is for something else and is left alone",
            "lacks  shmem: no ivshmem-doorbell device at /run/oriel/win11/vm.sock",
            "lacks  graphics: vnc only; keyboard and pointer go through spice",
            "lacks  input: no tablet; without one the pointer has to be grabbed",
            kVideoNote,
            kBalloonNote,
            "note   apparmor: libvirt itself lets QEMU reach the broker's socket"}));
}

TEST(CheckDomain, FindsOurSocketOnQemusCommandLine) {
    EXPECT_EQ(lines_of(domain_text("command_line"), system_region("byhand")),
              (std::vector<std::string>{
                  "ok     shmem: <qemu:commandline> connects QEMU to /run/oriel/byhand/vm.sock",
                  "ok     graphics: spice, for keyboard and pointer",
                  "lacks  input: no tablet; without one the pointer has to be grabbed",
                  "ok     video: qxl"}));
}

TEST(CheckDomain, DoesNotTakeAnotherRegionsDeviceOnQemusCommandLineForOurs) {
    const auto lines = lines_of(domain_text("command_line"), system_region("other"));

    EXPECT_EQ(lines[0],
              "note   shmem: <qemu:commandline> has an ivshmem device for something else; it is "
              "left alone");
    EXPECT_EQ(lines[1], "lacks  shmem: no ivshmem-doorbell device at /run/oriel/other/vm.sock");
}

TEST(CheckDomain, FindsWhatIsWrongWithADeviceOfOurs) {
    const std::string without_role = replaced(
        domain_text("bare"),
        "  </devices>",
        "<shmem name='x'><model type='ivshmem-doorbell'/><server path='/run/oriel/bare/vm.sock'/>"
        "</shmem></devices>");
    const std::string with_size = replaced(
        without_role, "<shmem name='x'>", "<shmem name='x' role='master'><size unit='M'>4</size>");

    EXPECT_EQ(lines_of(without_role, system_region("bare"))[0],
              "wrong  shmem: the device at /run/oriel/bare/vm.sock has no role='master': add it");
    EXPECT_EQ(lines_of(with_size, system_region("bare"))[0],
              "wrong  shmem: the device at /run/oriel/bare/vm.sock has a <size>, which is the "
              "broker's to say: take it out");
}

TEST(CheckDomain, SaysThatTheGuestCannotBeSavedUnlessQemuIsTold) {
    const std::string device =
        replaced(domain_text("bare"),
                 "  </devices>",
                 "<shmem name='x' role='master'><model type='ivshmem-doorbell'/><server "
                 "path='/run/oriel/bare/vm.sock'/></shmem></devices>");
    const std::string told = replaced(
        device,
        "</domain>",
        "<q:override xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><q:device alias='x'>"
        "<q:frontend><q:property name='master' type='string' value='on'/></q:frontend></q:device>"
        "</q:override></domain>");

    EXPECT_TRUE(lines_of(device, system_region("bare"))[1].starts_with("note   save: "));
    EXPECT_TRUE(lines_of(told, system_region("bare"))[1].starts_with("lacks  graphics: "));
}

TEST(CheckDomain, AsksForPlainMemoryUnderSelinuxAndForEnoughOfIt) {
    const DomainRegion region = system_region("bare", HostSecurity::SeLinux);
    const auto sized = [&](const std::string& size) {
        return lines_of(replaced(domain_text("bare"),
                                 "  </devices>",
                                 "<shmem name='bare'><model type='ivshmem-plain'/>" + size +
                                     "</shmem></devices>"),
                        region)[0];
    };

    EXPECT_EQ(lines_of(domain_text("bare"), region)[0],
              "lacks  shmem: no ivshmem-plain device 'bare'");
    EXPECT_EQ(lines_of(domain_text("bare"), region).back(),
              "note   selinux: QEMU may not reach a broker's socket, so the device is "
              "ivshmem-plain, without doorbells: `oriel view file:/dev/shm/bare`");
    EXPECT_EQ(sized("<size unit='M'>256</size>"), "ok     shmem: ivshmem-plain of 256 MiB");
    EXPECT_EQ(sized("<size unit='G'>1</size>"), "ok     shmem: ivshmem-plain of 1024 MiB");
    EXPECT_EQ(sized("<size unit='M'>32</size>"),
              "wrong  shmem: 32 MiB are too few, 128 are needed for the largest mode: <size "
              "unit='M'>128</size>");
    EXPECT_TRUE(sized("<size unit='M'>100</size>").contains("power of two"))
        << sized("<size unit='M'>100</size>");
    EXPECT_TRUE(sized("<size unit='M'>all of it</size>").starts_with("wrong  shmem: "));
    EXPECT_TRUE(sized("<size unit='M'>99999999999999999999</size>").starts_with("wrong  shmem: "));
}

TEST(CheckDomain, SaysThatOnlyQemuHasSharedMemory) {
    EXPECT_EQ(lines_of("<domain type='lxc'><devices/></domain>", system_region("a"))[0],
              "wrong  type: 'lxc' has no shared memory: QEMU has (type 'kvm')");
}

TEST(CheckDomain, RefusesWhatIsNoDomain) {
    const auto findings = check_domain(domain_of("<network/>"), system_region("a"));

    ASSERT_FALSE(findings);
    EXPECT_EQ(findings.error().message,
              "it is no definition of a domain: no <domain> with <devices>");
}

TEST(PiecesToAdd, KeepLibvirtFromAddingAVideoDevice) {
    const std::string text = "<domain type='kvm'><devices><hostdev type='pci'/></devices></domain>";
    const XmlDocument domain = domain_of(text);
    const auto findings = check_domain(domain, system_region("a"));
    ASSERT_TRUE(findings);

    EXPECT_EQ(
        pieces_to_add(domain, *findings),
        (std::vector{
            DomainPiece::Shmem, DomainPiece::Graphics, DomainPiece::Tablet, DomainPiece::Video}));
}

TEST(RegionNameFor, MakesAnyNameUsable) {
    EXPECT_EQ(region_name_for("win11"), "win11");
    EXPECT_EQ(region_name_for("my vm (2)"), "my-vm--2-");
    EXPECT_EQ(region_name_for("../../etc"), "etc");
    EXPECT_EQ(region_name_for("\xC3\xA4"), "vm");
}

TEST(IsSystemUri, LooksAtThePath) {
    EXPECT_TRUE(is_system_uri("qemu:///system"));
    EXPECT_TRUE(is_system_uri("qemu+unix:///system?socket=/tmp/session"));
    EXPECT_FALSE(is_system_uri("qemu:///session"));
    EXPECT_FALSE(is_system_uri("test:///default"));
    EXPECT_FALSE(is_system_uri("nonsense"));
}

TEST(HostSecurity, IsWhatLibvirtSaysOfTheHost) {
    const auto of = [](const std::string& models) {
        return host_security("<capabilities><host>" + models + "</host></capabilities>");
    };

    EXPECT_EQ(of("<secmodel><model>none</model></secmodel>"), HostSecurity::None);
    EXPECT_EQ(of("<secmodel><model>apparmor</model></secmodel><secmodel><model>dac</model>"
                 "</secmodel>"),
              HostSecurity::AppArmor);
    EXPECT_EQ(of("<secmodel><model>selinux</model></secmodel>"), HostSecurity::SeLinux);
}

}  // namespace
}  // namespace oriel
