// SPDX-License-Identifier: MIT
// `oriel vm` against a real libvirt daemon and a real QEMU.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/linux/unix_socket.h"
#include "domain/domain_graphics.h"
#include "libvirt/libvirtd_rig.h"
#include "region/broker_options.h"
#include "region/region_paths.h"
#include "viewer/auto_input.h"
#include "viewer/domain_input.h"

namespace oriel {
namespace {

using namespace testing_support;

/// A domain's name that no other test uses at the same time: /run/oriel is everybody's.
std::string domain_name(const std::string& what) {
    return "oriel-test-" + what + "-" + std::to_string(::getpid());
}

std::string definition(const std::string& name,
                       const std::string& machine,
                       const std::string& devices = "") {
    return "<domain type='qemu'><name>" + name +
           "</name><memory unit='MiB'>64</memory><os><type arch='x86_64' machine='" + machine +
           "'>hvm</type></os><devices><emulator>/usr/bin/qemu-system-x86_64</emulator>" + devices +
           "</devices></domain>";
}

class VmSetup : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (why_no_libvirtd().empty()) {
            daemon_ = std::make_unique<LibvirtDaemon>();
        }
    }

    static void TearDownTestSuite() { daemon_ = nullptr; }

    void SetUp() override {
        if (!daemon_) {
            GTEST_SKIP() << why_no_libvirtd() << ": nothing was tested";
        }
    }

    static void define(const std::string& xml) {
        const std::string path = daemon_->folder() + "/definition.xml";
        std::ofstream(path) << xml;
        const Said said = daemon_->virsh("define " + path);
        ASSERT_EQ(said.code, 0) << said.text;
    }

    static std::string dump(const std::string& name) {
        return daemon_->virsh("dumpxml --inactive --security-info " + name).text;
    }

    /// With the URI in place.
    static Said vm(const std::string& verb, const std::string& name) {
        return daemon_->oriel("vm " + verb + " " + name + " -c '" + daemon_->uri() + "'");
    }

    static BrokerOptions broker_of(const std::string& name) {
        BrokerOptions options;
        options.name = name;
        options.folder = system_region_folder(name);
        options.size = 8ULL << 20U;
        return *completed(options);
    }

    /// The whole way there and back.
    static void fit_and_unfit(const std::string& machine) {
        const std::string name = domain_name(machine);
        define(definition(name, machine));
        const std::string before = dump(name);
        EXPECT_EQ(vm("check", name).code, 1);
        EXPECT_TRUE(
            vm("setup --dry-run", name).text.contains("+    <shmem name='" + name + "' role='"));
        EXPECT_EQ(dump(name), before);

        ASSERT_TRUE(succeeded(vm("setup --yes", name)));
        run_connected(name);

        ASSERT_TRUE(succeeded(vm("remove --yes", name)));
        EXPECT_EQ(dump(name), before);
        EXPECT_EQ(vm("remove --yes", name).text, name + " has nothing of Oriel's in it\n");
        EXPECT_TRUE(succeeded(daemon_->virsh("undefine " + name)));
    }

    /// A domain that was set up, at a broker.
    static void run_connected(const std::string& name) {
        BrokerProcess broker(broker_of(name));
        ASSERT_TRUE(broker.is_ready());
        EXPECT_TRUE(succeeded(vm("check", name)));
        ASSERT_TRUE(succeeded(daemon_->virsh("start " + name))) << daemon_->log();
        const Said status = daemon_->oriel("status --json " + name);
        EXPECT_TRUE(status.text.contains("\"vm_connected\":true")) << status.text;
        EXPECT_TRUE(succeeded(daemon_->virsh("destroy " + name)));
        end(broker);
    }

    static testing::AssertionResult succeeded(const Said& said) {
        return (said.code == 0 ? testing::AssertionSuccess() : testing::AssertionFailure())
               << said.text;
    }

    /// So that it takes its folder away: it is not the test's.
    static void end(BrokerProcess& broker) {
        broker.signal(SIGTERM);
        EXPECT_EQ(broker.wait(), 0);
    }

    static std::unique_ptr<LibvirtDaemon> daemon_;
};

std::unique_ptr<LibvirtDaemon> VmSetup::daemon_;

/// What a SPICE server answers to the start of a link: its own start, or nothing.
std::string spice_greeting(const UniqueFd& socket) {
    // "REDQ", version 2.2, and the size of the message that is to follow: too short to be one.
    constexpr std::string_view kLink("REDQ\2\0\0\0\2\0\0\0\1\0\0\0\0", 17);
    EXPECT_EQ(::write(socket.get(), kLink.data(), kLink.size()),
              static_cast<ssize_t>(kLink.size()));
    pollfd polled{socket.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&polled, 1, 20000), 1);
    std::string answer(4, '\0');
    const ssize_t count = ::read(socket.get(), answer.data(), answer.size());
    answer.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return answer;
}

bool becomes(InputSink& sink, InputState::Link link) {
    const Nanoseconds give_up = monotonic_now() + std::chrono::seconds(20);
    while (sink.state().link != link && monotonic_now() < give_up) {
        pollfd polled{sink.fd(), POLLIN, 0};
        if (::poll(&polled, 1, 100) == 1) {
            static_cast<void>(sink.dispatch());
        }
    }
    return sink.state().link == link;
}

TEST_F(VmSetup, FitsABareDomainAndTakesAllOfItBack) {
    fit_and_unfit("pc");
}

TEST_F(VmSetup, FitsADomainWithPciExpressAndTakesAllOfItBack) {
    fit_and_unfit("q35");
}

TEST_F(VmSetup, LendsTheConnectionForInput) {
    const std::string name = domain_name("input");
    define(definition(name, "pc", "<graphics type='vnc'/>"));
    ASSERT_EQ(vm("setup --yes", name).code, 0);
    BrokerProcess broker(broker_of(name));
    ASSERT_TRUE(broker.is_ready());
    const auto too_early = DomainGraphics::of_region(name, daemon_->uri());
    ASSERT_FALSE(too_early);
    EXPECT_EQ(too_early.error().message,
              "no libvirt domain with the region " + name + " is running");
    ASSERT_EQ(daemon_->virsh("start " + name).code, 0) << daemon_->log();

    const auto graphics = DomainGraphics::of_region(name, daemon_->uri());

    ASSERT_TRUE(graphics) << graphics.error().message;
    for (int channel = 0; channel < 2; ++channel) {
        const auto socket = graphics->open();
        ASSERT_TRUE(socket) << socket.error().message;
        EXPECT_EQ(spice_greeting(*socket), "REDQ");
    }
    EXPECT_EQ(daemon_->virsh("destroy " + name).code, 0);
    EXPECT_EQ(daemon_->virsh("undefine " + name).code, 0);
    end(broker);
}

TEST_F(VmSetup, IsFoundByAViewerThatWasNotToldOfIt) {
    const std::string name = domain_name("auto");
    define(definition(name, "pc"));
    ASSERT_EQ(vm("setup --yes", name).code, 0);
    BrokerProcess broker(broker_of(name));
    ASSERT_TRUE(broker.is_ready());
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the test has one thread
    ::setenv("LIBVIRT_DEFAULT_URI", daemon_->uri().c_str(), /*overwrite=*/1);
    const auto found = input_for(InputTarget{}, {Target::Kind::Name, name})(/*told=*/std::string());
    ASSERT_TRUE(found) << found.error().message;
    InputSink& sink = *found->sink;

    // The machine is off; then it is on.
    EXPECT_TRUE(becomes(sink, InputState::Link::Refused)) << sink.state().reason;
    EXPECT_EQ(sink.state().reason, kNoInputKnown);
    ASSERT_EQ(daemon_->virsh("start " + name).code, 0) << daemon_->log();
    EXPECT_TRUE(becomes(sink, InputState::Link::Ready)) << sink.state().reason;

    // And off and on once more.
    EXPECT_EQ(daemon_->virsh("destroy " + name).code, 0);
    EXPECT_TRUE(becomes(sink, InputState::Link::Lost)) << sink.state().reason;
    ASSERT_EQ(daemon_->virsh("start " + name).code, 0) << daemon_->log();
    EXPECT_TRUE(becomes(sink, InputState::Link::Ready)) << sink.state().reason;

    EXPECT_EQ(daemon_->virsh("destroy " + name).code, 0);
    EXPECT_EQ(daemon_->virsh("undefine " + name).code, 0);
    end(broker);
    ::unsetenv("LIBVIRT_DEFAULT_URI");  // NOLINT(concurrency-mt-unsafe): as above
}

TEST_F(VmSetup, KeepsWhatAPersonAddedSince) {
    const std::string name = domain_name("added");
    define(definition(name, "q35"));
    ASSERT_EQ(vm("setup --yes", name).code, 0);
    std::string xml = dump(name);
    const std::size_t end = xml.find("  </devices>");
    ASSERT_NE(end, std::string::npos);
    define(xml.insert(end, "<sound model='ac97'/>"));

    const Said removed = vm("remove --yes", name);

    EXPECT_EQ(removed.code, 0) << removed.text;
    EXPECT_NE(removed.text.find("stays: another device is on it now"), std::string::npos)
        << removed.text;
    const std::string after = dump(name);
    EXPECT_NE(after.find("<sound model='ac97'>"), std::string::npos) << after;
    EXPECT_EQ(after.find("shmem"), std::string::npos) << after;
    EXPECT_EQ(after.find("oriel:"), std::string::npos) << after;
    EXPECT_EQ(daemon_->virsh("undefine " + name).code, 0);
}

TEST_F(VmSetup, ChangesNothingTheSecondTimeAndNothingUnasked) {
    const std::string name = domain_name("twice");
    define(definition(name, "pc"));
    const std::string before = dump(name);

    const Said unasked = vm("setup", name);
    EXPECT_EQ(unasked.code, 2);
    EXPECT_NE(unasked.text.find("nobody is there to be asked"), std::string::npos) << unasked.text;
    EXPECT_EQ(dump(name), before);
    ASSERT_EQ(vm("setup --yes", name).code, 0);
    const std::string fitted = dump(name);
    const Said again = vm("setup --yes", name);

    EXPECT_EQ(again.code, 0);
    EXPECT_TRUE(again.text.starts_with(name + " lacks nothing\n")) << again.text;
    EXPECT_EQ(dump(name), fitted);
    EXPECT_EQ(daemon_->virsh("undefine " + name).code, 0);
}

TEST_F(VmSetup, KeepsACopyForItsOwnerAlone) {
    const std::string name = domain_name("copy");
    define(definition(name, "pc", "<graphics type='vnc' passwd='geheim'/>"));
    const std::string before = dump(name);
    ASSERT_NE(before.find("geheim"), std::string::npos) << before;

    const Said done = vm("setup --yes", name);

    ASSERT_EQ(done.code, 0) << done.text;
    EXPECT_EQ(done.text.find("geheim"), std::string::npos) << done.text;
    EXPECT_NE(dump(name).find("passwd='geheim'"), std::string::npos);
    std::string kept;
    for (const auto& entry :
         std::filesystem::directory_iterator(daemon_->folder() + "/home/oriel")) {
        if (entry.path().filename().native().starts_with(name)) {
            kept = entry.path();
            EXPECT_EQ(entry.status().permissions(),
                      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        }
    }
    EXPECT_EQ(run_shell("cat '" + kept + "'").text, before);
    EXPECT_EQ(vm("remove --yes", name).code, 0);
    EXPECT_EQ(dump(name), before);
    EXPECT_EQ(daemon_->virsh("undefine " + name).code, 0);
}

TEST_F(VmSetup, NamesWhatIsNotThere) {
    EXPECT_EQ(vm("setup --yes", "nobody").text,
              "oriel: no domain nobody at " + daemon_->uri() + ": see `virsh list --all`\n");
    EXPECT_EQ(vm("check", "/nonexistent.xml").text, "oriel: no file /nonexistent.xml\n");
}

}  // namespace
}  // namespace oriel
