// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "base/linux/unix_socket.h"
#include "doctor/linux/testing/fake_system.h"
#include "host/doctor_checks.h"

namespace oriel {
namespace {

using testing_support::FakeSystem;
using testing_support::find_check;
using State = Check::State;

/// A host on which everything is as it should be.
class HostDoctor : public testing::Test {
  protected:
    HostDoctor() {
        system_.write("/dev/kvm", "");
        system_.write("/dev/udmabuf", "");
        system_.write("/usr/bin/qemu-system-x86_64", "");
        system_.write("/lib/oriel/oriel-spice.so", "");
        system_.write("/run/libvirt/libvirt-sock", "");
        system_.write("/proc/meminfo", "HugePages_Free:       64\nHugepagesize:       2048 kB\n");
        system_.write("/run/user/1/oriel/x", "");
        restrict("/run/user/1", std::filesystem::perms::owner_all);
    }

    void restrict(const std::string& path, std::filesystem::perms permissions) const {
        std::filesystem::permissions(system_.root() + path, permissions);
    }

    std::vector<Check> checks() const {
        return host_checks({.files = system_.files(),
                            .variable =
                                [this](const char* name) {
                                    const auto found = variables_.find(name);
                                    return found == variables_.end() ? "" : found->second;
                                },
                            .version = [this](const std::string&) { return version_; },
                            .x11 = [this](const std::string&) { return x11_; },
                            .regions = regions_,
                            .module_folders = {"/lib/oriel"}});
    }

    Check check(std::string_view name) const { return find_check(checks(), name); }

    FakeSystem system_;
    std::map<std::string, std::string> variables_{
        {"PATH", "/nowhere:/usr/bin"}, {"XDG_RUNTIME_DIR", "/run/user/1"}, {"DISPLAY", ":0"}};
    Result<std::string> version_ = "QEMU emulator version 7.2.22";
    Result<bool> x11_ = true;
    std::vector<std::string> regions_;
};

TEST_F(HostDoctor, FindsNothingWrongWhereNothingIs) {
    for (const Check& check : checks()) {
        EXPECT_EQ(check.state, State::Ok) << check_text(check);
        EXPECT_TRUE(check.cure.empty()) << check_text(check);
    }
    EXPECT_EQ(check("qemu").found, "/usr/bin/qemu-system-x86_64: QEMU emulator version 7.2.22");
    EXPECT_EQ(check("hugepages").found, "64 free, 128 MiB in all");
    EXPECT_NE(check("kvm").found.find("not tried"), std::string::npos);
}

TEST_F(HostDoctor, NamesTheRegionsThatRun) {
    regions_ = {"one", "two"};
    EXPECT_EQ(check("regions").found, "running: one, two");
}

TEST_F(HostDoctor, DistrustsARuntimeFolderOfOthers) {
    restrict("/run/user/1", std::filesystem::perms::all);
    EXPECT_EQ(check("runtime").state, State::Fail);
    EXPECT_NE(check("runtime").cure.find("chmod 0700"), std::string::npos);

    variables_["XDG_RUNTIME_DIR"] = "/run/user/2";
    EXPECT_EQ(check("runtime").state, State::Fail);

    variables_["XDG_RUNTIME_DIR"] = "";
    EXPECT_NE(check("runtime").state, State::Fail);
    EXPECT_NE(check("runtime").found.find("not set"), std::string::npos);
}

TEST_F(HostDoctor, MissesQemu) {
    version_ = Failure(Error::not_found("it hangs"));
    EXPECT_EQ(check("qemu").state, State::Warn);
    EXPECT_NE(check("qemu").found.find("it hangs"), std::string::npos);

    variables_["PATH"] = "";
    EXPECT_EQ(check("qemu").state, State::Warn);
    EXPECT_NE(check("qemu").cure.find("install"), std::string::npos);
}

TEST_F(HostDoctor, FindsTheQemuThatFedoraHides) {
    variables_["PATH"] = "/nowhere";
    system_.write("/usr/libexec/qemu-kvm", "");
    EXPECT_EQ(check("qemu").state, State::Ok);
}

TEST_F(HostDoctor, SaysWhyADeviceDoesNotOpen) {
    system_.remove("/dev/kvm");
    system_.remove("/dev/udmabuf");
    system_.write("/dev/udmabuf/x", "");

    EXPECT_EQ(check("kvm").state, State::Warn);
    EXPECT_NE(check("kvm").found.find("No such file"), std::string::npos);
    EXPECT_EQ(check("udmabuf").state, State::Warn);
    EXPECT_NE(check("udmabuf").found.find("directory"), std::string::npos);
}

TEST_F(HostDoctor, SaysThatThereIsNoLibvirtWithoutComplaining) {
    system_.remove("/run/libvirt");
    EXPECT_EQ(check("libvirt").state, State::Ok);
    EXPECT_NE(check("libvirt").found.find("no system libvirt"), std::string::npos);
}

TEST_F(HostDoctor, MissesAScreen) {
    x11_ = false;
    EXPECT_EQ(check("x11").state, State::Warn);
    EXPECT_NE(check("x11").found.find("copied once more"), std::string::npos);

    x11_ = Failure(Error::not_found("no X server :0"));
    EXPECT_EQ(check("x11").found, "no X server :0");

    variables_["DISPLAY"] = "";
    EXPECT_EQ(check("display").state, State::Warn);
    EXPECT_EQ(check("x11").found, "no such check");
}

TEST_F(HostDoctor, ConnectsToTheCompositor) {
    variables_["WAYLAND_DISPLAY"] = "wayland-0";
    EXPECT_EQ(check("wayland").state, State::Warn);

    const auto listener =
        listen_unix(system_.root() + "/run/user/1/wayland-0", SocketKind::Stream, 0600);
    ASSERT_TRUE(listener) << listener.error().message;
    EXPECT_EQ(check("wayland").state, State::Ok);
    variables_["WAYLAND_DISPLAY"] = "/run/user/1/wayland-0";
    EXPECT_EQ(check("wayland").state, State::Ok);
}

TEST_F(HostDoctor, MissesTheModuleForInput) {
    system_.remove("/lib/oriel/oriel-spice.so");
    EXPECT_EQ(check("spice").state, State::Warn);
    EXPECT_NE(check("spice").cure.find("qmp:"), std::string::npos);
}

TEST_F(HostDoctor, SaysWhoWantsHugePagesWhereThereAreNone) {
    system_.remove("/proc/meminfo");
    EXPECT_EQ(check("hugepages").state, State::Ok);
    EXPECT_NE(check("hugepages").found.find("vm.nr_hugepages"), std::string::npos);
}

}  // namespace
}  // namespace oriel
