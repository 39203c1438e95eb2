// SPDX-License-Identifier: MIT
// What a person sees of a virtual machine in one window: its firmware, its boot, its log-in, its
// agent's picture, and after the agent's end the machine's own screen again.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include "base/linux/process_use.h"
#include "faults/programs.h"
#include "host/machine/whole_file.h"
#include "present/png_file.h"
#include "region/region_paths.h"
#include "vm/count_pixels.h"
#include "vm/machine_rig.h"
#include "vm/pci_guest.h"
#include "x11/viewer_windows.h"
#include "x11/x11_fixture.h"
#include "x11/x11_painter.h"

namespace oriel::testing_support {
namespace {

constexpr Nanoseconds kPatience = std::chrono::seconds(20);
constexpr Size kConsole{1280, 800};

/// From the agent's end. The guest's shell has its part of it.
constexpr Nanoseconds kHandBack = std::chrono::seconds(1);

/// The log-in that a distribution has on its first console.
constexpr const char* kStart = R"(
echo root:x:0:0::/:/bin/sh >/etc/passwd
hostname workshop
dmesg -n 1
sleep 1  # for a look at the kernel's messages
clear >/dev/tty1
echo "Debian GNU/Linux 12 \n \l" >/etc/issue
while true; do
    setsid getty 38400 tty1
done >/dev/null 2>&1 &
)";

double milliseconds(Nanoseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

template <class Condition>
bool comes_true(const Condition& condition, Nanoseconds limit = kPatience) {
    const Nanoseconds give_up = monotonic_now() + limit;
    while (!condition()) {
        if (monotonic_now() > give_up) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

/// A number of the first frame that the viewer showed behind byte `from` of what it said.
std::int64_t of_first_frame(const std::string& said, std::size_t from, const std::string& name) {
    const std::size_t line = said.find("\"event\":\"frame\"", from);
    const std::size_t begin = line == std::string::npos ? line : said.rfind('\n', line);
    const std::string key = "\"" + name + "\":";
    const std::size_t at = begin == std::string::npos ? begin : said.find(key, begin);
    return at == std::string::npos ? -1 : std::strtoll(said.c_str() + at + key.size(), nullptr, 10);
}

class BeforeAgentVm : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string why = why_no_machine(); !why.empty()) {
            GTEST_SKIP() << why << ": nothing was tested";
        }
    }

    std::string spice() const { return folder_.path() + "/spice"; }

    void start_machine(const std::vector<std::string>& more) {
        machine_.reset();
        MachineOptions options =
            machine_options(folder_.make(fmt::format("machine{}", ++machines_)));
        // Messages on the console, while the first serial port stays init's.
        options.kernel_arguments = {
            "vt.global_cursor_default=0", "console=tty0", "console=ttyS0", "loglevel=7"};
        options.root.modules = {"bochs"};
        options.root.files = {agent_file()};
        options.root.start = kStart;
        options.devices = {
            "-chardev",
            fmt::format("socket,path={},id=oriel", vm_socket(region_folder("test"))),
            "-device",
            "ivshmem-doorbell,chardev=oriel,vectors=1,master=on",
            "-device",
            fmt::format("VGA,edid=on,xres={},yres={}", kConsole.width, kConsole.height),
            "-spice",
            "unix=on,addr=" + spice() + ",disable-ticketing=on"};
        options.devices.insert(options.devices.end(), more.begin(), more.end());
        auto machine = VirtualMachine::start(options);
        ASSERT_TRUE(machine) << machine.error().message;
        machine_ = std::move(*machine);
    }

    /// What it says goes to a file: it says more than a pipe holds.
    void start_viewer() {
        auto viewer = ChildProgram::start(
            {.label = "viewer",
             .arguments = {"/bin/sh",
                           "-c",
                           R"(exec "$0" view test --platform x11 --json --frames >"$1")",
                           program("oriel"),
                           said_path()},
             .environment = {{"DISPLAY", server_.display()}},
             .complaints = ChildCommand::Complaints::Ours,
             .last_signal = SIGKILL});
        ASSERT_TRUE(viewer) << viewer.error().message;
        viewer_.emplace(std::move(*viewer));
    }

    std::string said_path() const { return folder_.path() + "/said"; }

    std::string said() const { return read_whole_file(said_path()).value_or(""); }

    std::string run(const std::string& command) {
        const auto said = machine_->run(command);
        EXPECT_TRUE(said) << said.error().message;
        EXPECT_EQ(said ? said->exit_code : 0, 0) << command << "\n" << (said ? said->text : "");
        return said ? said->text : std::string();
    }

    void qmp(const char* command) {
        const auto done = machine_->qmp().execute(command);
        EXPECT_TRUE(done) << done.error().message;
    }

    xcb_window_t window() {
        const auto windows = test::viewer_windows(eye_);
        return windows.size() == 1 ? windows.front() : XCB_NONE;
    }

    std::string title() { return test::title_of(eye_, window()); }

    /// The window's upper left part of that size, which is the whole window where the screen is as
    /// large.
    ScreenPicture shown(Size size) {
        const auto pixels = eye_.look_at(window(), Rect::of(size));
        ScreenPicture picture{size, std::vector<std::byte>(pixels.size() * 4)};
        if (pixels.size() != size.area()) {
            return {};
        }
        std::memcpy(picture.pixels.data(), pixels.data(), picture.pixels.size());
        for (std::size_t i = 3; i < picture.pixels.size(); i += 4) {
            picture.pixels[i] = std::byte{0xff};
        }
        return picture;
    }

    /// Waits until the window shows what QEMU says is on the machine's screen, which has so many
    /// pixels and is no longer blank. Kept as a picture where ORIEL_PICTURES names a folder.
    void expect_machines_screen(const std::string& stage, Size size) {
        ScreenPicture dumped;
        const bool is_equal = comes_true([&] {
            auto now = machine_->screendump();
            if (!now || now->size != size || count_colours(*now) < 2) {
                return false;
            }
            dumped = std::move(*now);
            return different_pixels(dumped, shown(size)) == 0;
        });
        const ScreenPicture seen = shown(size);
        EXPECT_TRUE(is_equal) << stage << ": " << different_pixels(dumped, seen)
                              << " pixels differ; the machine's screen is " << dumped.size.width
                              << "x" << dumped.size.height;
        EXPECT_EQ(test::viewer_windows(eye_), std::vector<xcb_window_t>{window()}) << stage;
        // NOLINTNEXTLINE(concurrency-mt-unsafe)
        if (const char* folder = std::getenv("ORIEL_PICTURES"); folder != nullptr) {
            FrameInfo info;
            info.geometry = {size, size.width * 4, PixelFormat::Bgra8, 0};
            info.crop = Rect::of(size);
            EXPECT_TRUE(write_png(fmt::format("{}/{}.png", folder, stage), info, seen.pixels));
        }
    }

    bool title_becomes(const std::string& words) {
        return comes_true([&] { return title().find(words) != std::string::npos; });
    }

    /// When the window's picture became `whose` last, by the viewer; nothing before that.
    std::optional<Nanoseconds> last_picture_of(const std::string& whose) const {
        const std::string text = said();
        const std::size_t at =
            text.rfind(fmt::format("\"event\":\"picture\",\"of\":\"{}\"", whose));
        const std::size_t line = at == std::string::npos ? at : text.rfind("\"at_ns\":", at);
        if (line == std::string::npos) {
            return std::nullopt;
        }
        return Nanoseconds(std::atoll(text.c_str() + line + std::strlen("\"at_ns\":")));
    }

    bool shows_since(const std::string& whose, Nanoseconds begin) {
        return comes_true([&] {
            const auto when = last_picture_of(whose);
            return when && *when >= begin;
        });
    }

    /// Of the SPICE server's channels, those of a screen and its pointer.
    std::size_t screen_channels() {
        const auto answer = machine_->qmp().execute("query-spice");
        EXPECT_TRUE(answer) << answer.error().message;
        const std::string text = answer.value_or("");
        std::size_t count = 0;
        for (const char* type : {"\"channel-type\":2", "\"channel-type\":4"}) {
            count += text.find(type) != std::string::npos ? 1U : 0U;
        }
        return count;
    }

    std::string channels() { return machine_->qmp().execute("query-spice").value_or(""); }

    void type(const std::vector<std::uint32_t>& keys) {
        eye_.focus(window());
        for (const std::uint32_t key : keys) {
            eye_.press_key(key);
            eye_.release_key(key);
        }
    }

    /// How long the machine's own screen took to come back after `signal` had ended the agent.
    Nanoseconds end_agent(const std::string& signal) {
        // The guest's clock is not ours: from before it is asked.
        const Nanoseconds begin = monotonic_now();
        run(fmt::format("kill -{} $({})", signal, kFindAgent));
        EXPECT_TRUE(shows_since("machine", begin)) << said();
        return last_picture_of("machine").value_or(Nanoseconds(0)) - begin;
    }

    /// Starts the agent; from its first picture to the window's.
    void start_agent() {
        const Nanoseconds begin = monotonic_now();
        run("oriel-guest -v --wait --capture kms >>/agent.log 2>&1 </dev/null &");
        ASSERT_TRUE(shows_since("agent", begin)) << run("cat /agent.log");
    }

    /// Starts the agent, and says how long its picture took to the window.
    void expect_taken_over() {
        const std::size_t before = said().size();
        start_agent();
        ASSERT_TRUE(comes_true([&] { return of_first_frame(said(), before, "sequence") >= 0; }));
        const std::int64_t taken = of_first_frame(said(), before, "taken_ns");
        const std::int64_t shown = of_first_frame(said(), before, "shown_ns");
        std::cout << fmt::format(
            "the agent's picture {} is shown {:.1f} ms after the viewer had it\n",
            of_first_frame(said(), before, "sequence"),
            milliseconds(Nanoseconds(shown - taken)));
        EXPECT_EQ(of_first_frame(said(), before, "sequence"), 1) << "not the agent's first";
        EXPECT_GE(last_picture_of("agent").value_or(Nanoseconds(0)), Nanoseconds(taken));
    }

    RuntimeFolder runtime_;
    MachineFolder folder_;
    ChildProgram broker_ = start_broker("32", {"--input", "spice:unix:" + spice()});
    test::XServer server_ = test::XServer::start(kConsole).value();
    test::XPainter eye_ = test::XPainter::open(server_.display()).value();
    std::unique_ptr<VirtualMachine> machine_;
    int machines_ = 0;
    std::optional<ChildProgram> viewer_;
};

TEST_F(BeforeAgentVm, OneWindowShowsItAllFromTheFirmwareToTheAgentAndBack) {
    start_machine({"-S", "-boot", "menu=on,splash-time=1500"});
    start_viewer();
    ASSERT_TRUE(comes_true([&] { return window() != XCB_NONE; }));
    const xcb_window_t the_window = window();

    // The firmware, held while it asks for a key.
    qmp("cont");
    ASSERT_TRUE(comes_true([&] {
        const auto now = machine_->screendump();
        return now && now->size == Size{720, 400} && count_colours(*now) > 1;
    }));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    qmp("stop");
    expect_machines_screen("before-agent-1-firmware", {720, 400});
    EXPECT_TRUE(title_becomes("(no agent)")) << title();
    qmp("cont");

    // The kernel's messages, held in the midst of them.
    ASSERT_TRUE(comes_true([&] {
        const auto now = machine_->screendump();
        return now && now->size == kConsole && count_colours(*now) > 1;
    }));
    qmp("stop");
    expect_machines_screen("before-agent-2-boot", kConsole);
    EXPECT_TRUE(title_becomes("(no agent)")) << title();
    qmp("cont");

    // The log-in; a name is typed into the window.
    const auto up = machine_->wait_until_up();
    ASSERT_TRUE(up) << up.error().message;
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    const auto before = machine_->screendump();
    type({KEY_O, KEY_R, KEY_I, KEY_E, KEY_L});
    EXPECT_TRUE(comes_true([&] {
        const auto now = machine_->screendump();
        return now && different_pixels(*now, *before) != 0;
    })) << "the name does not appear";
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    expect_machines_screen("before-agent-3-login", kConsole);
    EXPECT_EQ(screen_channels(), 2U) << channels();

    // The agent.
    expect_taken_over();
    EXPECT_TRUE(comes_true([&] { return title().find("no agent") == std::string::npos; }));
    expect_machines_screen("before-agent-4-agent", kConsole);
    EXPECT_TRUE(comes_true([&] { return screen_channels() == 0; })) << channels();
    run("echo what the agent shows >/dev/tty1");
    expect_machines_screen("before-agent-4-agent", kConsole);

    // Its end, in order and by force, and what is drawn then.
    for (const char* signal : {"TERM", "KILL"}) {
        const Nanoseconds time = end_agent(signal);
        std::cout << fmt::format("SIG{}: the machine's own screen is back after {:.0f} ms\n",
                                 signal,
                                 milliseconds(time));
        EXPECT_LT(time, kHandBack) << signal;
        EXPECT_TRUE(title_becomes("(no agent)")) << title();
        run(fmt::format("echo after SIG{} >/dev/tty1", signal));
        expect_machines_screen("before-agent-5-after", kConsole);
        expect_taken_over();
        run("echo again by the agent >/dev/tty1");
        expect_machines_screen("before-agent-4-agent", kConsole);
    }
    EXPECT_EQ(window(), the_window);
    EXPECT_FALSE(viewer_->has_ended());
}

TEST_F(BeforeAgentVm, AStillScreenCostsTheViewerNothing) {
    start_machine({});
    const auto up = machine_->wait_until_up();
    ASSERT_TRUE(up) << up.error().message;
    start_viewer();
    ASSERT_TRUE(shows_since("machine", Nanoseconds(0))) << said();
    // The log-in is there.
    std::this_thread::sleep_for(std::chrono::seconds(3));
    expect_machines_screen("still", kConsole);

    constexpr int kSeconds = 10;
    const ProcessUse before = use_of(viewer_->pid()).value();
    std::this_thread::sleep_for(std::chrono::seconds(kSeconds));
    const ProcessUse after = use_of(viewer_->pid()).value();

    const std::uint64_t waits = after.waits - before.waits;
    std::cout << fmt::format(
        "a still screen wakes the viewer {:.1f} times a second, {:.2f} % of a core\n",
        static_cast<double>(waits) / kSeconds,
        milliseconds(after.cpu - before.cpu) / 10 / kSeconds);
    EXPECT_LE(waits, 3U * kSeconds);

    // Nobody sees it: nothing is sent. Then somebody does.
    EXPECT_EQ(screen_channels(), 2U) << channels();
    const xcb_window_t cover = eye_.open_window(Rect::of(kConsole));
    EXPECT_TRUE(comes_true([&] { return screen_channels() == 0; })) << channels();
    run("echo drawn behind a cover >/dev/tty1");
    xcb_destroy_window(eye_.connection(), cover);
    eye_.sync();
    expect_machines_screen("still", kConsole);
    EXPECT_EQ(screen_channels(), 2U) << channels();
}

TEST_F(BeforeAgentVm, AMachineThatIsStartedAgainIsSeenInTheSameWindow) {
    const std::vector<std::string> firmware{"-boot", "menu=on,splash-time=60000"};
    start_machine(firmware);
    start_viewer();
    expect_machines_screen("still", {720, 400});
    const xcb_window_t the_window = window();

    const Nanoseconds begin = monotonic_now();
    machine_->kill();
    EXPECT_TRUE(shows_since("none", begin)) << said();
    EXPECT_EQ(title().find("no agent"), std::string::npos) << title();
    std::filesystem::remove(spice());
    start_machine(firmware);

    EXPECT_TRUE(shows_since("machine", begin)) << said();
    expect_machines_screen("still", {720, 400});
    EXPECT_EQ(window(), the_window);
}

/// QMP carries keys alone: the window says what it waits for, as ever.
TEST_F(BeforeAgentVm, WithoutSpiceThereIsNoPicture) {
    start_machine({"-S", "-qmp", "unix:" + folder_.path() + "/input,server=on,wait=off"});
    broker_.end();
    broker_ = start_broker("32", {"--input", "qmp:" + folder_.path() + "/input"});
    start_viewer();

    ASSERT_TRUE(comes_true([&] { return window() != XCB_NONE; }));
    std::this_thread::sleep_for(std::chrono::seconds(1));

    EXPECT_FALSE(last_picture_of("machine")) << said();
    EXPECT_EQ(title().find("no agent"), std::string::npos) << title();
}

}  // namespace
}  // namespace oriel::testing_support
