// SPDX-License-Identifier: MIT
#include "host/vm/vm_arguments.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "host/machine/kvm_probe.h"

namespace oriel {
namespace {

BrokerOptions region() {
    BrokerOptions options;
    options.name = "a";
    options.folder = "/run/a,b";
    options.size = 8ULL << 20U;
    return options;
}

bool has(const std::vector<std::string>& arguments,
         const std::string& option,
         const std::string& value) {
    const auto found = std::ranges::search(arguments, std::vector{option, value});
    return !found.empty();
}

TEST(MachineArguments, ConnectARawDisk) {
    const BootFile disk{"/images/a,b.img", BootFile::Kind::Disk, "raw"};

    const auto arguments = machine_arguments({}, disk, region(), /*is_accelerated=*/false);

    ASSERT_TRUE(arguments) << arguments.error().message;
    EXPECT_TRUE(has(*arguments, "-drive", "file=/images/a,,b.img,format=raw,if=virtio"));
    EXPECT_TRUE(has(*arguments, "-accel", "tcg,thread=multi"));
    EXPECT_TRUE(has(*arguments, "-chardev", "socket,path=/run/a,,b/vm.sock,id=oriel"));
    EXPECT_TRUE(
        has(*arguments, "-spice", "unix=on,addr=/run/a,,b/spice.sock,disable-ticketing=on"));
    EXPECT_TRUE(has(*arguments, "-qmp", "unix:/run/a,,b/qmp.sock,server=on,wait=off"));
    EXPECT_EQ(std::ranges::count(*arguments, "-cpu"), 0);
}

TEST(MachineArguments, BootAKernelWithWhatComesWithIt) {
    VmOptions options;
    options.kernel_arguments = "console=ttyS0 quiet";
    options.initrd = "/boot/initrd";
    options.video = "none";
    options.network = "none";
    options.qemu = {"-serial", "stdio"};

    const auto arguments =
        machine_arguments(options, {"/boot/vmlinuz", BootFile::Kind::Kernel, ""}, region(), true);

    ASSERT_TRUE(arguments) << arguments.error().message;
    EXPECT_TRUE(has(*arguments, "-kernel", "/boot/vmlinuz"));
    EXPECT_TRUE(has(*arguments, "-initrd", "/boot/initrd"));
    EXPECT_TRUE(has(*arguments, "-append", "console=ttyS0 quiet"));
    EXPECT_TRUE(has(*arguments, "-accel", "kvm"));
    EXPECT_TRUE(has(*arguments, "-cpu", "host"));
    EXPECT_EQ(std::ranges::count(*arguments, "-nic"), 0);
    EXPECT_EQ(arguments->back(), "stdio");
}

TEST(MachineArguments, NeverWriteToADisc) {
    const auto arguments =
        machine_arguments({}, {"/a.iso", BootFile::Kind::Disc, "raw"}, region(), false);

    ASSERT_TRUE(arguments);
    EXPECT_TRUE(has(*arguments, "-drive", "file=/a.iso,format=raw,media=cdrom,readonly=on"));
}

TEST(MachineArguments, NameTheChoicesThereAre) {
    VmOptions options;
    options.video = "cga";

    const auto arguments =
        machine_arguments(options, {"/a", BootFile::Kind::Disk, "raw"}, region(), false);

    ASSERT_FALSE(arguments);
    EXPECT_EQ(arguments.error().message, "--video 'cga' is unknown: use virtio | vga | qxl | none");
}

TEST(MachineRegion, IsNamedAfterTheImage) {
    VmOptions options;
    options.target = "/images/Debian 12.qcow2";
    EXPECT_EQ(machine_region(options)->name, "Debian-12");

    options.name = "mine";
    EXPECT_EQ(machine_region(options)->name, "mine");
}

TEST(ShellText, HasAnOptionALine) {
    EXPECT_EQ(shell_text({"qemu", "-append", "a 'b'", "-m", "1"}),
              "qemu \\\n  -append 'a '\\''b'\\''' \\\n  -m 1");
}

TEST(ProbeKvm, SaysWhyNot) {
    EXPECT_EQ(probe_kvm("/nonexistent").why_not,
              "/nonexistent is not there, or not open to this user (group kvm)");
    EXPECT_EQ(probe_kvm("/dev/null").why_not, "KVM makes no 64-bit guest here");
}

TEST(ProbeKvm, EndsInTimeWhateverTheMachineIs) {
    const Nanoseconds before = monotonic_now();

    const KvmAnswer answer = probe_kvm("/dev/kvm", std::chrono::seconds(1));

    EXPECT_EQ(answer.runs, answer.why_not.empty());
    EXPECT_LT(monotonic_now() - before, std::chrono::seconds(20));
}

}  // namespace
}  // namespace oriel
