// SPDX-License-Identifier: MIT
// How the SPICE sink finds, loses and shares QEMU's server. The machines stand still: no guest
// runs.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <sys/socket.h>

#include "base/linux/unix_socket.h"
#include "input/open_input.h"
#include "vm/count_pixels.h"
#include "vm/input_guest.h"

namespace oriel {
namespace {

using namespace std::chrono_literals;
using namespace testing_support;
using Link = InputState::Link;

class SpiceServer : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
    }

    std::string socket() const { return folder_.path() + "/spice"; }

    std::string on_socket(const std::string& options) const {
        return "unix=on,addr=" + socket() + "," + options;
    }

    enum class Screen : std::uint8_t { Vga, None };

    /// Starts QEMU with `-spice SPICE`.
    void start(const std::string& spice,
               const std::vector<std::string>& more = {},
               Screen screen = Screen::Vga) {
        machine_.reset();
        MachineOptions options =
            machine_options(folder_.make("machine" + std::to_string(++count_)));
        options.devices = {"-S", "-spice", spice};
        if (screen == Screen::Vga) {
            options.devices.insert(options.devices.end(), {"-device", "VGA"});
        }
        options.devices.insert(options.devices.begin(), more.begin(), more.end());
        auto machine = VirtualMachine::start(options);
        ASSERT_TRUE(machine) << machine.error().message;
        machine_ = std::move(*machine);
    }

    std::unique_ptr<InputSink> open(const std::string& uri,
                                    std::optional<std::string> password = std::nullopt) {
        const auto target = InputTarget::parse(uri);
        EXPECT_TRUE(target);
        auto sink = open_input(*target, std::move(password));
        EXPECT_TRUE(sink) << sink.error().message;
        return std::move(*sink);
    }

    std::string uri(const std::string& query = "") const {
        return "spice:unix:" + socket() + query;
    }

    static bool becomes(InputSink& sink, Link link) {
        return dispatch_until(sink, [&] { return sink.state().link == link; });
    }

    static void expect_reason(const InputSink& sink, const std::string& words) {
        EXPECT_NE(sink.state().reason.find(words), std::string::npos) << sink.state().reason;
    }

    std::string file_with(const std::string& text) const {
        const std::string path = folder_.path() + "/password";
        std::ofstream(path) << text;
        return path;
    }

    MachineFolder folder_;
    std::unique_ptr<VirtualMachine> machine_;
    int count_ = 0;
};

TEST_F(SpiceServer, LetsInWhoKnowsThePassword) {
    start(on_socket("password-secret=word"), {"-object", "secret,id=word,data=open sesame"});

    auto without = open(uri());
    EXPECT_TRUE(becomes(*without, Link::Refused));
    expect_reason(*without, "wants a password: give password-file=FILE");
    without.reset();

    auto wrong = open(uri("?password-file=" + file_with("sesame\n")));
    EXPECT_TRUE(becomes(*wrong, Link::Refused));
    expect_reason(*wrong, "refuses the password");
    wrong.reset();

    auto none = open(uri("?password-file=/nonexistent"));
    EXPECT_TRUE(becomes(*none, Link::Refused));
    expect_reason(*none, "cannot read a password from /nonexistent");
    none.reset();

    auto right = open(uri("?password-file=" + file_with("open sesame\n")));
    EXPECT_TRUE(becomes(*right, Link::Ready)) << right->state().reason;
    right.reset();

    EXPECT_TRUE(becomes(*open(uri(), "open sesame"), Link::Ready));
}

TEST_F(SpiceServer, ARefusedOneTriesAgainWhenAsked) {
    start(on_socket("password-secret=word"), {"-object", "secret,id=word,data=open sesame"});
    auto sink = open(uri("?password-file=" + file_with("wrong\n")));
    EXPECT_TRUE(becomes(*sink, Link::Refused));

    file_with("open sesame\n");
    sink->retry();

    EXPECT_TRUE(becomes(*sink, Link::Ready)) << sink->state().reason;
}

TEST_F(SpiceServer, IsWaitedForAndFoundAgain) {
    auto sink = open(uri());
    EXPECT_TRUE(becomes(*sink, Link::Lost));
    expect_reason(*sink, "cannot connect to " + socket() + ": nobody serves it");

    start(on_socket("disable-ticketing=on"));
    EXPECT_TRUE(becomes(*sink, Link::Ready)) << sink->state().reason;
    EXPECT_EQ(sink->state().reason, "");

    machine_->kill();
    EXPECT_TRUE(becomes(*sink, Link::Lost));
    expect_reason(*sink, "lost the connection");
    std::filesystem::remove(socket());
    start(on_socket("disable-ticketing=on"));
    EXPECT_TRUE(becomes(*sink, Link::Ready)) << sink->state().reason;
}

TEST_F(SpiceServer, IsNotFoughtOver) {
    start(on_socket("disable-ticketing=on"));
    auto first = open(uri());
    ASSERT_TRUE(becomes(*first, Link::Ready));

    auto second = open(uri());
    ASSERT_TRUE(becomes(*second, Link::Ready));

    EXPECT_TRUE(becomes(*first, Link::Refused)) << first->state().reason;
    expect_reason(*first, "another SPICE client has taken the place");
    dispatch_for(*first, 1500ms);
    dispatch_for(*second, 10ms);
    EXPECT_EQ(first->state().link, Link::Refused);
    EXPECT_EQ(second->state().link, Link::Ready);

    first->retry();
    EXPECT_TRUE(becomes(*first, Link::Ready));
    EXPECT_TRUE(becomes(*second, Link::Refused));
}

int free_port() {
    const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_TRUE(listener);
    // NOLINTNEXTLINE(clang-analyzer-unix.StdCLibraryFunctions): just expected
    EXPECT_EQ(::bind(listener.get(), generic, size), 0);
    EXPECT_EQ(::getsockname(listener.get(), generic, &size), 0);
    return ntohs(address.sin_port);
}

TEST_F(SpiceServer, IsReachedByPort) {
    const std::string port = std::to_string(free_port());
    start("addr=127.0.0.1,disable-ticketing=on,port=" + port);

    auto first = open("spice://127.0.0.1:" + port);
    EXPECT_TRUE(becomes(*first, Link::Ready)) << first->state().reason;
    EXPECT_EQ(first->description(), "spice 127.0.0.1:" + port);
    auto second = open("spice://127.0.0.1:" + port);

    EXPECT_TRUE(becomes(*second, Link::Ready));
    EXPECT_TRUE(becomes(*first, Link::Refused)) << first->state().reason;
}

TEST_F(SpiceServer, IsTrustedByItsCertificate) {
    const std::string folder = folder_.make("tls");
    const std::string make = "cd " + folder +
                             " && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "
                             "/O=Oriel/CN=vm.example -keyout server-key.pem -out server-cert.pem "
                             "2>/dev/null && cp server-cert.pem ca-cert.pem";
    ASSERT_EQ(std::system(make.c_str()), 0) << "is openssl installed?";  // NOLINT
    const std::string port = std::to_string(free_port());
    start("addr=127.0.0.1,disable-ticketing=on,x509-dir=" + folder + ",tls-port=" + port);
    const std::string server = "spice://127.0.0.1?tls-port=" + port;

    auto unknown = open(server);
    EXPECT_TRUE(becomes(*unknown, Link::Refused)) << unknown->state().reason;
    expect_reason(*unknown, "cannot trust spice at 127.0.0.1:" + port);

    const std::string known = server + "&ca-file=" + folder + "/ca-cert.pem";
    auto right = open(known + "&host-subject=O%3DOriel,CN%3Dvm.example");
    EXPECT_TRUE(becomes(*right, Link::Ready)) << right->state().reason;

    auto other = open(known + "&host-subject=O%3DOriel,CN%3Dother");
    EXPECT_TRUE(becomes(*other, Link::Refused)) << other->state().reason;

    auto wrong_host = open(known);
    EXPECT_TRUE(becomes(*wrong_host, Link::Refused)) << wrong_host->state().reason;
    EXPECT_EQ(right->state().link, Link::Ready);
}

TEST_F(SpiceServer, IsReachedThroughConnectionsOfTheCallers) {
    start(on_socket("disable-ticketing=on"));
    SpiceOptions options;
    options.open_connection = [path = socket()] {
        return connect_unix(path, SocketKind::Stream);
    };
    auto sink = open_spice(std::move(options));
    ASSERT_TRUE(sink) << sink.error().message;

    EXPECT_TRUE(becomes(**sink, Link::Ready)) << (*sink)->state().reason;
}

TEST_F(SpiceServer, ThatIsNoneIsSaid) {
    const auto listener = listen_unix(socket(), SocketKind::Stream, 0600);
    ASSERT_TRUE(listener);
    auto sink = open(uri());
    UniqueFd client;
    for (int i = 0; i < 100 && !client; ++i) {
        std::this_thread::sleep_for(20ms);
        client = accept_unix(*listener);
    }
    ASSERT_TRUE(client);
    ASSERT_GT(
        ::send(client.get(), "220 mail.example ready, and quite talkative\r\n", 45, MSG_NOSIGNAL),
        0);
    client.reset();

    EXPECT_TRUE(becomes(*sink, Link::Lost));
    EXPECT_NE(sink->state().reason, "");
}

TEST_F(SpiceServer, ThatIsSilentDoesNotHoldTheViewerUp) {
    const auto listener = listen_unix(socket(), SocketKind::Stream, 0600);
    ASSERT_TRUE(listener);
    auto sink = open(uri());
    dispatch_for(*sink, 300ms);
    EXPECT_EQ(sink->state().link, Link::Connecting);
    const Nanoseconds start = monotonic_now();

    sink.reset();

    EXPECT_LT(monotonic_now() - start, 1500ms);
}

TEST_F(SpiceServer, ManySinksComeAndGo) {
    start(on_socket("disable-ticketing=on"));
    for (int i = 0; i < 20; ++i) {
        auto sink = open(uri());
        if (i % 2 == 0) {
            EXPECT_TRUE(becomes(*sink, Link::Ready)) << i << ": " << sink->state().reason;
            sink->key(KEY_A, Press::Down);
        }
    }
}

/// The machine's screen as a viewer has it, kept up to date from pictures that come.
class SpiceScreenOfServer : public SpiceServer {
  protected:
    /// Runs the firmware until it has said something.
    void start_firmware(const std::string& spice) {
        start(spice, {"-boot", "menu=on,splash-time=60000"});
        ASSERT_TRUE(machine_->qmp().execute("cont"));
        const Nanoseconds give_up = monotonic_now() + 10s;
        while (monotonic_now() < give_up) {
            const auto dumped = machine_->screendump();
            if (dumped && dumped->size == Size{720, 400} && count_colours(*dumped) > 1) {
                return;
            }
        }
        ADD_FAILURE() << "the firmware says nothing";
    }

    void watch(InputSink& sink) {
        ASSERT_NE(sink.screen(), nullptr);
        sink.screen()->want(MachineScreen::Wanted::Yes);
        give_back(sink);
    }

    void give_back(InputSink& sink) {
        if (held_) {
            sink.screen()->give_back(*held_);
            held_.reset();
        }
    }

    /// Waits until what came is what QEMU says is on the screen.
    bool becomes_machines(InputSink& sink) {
        return dispatch_until(sink, [&] {
            if (auto picture = sink.screen()->take()) {
                give_back(sink);
                held_ = std::move(picture);
            }
            return held_ && is_machines(*held_);
        });
    }

    bool is_machines(const MachinePicture& picture) {
        const auto dumped = machine_->screendump();
        if (!dumped || dumped->size != picture.geometry.size) {
            return false;
        }
        ScreenPicture seen{picture.geometry.size, {picture.pixels.begin(), picture.pixels.end()}};
        for (std::size_t i = 3; i < seen.pixels.size(); i += 4) {
            seen.pixels[i] = std::byte{0xff};  // of no meaning
        }
        return different_pixels(*dumped, seen) == 0;
    }

    /// By the server: whether somebody is connected to its screen.
    bool has_watcher() {
        const auto answer = machine_->qmp().execute("query-spice");
        EXPECT_TRUE(answer) << answer.error().message;
        return answer && answer->find("\"channel-type\":2") != std::string::npos;
    }

    std::optional<MachinePicture> held_;
};

TEST_F(SpiceScreenOfServer, IsSentToWhoWantsItAndNotToOthers) {
    start_firmware(on_socket("disable-ticketing=on"));
    auto sink = open(uri());
    ASSERT_TRUE(becomes(*sink, Link::Ready)) << sink->state().reason;
    dispatch_for(*sink, 200ms);
    EXPECT_EQ(sink->screen()->standing(), MachineScreen::Standing::Expected);
    EXPECT_FALSE(has_watcher());

    for (int i = 0; i < 5; ++i) {
        watch(*sink);
        const Nanoseconds begin = monotonic_now();
        EXPECT_TRUE(becomes_machines(*sink)) << i;
        EXPECT_LT(monotonic_now() - begin, 1s) << i;
        EXPECT_TRUE(has_watcher());
        EXPECT_EQ(sink->screen()->standing(), MachineScreen::Standing::Shown);

        sink->screen()->want(MachineScreen::Wanted::No);
        EXPECT_EQ(sink->screen()->standing(), MachineScreen::Standing::Expected);
        // Now and then it is wanted again before the channel is closed.
        if (i % 2 == 0) {
            EXPECT_TRUE(dispatch_until(*sink, [&] {
                dispatch_for(*sink, 10ms);
                return !has_watcher();
            }));
        }
    }
    EXPECT_EQ(sink->state().link, Link::Ready) << "keys arrive all the while";
}

TEST_F(SpiceScreenOfServer, IsSentByAMachineThatStandsStill) {
    start_firmware(on_socket("disable-ticketing=on"));
    auto sink = open(uri());
    ASSERT_TRUE(becomes(*sink, Link::Ready)) << sink->state().reason;
    watch(*sink);
    EXPECT_TRUE(becomes_machines(*sink));
    ASSERT_TRUE(machine_->qmp().execute("stop"));
    sink->screen()->want(MachineScreen::Wanted::No);
    dispatch_for(*sink, 300ms);

    watch(*sink);

    EXPECT_TRUE(becomes_machines(*sink));
}

TEST_F(SpiceScreenOfServer, ComesByPortAndAfterAnotherClient) {
    const std::string port = std::to_string(free_port());
    start_firmware("addr=127.0.0.1,disable-ticketing=on,port=" + port);
    auto first = open("spice://127.0.0.1:" + port);
    ASSERT_TRUE(becomes(*first, Link::Ready)) << first->state().reason;
    watch(*first);
    EXPECT_TRUE(becomes_machines(*first));

    const std::vector<std::byte> before(held_->pixels.begin(), held_->pixels.end());
    auto second = open("spice://127.0.0.1:" + port);
    ASSERT_TRUE(becomes(*second, Link::Ready));
    EXPECT_TRUE(becomes(*first, Link::Refused)) << first->state().reason;
    EXPECT_EQ(first->screen()->standing(), MachineScreen::Standing::None);
    EXPECT_TRUE(std::ranges::equal(held_->pixels, before)) << "what was lent stays";
    second.reset();

    first->retry();
    EXPECT_TRUE(becomes(*first, Link::Ready)) << first->state().reason;
    give_back(*first);
    EXPECT_TRUE(becomes_machines(*first));
}

TEST_F(SpiceScreenOfServer, ThatHasNoScreenIsSaid) {
    start(on_socket("disable-ticketing=on"), {}, Screen::None);
    auto sink = open(uri());
    ASSERT_TRUE(becomes(*sink, Link::Ready)) << sink->state().reason;
    sink->screen()->want(MachineScreen::Wanted::Yes);
    dispatch_for(*sink, 500ms);

    EXPECT_EQ(sink->screen()->standing(), MachineScreen::Standing::None);
    EXPECT_FALSE(sink->screen()->take());
}

}  // namespace
}  // namespace oriel
