// SPDX-License-Identifier: MIT
// Whatever happens to a virtual machine, its agent, a viewer or the broker: the picture on the
// viewer's screen is the machine's again, to the pixel, soon and by itself.
#include <algorithm>
#include <array>
#include <cstring>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/linux/process_use.h"
#include "faults/programs.h"
#include "region/region_paths.h"
#include "service/supervisor.h"
#include "vm/machine_rig.h"
#include "vm/pci_guest.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::testing_support {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(20);
constexpr Size kScreen{1280, 800};

/// As a service manager would start the agent again.
constexpr const char* kStart = R"(
while true; do
    oriel-guest --wait --capture kms >>/agent.log 2>&1
    sleep 0.1
done &
)";

bool is_long() {
    return rounds() > 1;
}

/// What a person should have to wait at most. The short test is no timed one: it runs wherever
/// the program is built.
Nanoseconds recovery_limit() {
    return is_long() ? std::chrono::seconds(3) : std::chrono::seconds(10);
}

double in_seconds(Nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

/// A virtual machine that shows its console, a broker as a service, and a viewer on an X server of
/// the screen's size, all real.
class Station {
  public:
    Station()
        : broker_(region_folder("test")),
          server_(test::XServer::start(kScreen).value()),
          eye_(test::XPainter::open(server_.display()).value()) {
        start_broker();
        start_machine();
        start_viewer();
    }

    VirtualMachine& machine() { return *machine_; }

    bool is_up() const { return machine_ != nullptr && viewer_.has_value(); }

    void start_machine() {
        MachineOptions options = machine_options(folder_.make(fmt::format("m{}", ++machines_)));
        options.kernel_arguments = {"vt.global_cursor_default=0"};
        options.root.modules = {"bochs"};
        options.root.files = {agent_file()};
        options.root.start = kStart;
        options.snapshots = MachineOptions::Snapshots::Yes;
        options.devices = {
            "-chardev",
            fmt::format("socket,path={},id=oriel", vm_socket(region_folder("test"))),
            "-device",
            "ivshmem-doorbell,chardev=oriel,vectors=1,master=on",
            "-device",
            fmt::format("VGA,edid=on,xres={},yres={}", kScreen.width, kScreen.height)};
        machine_ = boot(options);
    }

    void kill_machine() { machine_.reset(); }

    void start_viewer() { viewer_ = testing_support::start_viewer(server_.display()); }

    void kill_viewer() {
        viewer_->send(SIGKILL);
        EXPECT_TRUE(viewer_->wait(kPatience));
    }

    void start_broker() {
        EXPECT_TRUE(
            broker_.start({"/usr/bin/env", "ORIEL_SIZE=32", program("oriel"), "broker", "test"}));
    }

    void kill_broker() { broker_.kill(); }

    /// Blocks: until the broker has the machine and the viewer again; false after 20 s.
    bool has_everybody() { return broker_.says("serving 32 MiB, to a virtual machine, 1 viewer"); }

    std::string run(const std::string& command) {
        const auto said = machine_->run(command);
        EXPECT_TRUE(said) << said.error().message;
        EXPECT_EQ(said ? said->exit_code : 0, 0) << command << "\n" << (said ? said->text : "");
        return said ? said->text : std::string();
    }

    /// A picture that there has not been. Blocks: until the machine's own screen has it, which the
    /// kernel's console leaves to a worker.
    void draw() {
        const auto before = machine_->screendump();
        run(fmt::format("echo this is picture {} >/dev/tty1", ++pictures_));
        const Nanoseconds give_up = monotonic_now() + kPatience;
        while (before && monotonic_now() < give_up) {
            const auto after = machine_->screendump();
            if (after && after->pixels != before->pixels) {
                return;
            }
        }
        ADD_FAILURE() << "nothing is drawn on the machine's screen";
    }

    /// How many pixels of the X server's screen are not the machine's.
    std::size_t different_pixels() {
        const auto dumped = machine_->screendump();
        const std::vector<std::uint32_t> shown = eye_.look_at_root();
        EXPECT_TRUE(dumped) << dumped.error().message;
        if (!dumped || dumped->size != kScreen || shown.size() != kScreen.area()) {
            return kScreen.area();
        }
        std::size_t count = 0;
        for (std::size_t i = 0; i < shown.size(); ++i) {
            count += std::memcmp(&shown[i], &dumped->pixels[4 * i], 3) == 0 ? 0U : 1U;
        }
        return count;
    }

    /// Until all are the machine's; nothing where that takes longer than `limit`.
    std::optional<Nanoseconds> time_until_right(Nanoseconds limit) {
        const Nanoseconds begin = monotonic_now();
        while (different_pixels() != 0) {
            if (monotonic_now() - begin > limit) {
                return std::nullopt;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return monotonic_now() - begin;
    }

    pid_t viewer() const { return viewer_->pid(); }

    pid_t broker() const { return broker_.pid(); }

    bool has_viewer() { return !viewer_->has_ended(); }

  private:
    RuntimeFolder runtime_;
    MachineFolder folder_;
    Supervisor broker_;
    test::XServer server_;
    test::XPainter eye_;
    std::unique_ptr<VirtualMachine> machine_;
    std::optional<ChildProgram> viewer_;
    int machines_ = 0;
    int pictures_ = 0;
};

/// One station for all: each test leaves it with everything at work.
class VmLife : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (why_no_machine().empty()) {
            station_ = std::make_unique<Station>();
        }
    }

    static void TearDownTestSuite() { station_.reset(); }

    void SetUp() override {
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
        ASSERT_TRUE(station_->is_up());
        station_->draw();
        ASSERT_TRUE(station_->time_until_right(kPatience)) << describe();
    }

    void TearDown() override {
        if (!times_.empty()) {
            std::ranges::sort(times_);
            std::cout << fmt::format("right again after {:.2f} s, at most {:.2f} s, {} times\n",
                                     in_seconds(times_[times_.size() / 2]),
                                     in_seconds(times_.back()),
                                     times_.size());
        }
    }

    static std::string describe() {
        return fmt::format("{} pixels differ; the agent said: {}",
                           station_->different_pixels(),
                           station_->run("tail -n 5 /agent.log"));
    }

    /// The machine draws something new, and it is seen in time.
    void expect_right() {
        station_->draw();
        const auto time = station_->time_until_right(recovery_limit());
        EXPECT_TRUE(time) << describe();
        EXPECT_TRUE(station_->has_viewer());
        if (time) {
            times_.push_back(*time);
        }
    }

    static VirtualMachine& machine() { return station_->machine(); }

    static std::unique_ptr<Station> station_;
    std::vector<Nanoseconds> times_;
};

std::unique_ptr<Station> VmLife::station_;

/// What runs beside a machine whose picture stands still: as `oriel bench idle` asks it of the
/// relay, whose guest can be rung.
TEST_F(VmLife, ViewerAndBrokerRestWhileNothingChanges) {
    if (!is_long()) {
        GTEST_SKIP() << "half a minute of rest is part of the long test";
    }
    // A new viewer first learns how the two clocks differ.
    std::this_thread::sleep_for(std::chrono::seconds(10));
    const std::array<std::pair<const char*, pid_t>, 2> watched{
        {{"viewer", station_->viewer()}, {"broker", station_->broker()}}};
    std::array<ProcessUse, 2> before;
    for (std::size_t i = 0; i < watched.size(); ++i) {
        before[i] = use_of(watched[i].second).value();
    }

    constexpr int kSeconds = 20;
    std::this_thread::sleep_for(std::chrono::seconds(kSeconds));

    for (std::size_t i = 0; i < watched.size(); ++i) {
        const ProcessUse after = use_of(watched[i].second).value();
        const std::uint64_t waits = after.waits - before[i].waits;
        std::cout << fmt::format("{}: wakes {:.1f} times a second, {:.2f} % of a core\n",
                                 watched[i].first,
                                 static_cast<double>(waits) / kSeconds,
                                 in_seconds(after.cpu - before[i].cpu) * 100 / kSeconds);
        EXPECT_LE(waits, 3U * kSeconds) << watched[i].first;
    }
}

TEST_F(VmLife, TheMachineIsReset) {
    for (int round = 0; round < rounds(); ++round) {
        ASSERT_TRUE(machine().qmp().execute("system_reset"));
        const auto up = machine().wait_until_up();
        ASSERT_TRUE(up) << up.error().message;

        expect_right();
    }
}

TEST_F(VmLife, TheMachineIsStoppedAndGoesOn) {
    ASSERT_TRUE(machine().qmp().execute("stop"));
    std::this_thread::sleep_for(is_long() ? std::chrono::seconds(20) : std::chrono::seconds(2));
    ASSERT_TRUE(machine().qmp().execute("cont"));

    expect_right();
}

TEST_F(VmLife, ASnapshotIsLoaded) {
    const auto saved = machine().qmp().human("savevm here");
    ASSERT_TRUE(saved && saved->empty()) << (saved ? *saved : saved.error().message);
    for (int round = 0; round < rounds(); ++round) {
        expect_right();

        const auto loaded = machine().qmp().human("loadvm here");

        ASSERT_TRUE(loaded && loaded->empty()) << (loaded ? *loaded : loaded.error().message);
        // The old picture is right before anything new is drawn.
        EXPECT_TRUE(station_->time_until_right(recovery_limit())) << describe();
        expect_right();
    }
}

TEST_F(VmLife, QemuIsKilledAndStartedAgain) {
    for (int round = 0; round < rounds(); ++round) {
        station_->kill_machine();
        station_->start_machine();
        ASSERT_TRUE(station_->is_up());

        expect_right();
    }
}

TEST_F(VmLife, TheAgentIsKilledAndStartedAgain) {
    for (int round = 0; round < 3 * rounds(); ++round) {
        const std::string before = station_->run(kFindAgent);
        station_->run("kill -9 " + before);

        expect_right();
        EXPECT_NE(station_->run(kFindAgent), before);
    }
}

TEST_F(VmLife, TheViewerIsKilledAndStartedAgain) {
    for (int round = 0; round < 3 * rounds(); ++round) {
        station_->kill_viewer();
        station_->start_viewer();

        expect_right();
    }
}

TEST_F(VmLife, TheBrokerIsKilledAndStartedAgain) {
    for (int round = 0; round < 3 * rounds(); ++round) {
        station_->kill_broker();
        expect_right();

        station_->start_broker();
        // Every second time it is killed before the viewer has returned.
        if (round % 2 == 0) {
            EXPECT_TRUE(station_->has_everybody());
        }
        expect_right();
    }
    // And it serves: a new viewer, and the agent that it rings.
    station_->kill_viewer();
    station_->start_viewer();
    expect_right();
}

}  // namespace
}  // namespace oriel::testing_support
