// SPDX-License-Identifier: MIT
// The module against libvirt's own test driver, which needs no daemon.
#include "domain/libvirt.h"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

namespace oriel {
namespace {

constexpr const char* kTestUri = "test:///default";

std::unique_ptr<Libvirt> connected() {
    auto connection = connect_libvirt(kTestUri);
    if (!connection) {
        ADD_FAILURE() << connection.error().message;
        return nullptr;
    }
    return std::move(*connection);
}

TEST(Libvirt, ListsDomains) {
    const auto libvirt = connected();
    ASSERT_TRUE(libvirt);

    const auto domains = libvirt->domains();

    ASSERT_TRUE(domains);
    ASSERT_EQ(domains->size(), 1U);
    EXPECT_EQ(domains->front().name, "test");
    EXPECT_TRUE(domains->front().is_running);
    EXPECT_TRUE(domains->front().is_persistent);
    EXPECT_EQ(libvirt->uri(), kTestUri);
}

TEST(Libvirt, DefinesWhatItIsGiven) {
    const auto libvirt = connected();
    ASSERT_TRUE(libvirt);

    const auto defined = libvirt->define(
        "<domain type='test'><name>second</name><memory>8192</memory><os><type>hvm</type></os>"
        "</domain>");

    ASSERT_TRUE(defined) << defined.error().message;
    const auto xml = libvirt->xml("second");
    ASSERT_TRUE(xml);
    EXPECT_NE(xml->find("<name>second</name>"), std::string::npos) << *xml;
    const auto found = libvirt->find("second");
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->is_running);
}

TEST(Libvirt, SaysInItsWordsWhatItRefuses) {
    const auto libvirt = connected();
    ASSERT_TRUE(libvirt);

    const auto refused = libvirt->define("<domain type='test'><name>a</name>");
    const auto missing = libvirt->xml("nobody");

    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().message.starts_with("cannot change the domain's definition: "))
        << refused.error().message;
    EXPECT_EQ(refused.error().message.find('\n'), std::string::npos);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::NotFound);
}

TEST(Libvirt, FindsADomainByUuidToo) {
    const auto libvirt = connected();
    ASSERT_TRUE(libvirt);

    const auto found = libvirt->find("6695eb01-f6a4-8304-79aa-97f2502e193f");

    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->name, "test");
}

TEST(ConnectLibvirt, NamesTheUriThatDoesNotAnswer) {
    const auto connection = connect_libvirt("qemu+unix:///system?socket=/nonexistent/socket");

    ASSERT_FALSE(connection);
    EXPECT_TRUE(connection.error().message.starts_with(
        "cannot connect to libvirt at qemu+unix:///system?socket=/nonexistent/socket: "))
        << connection.error().message;
}

TEST(ConnectLibvirt, NamesTheDomainThatIsNowhere) {
    const auto connection = connect_libvirt_with("nobody", kTestUri);

    ASSERT_FALSE(connection);
    EXPECT_EQ(connection.error().message,
              "no domain nobody at test:///default: see `virsh list --all`");
}

TEST(LibvirtUris, AreTheOneAskedForElseTheEnvironmentsElseTwo) {
    // NOLINTBEGIN(concurrency-mt-unsafe): the test has one thread
    ::unsetenv("LIBVIRT_DEFAULT_URI");
    EXPECT_EQ(libvirt_uris(""), (std::vector<std::string>{"qemu:///system", "qemu:///session"}));

    ::setenv("LIBVIRT_DEFAULT_URI", kTestUri, /*overwrite=*/1);
    EXPECT_EQ(libvirt_uris(""), (std::vector<std::string>{kTestUri}));
    EXPECT_EQ(libvirt_uris("xen:///"), (std::vector<std::string>{"xen:///"}));
    ::unsetenv("LIBVIRT_DEFAULT_URI");
    // NOLINTEND(concurrency-mt-unsafe)
}

}  // namespace
}  // namespace oriel
