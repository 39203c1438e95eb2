// SPDX-License-Identifier: MIT
#include "input/input_target.h"

#include <gtest/gtest.h>

#include "input/spice_options.h"

namespace oriel {
namespace {

using Kind = InputTarget::Kind;

TEST(InputTarget, TakesTheFormsOfTheCommandLine) {
    EXPECT_EQ(InputTarget::parse("auto"), (InputTarget{Kind::Auto, ""}));
    EXPECT_EQ(InputTarget::parse("none"), (InputTarget{Kind::None, ""}));
    EXPECT_EQ(InputTarget::parse("qmp:/run/q"), (InputTarget{Kind::Qmp, "/run/q"}));
    EXPECT_EQ(InputTarget::parse("spice://a:1"), (InputTarget{Kind::Spice, "spice://a:1"}));
    EXPECT_EQ(InputTarget::parse("spice://a:1")->text(), "spice://a:1");
    EXPECT_EQ(InputTarget::parse("qmp:/run/q")->text(), "qmp:/run/q");
}

TEST(InputTarget, RefusesWhatIsNone) {
    for (const char* text :
         {"", "Auto", "qmp:", "spice", "spice:", "spice:x", "vnc:1", "spice://"}) {
        const auto target = InputTarget::parse(text);
        ASSERT_FALSE(target) << text;
        EXPECT_EQ(target.error().kind, ErrorKind::Usage);
    }
}

TEST(SpiceUri, NamesAHostAndPorts) {
    const auto plain = parse_spice_uri("spice://vm.example:5900");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->host, "vm.example");
    EXPECT_EQ(plain->port, 5900);
    EXPECT_EQ(plain->address(), "vm.example:5900");

    const auto tls = parse_spice_uri(
        "spice:spice://[::1]?tls-port=5901&ca-file=/a%20b&host-subject=C%3DX&password-file=/p");
    ASSERT_TRUE(tls) << tls.error().message;
    EXPECT_EQ(tls->host, "::1");
    EXPECT_EQ(tls->port, 0);
    EXPECT_EQ(tls->tls_port, 5901);
    EXPECT_EQ(tls->ca_file, "/a b");
    EXPECT_EQ(tls->host_subject, "C=X");
    EXPECT_EQ(tls->password_file, "/p");
}

TEST(SpiceUri, NamesASocket) {
    for (const char* uri : {"spice+unix:///run/vm.sock",
                            "spice:spice+unix:///run/vm.sock",
                            "spice:unix:/run/vm.sock",
                            "spice:/run/vm.sock",
                            "spice+unix:///run/vm%2Esock"}) {
        const auto options = parse_spice_uri(uri);
        ASSERT_TRUE(options) << uri;
        EXPECT_EQ(options->unix_path, "/run/vm.sock");
        EXPECT_EQ(options->address(), "unix:/run/vm.sock");
    }
}

TEST(SpiceUri, SaysWhatIsWrong) {
    const auto expect = [](const char* uri, const char* words) {
        const auto options = parse_spice_uri(uri);
        ASSERT_FALSE(options) << uri;
        EXPECT_NE(options.error().message.find(words), std::string::npos)
            << options.error().message;
    };
    expect("spice://host", "names no port");
    expect("spice://host:0", "give spice://HOST:PORT");
    expect("spice://host:70000", "give spice://HOST:PORT");
    expect("spice://:5900", "give spice://HOST:PORT");
    expect("spice://[::1:5900", "give spice://HOST:PORT");
    expect("spice+unix://run/x", "spice+unix:///PATH");
    expect("spice+unix:///run/%zz", "spice+unix:///PATH");
    expect("spice+unix:///run/%0", "spice+unix:///PATH");
    expect("spice+unix:///run/%00", "spice+unix:///PATH");
    expect("spice://host:1?tls-port=x", "not a port");
    expect("spice://host:1?tls-port", "not name=value");
    expect("spice://host:1?colour=red", "no option \"colour\"");
    expect("spice://host:1?password=secret", "use password-file=");
}

TEST(SpiceUri, NeverRepeatsAPassword) {
    const auto options = parse_spice_uri("spice://host:1?password=secret");
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace oriel
