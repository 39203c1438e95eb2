// SPDX-License-Identifier: MIT
#include "host/broker_text.h"

#include <gtest/gtest.h>

namespace oriel {
namespace {

BrokerOptions options_in(const std::string& folder) {
    BrokerOptions options;
    options.name = "win11";
    options.folder = folder;
    options.size = 128ULL << 20U;
    return options;
}

TEST(QemuArguments, ConnectTheDeviceAsMaster) {
    EXPECT_EQ(qemu_arguments(options_in("/run/oriel/win11")),
              (std::vector<std::string>{"-chardev",
                                        "socket,path=/run/oriel/win11/vm.sock,id=oriel",
                                        "-device",
                                        "ivshmem-doorbell,chardev=oriel,vectors=1,master=on"}));
}

TEST(QemuArguments, DoubleACommaOfThePath) {
    EXPECT_EQ(qemu_arguments(options_in("/tmp/a,b"))[1], "socket,path=/tmp/a,,b/vm.sock,id=oriel");
}

TEST(LibvirtXml, HasTheRoleAndNoSize) {
    EXPECT_EQ(libvirt_xml(options_in("/tmp/a&'b")),
              "<shmem name='win11' role='master'><model type='ivshmem-doorbell'/>"
              "<server path='/tmp/a&amp;&apos;b/vm.sock'/><msi vectors='1'/></shmem>");
}

TEST(BrokerIntroduction, CanBePastedIntoAShell) {
    const std::string text = broker_introduction(options_in("/tmp/it's here"));

    EXPECT_NE(text.find("oriel view 'socket:/tmp/it'\\''s here/viewer.sock'"), std::string::npos)
        << text;
    EXPECT_NE(text.find("-chardev 'socket,path=/tmp/it'\\''s here/vm.sock,id=oriel' -device"),
              std::string::npos)
        << text;
}

TEST(PeerText, NamesWhoItIs) {
    using enum BrokerEvent::Kind;

    EXPECT_EQ(peer_text({PeerGone, BrokerEvent::Peer::Viewer, 2, 4711, ""}),
              "viewer 2 (process 4711)");
    EXPECT_EQ(peer_text({PeerGone, BrokerEvent::Peer::Vm, 0, 0, ""}), "the virtual machine");
}

TEST(ServingText, SaysWhoIsThere) {
    BrokerOptions options;
    options.size = 128U << 20U;
    BrokerPeers peers;
    EXPECT_EQ(serving_text(options, peers), "serving 128 MiB, nobody publishes, 0 viewers");

    ++*peers.of(BrokerEvent::Peer::Vm);
    ++*peers.of(BrokerEvent::Peer::Viewer);
    EXPECT_EQ(serving_text(options, peers), "serving 128 MiB, to a virtual machine, 1 viewer");

    peers = {.vms = 0, .viewers = 2, .watchers = 1, .publishers = 1};
    EXPECT_EQ(serving_text(options, peers),
              "serving 128 MiB, with a publisher on this host, 2 viewers, 1 watching");
}

}  // namespace
}  // namespace oriel
