// SPDX-License-Identifier: MIT
#include "vm/pci_guest.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "capture/pattern/pattern_stamp.h"

namespace oriel::testing_support {
namespace {

constexpr const char* kStart = R"(
echo root:x:0:0::/:/bin/sh >/etc/passwd
echo nobody:x:65534:65534::/:/bin/sh >>/etc/passwd
while true; do
    oriel-guest --region pci --capture pattern:640x480@30,rect >>/agent.log 2>&1
    sleep 0.1
done &
)";

}  // namespace

GuestFile agent_file() {
    return {.from = helper_file("oriel-guest-static"), .path = "bin/oriel-guest"};
}

PciGuest::PciGuest(MachineOptions::Image image) : broker_(start_broker("16")) {
    MachineOptions options = machine_options(folder_.make("machine"));
    options.image = image;
    options.root.modules = {"uio_pci_generic"};
    options.root.files = {agent_file()};
    options.root.start = kStart;
    options.snapshots = MachineOptions::Snapshots::Yes;
    options.devices = {
        "-chardev",
        fmt::format("socket,path={}/oriel/test/vm.sock,id=oriel", runtime_.path()),
        "-device",
        "ivshmem-doorbell,chardev=oriel,vectors=1,master=on,addr=0x5",
        "-object",
        fmt::format("memory-backend-file,id=plain,mem-path={},size=4M,share=on", plain().value),
        "-device",
        "ivshmem-plain,memdev=plain,master=on,addr=0x6"};
    machine_ = boot(options);
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

}  // namespace oriel::testing_support
