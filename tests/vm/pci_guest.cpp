// SPDX-License-Identifier: MIT
#include "vm/pci_guest.h"

#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/linux/module.h"
#include "capture/pattern/pattern_stamp.h"

namespace oriel::testing_support {
namespace {

/// Not at boot: a kernel that is locked down loads no module that lost its signature.
constexpr const char* kLock = R"(
mount -t securityfs none /sys/kernel/security
echo integrity >/sys/kernel/security/lockdown
)";

constexpr const char* kStart = R"(
echo root:x:0:0::/:/bin/sh >/etc/passwd
echo nobody:x:65534:65534::/:/bin/sh >>/etc/passwd
# Under lockdown it can look into neither device for the broker's mark.
region=pci
[ -e /sys/kernel/security/lockdown ] && region=pci:00:05.0
while true; do
    [ -e /pause ] || oriel-guest -v --json --region $region --capture pattern:640x480@30,rect >>/agent.log 2>&1
    sleep 0.1
done &
)";

}  // namespace

int counted(const std::string& said, const std::string& name) {
    const std::string key = fmt::format("\"{}\":", name);
    const std::size_t at = said.rfind(key);
    EXPECT_NE(at, std::string::npos) << said;
    return at == std::string::npos ? -1 : std::atoi(said.c_str() + at + key.size());
}

GuestFile agent_file() {
    return {.from = helper_file("oriel-guest-static"), .path = "bin/oriel-guest"};
}

PciGuest::PciGuest(Kind kind, MachineOptions::Image image)
    : broker_(start_broker("16")), machine_(boot(options(kind, image))) {}

MachineOptions PciGuest::options(Kind kind, MachineOptions::Image image) const {
    MachineOptions options = machine_options(folder_.make("machine"));
    options.image = image;
    if (kind == Kind::NoIommu) {
        options.root.modules = {"uio_pci_generic"};
    } else {
        options.machine = "q35";
        options.root.modules = {"vfio_pci", "vfio_iommu_type1"};
        options.kernel_arguments = {"intel_iommu=on"};
        options.devices = {"-device", "intel-iommu,intremap=on"};
    }
    options.root.files = {agent_file()};
    options.root.start = kind == Kind::IommuLocked ? std::string(kLock) + kStart : kStart;
    options.snapshots = MachineOptions::Snapshots::Yes;
    const std::vector<std::string> devices{
        "-chardev",
        fmt::format("socket,path={}/oriel/test/vm.sock,id=oriel", runtime_.path()),
        "-device",
        "ivshmem-doorbell,chardev=oriel,vectors=1,master=on,addr=0x5",
        "-object",
        fmt::format("memory-backend-file,id=plain,mem-path={},size=4M,share=on", plain().value),
        "-device",
        "ivshmem-plain,memdev=plain,master=on,addr=0x6"};
    options.devices.insert(options.devices.end(), devices.begin(), devices.end());
    return options;
}

std::optional<std::uint64_t> PciGuest::frame_of(const RegionViewer::Picture& picture) const {
    const auto stamp = read_stamp(picture.pixels, picture.info.geometry);
    if (!stamp || !picture_.matches(picture.pixels, picture.info.geometry, stamp->frame)) {
        return std::nullopt;
    }
    return stamp->frame;
}

bool PciGuest::shows_frames(RegionViewer& viewer, int count, Nanoseconds limit) const {
    return viewer.run_until(limit, [&](const RegionViewer::Picture& picture) {
        EXPECT_TRUE(frame_of(picture)) << "a picture that is no frame of the pattern";
        return --count <= 0;
    });
}

GuestSaid PciGuest::run_agent(const std::string& arguments) {
    auto said = machine_->run("timeout 5 oriel-guest " + arguments);
    EXPECT_TRUE(said) << said.error().message;
    return said.value_or(GuestSaid{});
}

std::string PciGuest::run(const std::string& command) {
    auto said = machine_->run(command);
    EXPECT_TRUE(said && said->exit_code == 0)
        << command << ": " << (said ? said->text : said.error().message);
    return said ? said->text : "";
}

std::string PciGuest::pause_agent() {
    return run(
        fmt::format("until pid=$({}); do sleep 0.05; done; touch /pause; kill $pid; "
                    "while [ -d /proc/$pid ]; do sleep 0.05; done; cat /agent.log",
                    kFindAgent));
}

void PciGuest::replace_broker() {
    broker_.send(SIGKILL);
    EXPECT_TRUE(broker_.wait(std::chrono::seconds(5)));
    broker_ = start_broker("16");
}

void PciGuest::go_on() {
    run("rm /pause");
}

}  // namespace oriel::testing_support
